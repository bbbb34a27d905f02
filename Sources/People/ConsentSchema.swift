import Storage

/// What people agreed to, and when they last showed afresh who they are.
package enum ConsentSchema {
    package static let migrations = [
        Migration(
            "people-consents-1-create",
            """
            CREATE TABLE consent_entry (
                id         \(.uuid) PRIMARY KEY,
                account_id \(.uuid) NOT NULL REFERENCES account (id),
                purpose    \(.code) NOT NULL,
                version    \(.code) NOT NULL,
                is_given   \(.boolean) NOT NULL,
                at         \(.integer) NOT NULL,
                source     TEXT NOT NULL CHECK (source IN ('registration', 'page', 'program', 'keeper'))
            ) \(.strict)
            """,
            "CREATE INDEX consent_entry_by_account ON consent_entry (account_id, at)",
            """
            CREATE TABLE session_proof (
                session_id \(.uuid) PRIMARY KEY,
                at         \(.integer) NOT NULL
            ) \(.strict)
            """,
            "CREATE INDEX session_proof_by_age ON session_proof (at)"
        )
    ]
}
