import Storage

package enum JournalSchema {
    package static let migrations = [
        Migration(
            "journal-1-create",
            """
            CREATE TABLE journal_entry (
                sequence \(.serial),
                at       \(.integer) NOT NULL,
                actor_id \(.uuid),
                kind     TEXT NOT NULL,
                subject  \(.uuid) NOT NULL,
                data     TEXT NOT NULL
            ) \(.strict)
            """,
            "CREATE INDEX journal_entry_by_subject ON journal_entry (subject, sequence)",
            """
            CREATE TABLE journal_cursor (
                consumer TEXT PRIMARY KEY,
                sequence \(.integer) NOT NULL
            ) \(.strict)
            """
        )
    ]
}
