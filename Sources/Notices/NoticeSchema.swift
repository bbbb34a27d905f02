import Storage

package enum NoticeSchema {
    package static let migrations = [
        Migration(
            "notices-1-create",
            """
            CREATE TABLE notice (
                id         \(.uuid) PRIMARY KEY,
                account_id \(.uuid) NOT NULL REFERENCES account (id),
                matter_id  \(.uuid) NOT NULL REFERENCES matter (id),
                step_id    \(.uuid) NOT NULL REFERENCES matter_step (id),
                at         \(.integer) NOT NULL,
                read_at    \(.integer),
                UNIQUE (account_id, step_id)
            ) \(.strict)
            """,
            "CREATE INDEX notice_by_account ON notice (account_id, at)",
            "CREATE INDEX notice_unread ON notice (account_id) WHERE read_at IS NULL"
        ),
        // Who looked at a person's data: as whom and for what, never who.
        Migration(
            "notices-2-looks",
            """
            CREATE TABLE look (
                id             \(.uuid) PRIMARY KEY,
                account_id     \(.uuid) NOT NULL REFERENCES account (id),
                matter_id      \(.uuid) REFERENCES matter (id),
                at             \(.integer) NOT NULL,
                kind           TEXT NOT NULL,
                purpose        TEXT NOT NULL,
                role           TEXT,
                office_id      \(.uuid),
                territory_path \(.code),
                read_at        \(.integer)
            ) \(.strict)
            """,
            "CREATE INDEX look_by_account ON look (account_id, at)",
            "CREATE INDEX look_unread ON look (account_id) WHERE read_at IS NULL"
        ),
    ]
}
