import Storage

package enum DirectorySchema {
    package static let migrations = [
        Migration(
            "directory-1-create",
            """
            CREATE TABLE territory (
                code        \(.code) PRIMARY KEY,
                level       TEXT NOT NULL
                            CHECK (level IN ('province', 'city', 'county', 'township', 'community', 'grid')),
                parent_code \(.code) REFERENCES territory (code),
                path        \(.code) NOT NULL UNIQUE,
                name        TEXT NOT NULL,
                code_system TEXT NOT NULL,
                CHECK ((level = 'province') = (parent_code IS NULL))
            ) \(.strict)
            """,
            "CREATE INDEX territory_by_parent ON territory (parent_code, code)",
            // Corners and bounds are in ten-millionths of a degree, WGS-84.
            """
            CREATE TABLE territory_outline (
                code         \(.code) PRIMARY KEY REFERENCES territory (code),
                level        TEXT NOT NULL,
                source       TEXT NOT NULL CHECK (source IN ('WGS-84', 'GCJ-02')),
                is_schematic \(.boolean) NOT NULL,
                west         \(.integer) NOT NULL,
                south        \(.integer) NOT NULL,
                east         \(.integer) NOT NULL,
                north        \(.integer) NOT NULL,
                shape        \(.bytes) NOT NULL
            ) \(.strict)
            """,
            "CREATE INDEX territory_outline_by_bounds ON territory_outline (west, east, south, north, level, code)",
            """
            CREATE TABLE office (
                id             \(.uuid) PRIMARY KEY,
                code           \(.code) NOT NULL UNIQUE,
                kind           TEXT NOT NULL CHECK (kind IN ('bureau', 'section', 'station', 'external')),
                name           TEXT NOT NULL,
                english_name   TEXT NOT NULL,
                territory_code \(.code) NOT NULL REFERENCES territory (code),
                territory_path \(.code) NOT NULL,
                parent_id      \(.uuid) REFERENCES office (id),
                hotline        TEXT,
                hours          TEXT,
                is_duty_desk   \(.boolean) NOT NULL
            ) \(.strict)
            """,
            "CREATE INDEX office_by_parent ON office (parent_id)",
            "CREATE INDEX office_by_territory ON office (territory_path)",
            """
            CREATE TABLE office_duty (
                office_id      \(.uuid) NOT NULL REFERENCES office (id),
                category       \(.code) NOT NULL,
                territory_code \(.code) NOT NULL REFERENCES territory (code),
                territory_path \(.code) NOT NULL,
                priority       \(.integer) NOT NULL CHECK (priority BETWEEN 1 AND 9),
                PRIMARY KEY (office_id, category, territory_code)
            ) \(.strict)
            """,
            "CREATE INDEX office_duty_by_territory ON office_duty (territory_path, category)"
        ),
        Migration(
            "directory-2-organisations",
            """
            CREATE TABLE organisation (
                id             \(.uuid) PRIMARY KEY,
                code           \(.code) NOT NULL UNIQUE,
                kind           TEXT NOT NULL,
                name           TEXT NOT NULL,
                territory_code \(.code) NOT NULL REFERENCES territory (code),
                parent_id      \(.uuid) REFERENCES organisation (id)
            ) \(.strict)
            """,
            "CREATE INDEX organisation_by_name ON organisation (name)",
            "CREATE INDEX organisation_by_parent ON organisation (parent_id)"
        ),
    ]
}
