import Storage

package enum RetentionSchema {
    package static let migrations = [
        Migration(
            "retention-1-create",
            """
            CREATE TABLE retention_run (
                id          \(.uuid) PRIMARY KEY,
                cause       TEXT NOT NULL CHECK (cause IN ('job', 'command')),
                began_at    \(.integer) NOT NULL,
                ended_at    \(.integer),
                row_count   \(.integer) NOT NULL,
                photo_count \(.integer) NOT NULL
            ) \(.strict)
            """,
            "CREATE INDEX retention_run_by_begin ON retention_run (began_at)"
        )
    ]
}
