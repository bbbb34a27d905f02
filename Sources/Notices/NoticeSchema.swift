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
        Migration(
            "notices-2-sealed",
            """
            CREATE TABLE notice_sealed (
                id         \(.uuid) PRIMARY KEY,
                account_id \(.uuid) NOT NULL REFERENCES account (id),
                day        TEXT NOT NULL,
                sealed     \(.bytes) NOT NULL,
                key_id     \(.uuid) NOT NULL,
                read_at    \(.integer)
            ) \(.strict)
            """,
            "ALTER TABLE notice ADD COLUMN sealed_id \(.uuid)"
        ),
        // The account stays, so that an inbox can be counted; what each message is about lies sealed.
        Migration(
            "notices-3-apart", phase: .contract,
            after: .init(locking: "notice") { db, pass in try PlainNoticeStore(db: db).seal(pass) },
            "DROP TABLE notice",
            "ALTER TABLE notice_sealed RENAME TO notice",
            "CREATE INDEX notice_by_account ON notice (account_id, day)",
            "CREATE INDEX notice_unread ON notice (account_id) WHERE read_at IS NULL",
            "CREATE INDEX notice_by_key ON notice (key_id)"
        ),
    ]
}
