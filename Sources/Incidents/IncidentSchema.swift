import Storage

package enum IncidentSchema {
    package static let migrations = [
        Migration(
            "incidents-1-create",
            """
            CREATE TABLE incident (
                id        \(.uuid) PRIMARY KEY,
                number    \(.code) NOT NULL UNIQUE,
                kind      \(.code) NOT NULL,
                opened_at \(.integer) NOT NULL,
                is_open   \(.boolean) NOT NULL
            ) \(.strict)
            """,
            "CREATE INDEX incident_by_state ON incident (is_open, opened_at)",
            """
            CREATE TABLE incident_line (
                id          \(.uuid) PRIMARY KEY,
                incident_id \(.uuid) NOT NULL REFERENCES incident (id),
                position    \(.integer) NOT NULL,
                at          \(.integer) NOT NULL,
                by_id       \(.uuid) NOT NULL,
                kind        \(.code) NOT NULL,
                happened_at \(.integer),
                level       \(.code),
                persons     \(.integer),
                words       TEXT NOT NULL,
                reference   TEXT,
                corrects    \(.integer),
                UNIQUE (incident_id, position)
            ) \(.strict)
            """
        )
    ]
}
