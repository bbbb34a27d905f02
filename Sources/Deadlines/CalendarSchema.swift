import Storage

package enum CalendarSchema {
    /// A row is one notice. The lists of days are JSON, because they are only ever read as a whole.
    package static let migrations = [
        Migration(
            "deadlines-1-create",
            """
            CREATE TABLE calendar_year (
                year           \(.integer) NOT NULL PRIMARY KEY CHECK (year BETWEEN 2000 AND 2100),
                id             \(.uuid) NOT NULL UNIQUE,
                document       TEXT NOT NULL,
                published      TEXT,
                off_days       TEXT NOT NULL,
                make_up_days   TEXT NOT NULL,
                statutory_days TEXT NOT NULL,
                safe_until     TEXT NOT NULL,
                imported_at    \(.integer) NOT NULL,
                imported_by    \(.uuid)
            ) \(.strict)
            """
        )
    ]
}
