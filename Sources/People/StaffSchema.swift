import Storage

/// What the desk of the security administrator keeps besides accounts and roles.
enum StaffSchema {
    static let migrations = [
        Migration(
            "people-desk-1-create",
            // Until when a password that somebody else knows may be used, and must be changed; `NULL`: it is the owner's own.
            "ALTER TABLE account ADD COLUMN change_by \(.integer)",
            "ALTER TABLE account ADD COLUMN left_at \(.integer)",
            """
            CREATE TABLE recovery_code (
                account_id \(.uuid) NOT NULL REFERENCES account (id),
                code_hash  \(.bytes) NOT NULL,
                made_at    \(.integer) NOT NULL,
                used_at    \(.integer),
                PRIMARY KEY (account_id, code_hash)
            ) \(.strict)
            """,
            """
            CREATE TABLE staff_leave (
                id          \(.uuid) PRIMARY KEY,
                account_id  \(.uuid) NOT NULL REFERENCES account (id),
                stand_in_id \(.uuid) NOT NULL REFERENCES account (id),
                from_at     \(.integer) NOT NULL,
                until_at    \(.integer) NOT NULL,
                set_by      \(.uuid),
                reason      TEXT NOT NULL,
                ended_at    \(.integer),
                CHECK (until_at > from_at),
                CHECK (account_id <> stand_in_id)
            ) \(.strict)
            """,
            "CREATE INDEX staff_leave_by_account ON staff_leave (account_id, from_at)",
            "CREATE INDEX staff_leave_by_stand_in ON staff_leave (stand_in_id, from_at)",
            // Which grants somebody has for the days of which leave, so that they end with it.
            """
            CREATE TABLE staff_leave_grant (
                grant_id \(.uuid) PRIMARY KEY REFERENCES grant_of_role (id),
                leave_id \(.uuid) NOT NULL REFERENCES staff_leave (id)
            ) \(.strict)
            """,
            "CREATE INDEX staff_leave_grant_by_leave ON staff_leave_grant (leave_id)",
            "CREATE INDEX grant_of_role_by_absent ON grant_of_role (acting_for) WHERE acting_for IS NOT NULL"
        )
    ]
}
