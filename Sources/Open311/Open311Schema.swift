import Storage

package enum Open311Schema {
    package static let migrations = [
        // What the public list shows, and nothing else: no exact time, no place but a cell, no words.
        Migration(
            "open311-1-create",
            """
            CREATE TABLE open311_request (
                matter_id   \(.uuid) PRIMARY KEY REFERENCES matter (id),
                number      \(.code) NOT NULL UNIQUE,
                category    \(.code) NOT NULL,
                stage       \(.code) NOT NULL,
                is_open     \(.boolean) NOT NULL,
                day         \(.code) NOT NULL,
                shown_from  \(.code) NOT NULL,
                updated_day \(.code) NOT NULL,
                area        TEXT NOT NULL,
                cell        \(.code)
            ) \(.strict)
            """,
            "CREATE INDEX open311_request_by_day ON open311_request (day, number)",
            "CREATE INDEX open311_request_by_kind ON open311_request (category, is_open, day, number)",
            "CREATE INDEX open311_request_by_cell ON open311_request (cell, day, number) WHERE cell IS NOT NULL",
            "CREATE INDEX open311_request_by_end ON open311_request (is_open, updated_day)",
            """
            CREATE TABLE open311_key (
                id             \(.uuid) PRIMARY KEY,
                name           TEXT NOT NULL,
                hash           \(.bytes) NOT NULL UNIQUE,
                territory_path \(.code) NOT NULL,
                per_hour       \(.integer) NOT NULL CHECK (per_hour > 0),
                from_at        \(.integer) NOT NULL,
                until_at       \(.integer) NOT NULL,
                revoked_at     \(.integer)
            ) \(.strict)
            """,
            // Which program sent what. The hash is of the name by which the program knows it.
            """
            CREATE TABLE open311_receipt (
                matter_id     \(.uuid) PRIMARY KEY REFERENCES matter (id),
                key_id        \(.uuid) NOT NULL REFERENCES open311_key (id),
                external_hash \(.bytes) UNIQUE,
                token         \(.code) NOT NULL UNIQUE,
                at            \(.integer) NOT NULL
            ) \(.strict)
            """,
            "CREATE INDEX open311_receipt_by_time ON open311_receipt (at)",
            """
            CREATE TABLE open311_delivery (
                id            \(.uuid) PRIMARY KEY,
                target        \(.code) NOT NULL,
                matter_id     \(.uuid) NOT NULL REFERENCES matter (id),
                service       TEXT NOT NULL,
                state         \(.code) NOT NULL CHECK (state IN ('waiting', 'sent', 'done', 'dead', 'dropped')),
                tries         \(.integer) NOT NULL,
                next_at       \(.integer) NOT NULL,
                created_at    \(.integer) NOT NULL,
                changed_at    \(.integer) NOT NULL,
                fault         TEXT,
                remote_id     TEXT,
                remote_token  TEXT,
                remote_status TEXT,
                reason        TEXT,
                UNIQUE (target, matter_id)
            ) \(.strict)
            """,
            "CREATE INDEX open311_delivery_by_turn ON open311_delivery (state, next_at)",
            "CREATE INDEX open311_delivery_by_matter ON open311_delivery (matter_id)"
        )
    ]
}
