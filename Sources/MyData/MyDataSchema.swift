import Storage

package enum MyDataSchema {
    package static let migrations = [
        Migration(
            "my-data-1-create",
            // Without a reference to the account: that a request was answered is known for longer than whose it was.
            """
            CREATE TABLE data_request (
                id            \(.uuid) PRIMARY KEY,
                account_id    \(.uuid),
                kind          TEXT NOT NULL
                              CHECK (kind IN ('export', 'correction', 'deletion', 'explanation', 'lostPhone')),
                state         TEXT NOT NULL CHECK (state IN ('open', 'held', 'done', 'takenBack', 'refused')),
                asked_at      \(.integer) NOT NULL,
                due_day       \(.code),
                words_sealed  \(.bytes),
                answer_sealed \(.bytes),
                answered_at   \(.integer),
                answered_by   \(.uuid),
                overdue_at    \(.integer)
            ) \(.strict)
            """,
            "CREATE INDEX data_request_by_account ON data_request (account_id, asked_at)",
            "CREATE INDEX data_request_by_state ON data_request (state, asked_at)"
        )
    ]
}
