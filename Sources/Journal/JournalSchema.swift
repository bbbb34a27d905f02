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
        ),
        // Where many write at once, entries get their numbers before they are kept, and not in that order: consumers go
        // by the transaction first.
        Migration(
            "journal-2-order",
            "ALTER TABLE journal_entry ADD COLUMN xact \(.integer) NOT NULL DEFAULT 0",
            "ALTER TABLE journal_cursor ADD COLUMN xact \(.integer) NOT NULL DEFAULT 0",
            "CREATE INDEX journal_entry_by_order ON journal_entry (xact, sequence)"
        ),
        Migration(
            "journal-3-heartbeat",
            "CREATE TABLE heartbeat (name TEXT PRIMARY KEY, at \(.integer) NOT NULL) \(.strict)"
        ),
        Migration(
            "journal-4-seals",
            """
            CREATE TABLE journal_seal (
                number   \(.integer) PRIMARY KEY,
                sequence \(.integer) NOT NULL UNIQUE,
                hash     \(.bytes) NOT NULL
            ) \(.strict)
            """,
            """
            CREATE TABLE journal_checkpoint (
                number    \(.integer) PRIMARY KEY,
                hash      \(.bytes) NOT NULL,
                at        \(.integer) NOT NULL,
                signer    \(.bytes) NOT NULL,
                signature \(.bytes) NOT NULL
            ) \(.strict)
            """
        ),
        // For those who look for what was done: by time alone, by what it was, by who did it. By what it happened to it was
        // found before.
        Migration(
            "journal-5-search",
            "CREATE INDEX journal_entry_by_time ON journal_entry (at, sequence)",
            "CREATE INDEX journal_entry_by_kind ON journal_entry (kind, at, sequence)",
            """
            CREATE INDEX journal_entry_by_actor ON journal_entry (actor_id, at, sequence) WHERE actor_id IS NOT NULL
            """
        ),
    ]
}
