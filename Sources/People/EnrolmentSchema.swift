import Storage

/// What others wrote down of riders who aren't here yet.
package enum EnrolmentSchema {
    package static let migrations = [
        Migration(
            "people-enrolments-1-create",
            """
            CREATE TABLE enrolment_batch (
                id         \(.uuid) PRIMARY KEY,
                account_id \(.uuid) NOT NULL REFERENCES account (id),
                at         \(.integer) NOT NULL,
                rows_taken \(.integer) NOT NULL
            ) \(.strict)
            """,
            "CREATE INDEX enrolment_batch_by_account ON enrolment_batch (account_id, at)",
            """
            CREATE TABLE enrolment (
                id             \(.uuid) PRIMARY KEY,
                batch_id       \(.uuid) NOT NULL REFERENCES enrolment_batch (id),
                phone_sealed   \(.bytes) NOT NULL,
                phone_index    \(.bytes) NOT NULL,
                profile_sealed \(.bytes) NOT NULL,
                expires_at     \(.integer) NOT NULL,
                key_id         \(.uuid) NOT NULL,
                index_key_id   \(.uuid) NOT NULL
            ) \(.strict)
            """,
            "CREATE INDEX enrolment_by_index ON enrolment (phone_index)",
            "CREATE INDEX enrolment_by_end ON enrolment (expires_at)",
            "CREATE INDEX enrolment_by_key ON enrolment (key_id)",
            "CREATE INDEX enrolment_by_index_key ON enrolment (index_key_id)"
        )
    ]
}
