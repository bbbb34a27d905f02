import Storage

/// The tables of cases. `CASE` is a word of SQL, so the table of cases is called `matter`.
package enum CaseSchema {
    package static let migrations = [
        Migration(
            "cases-1-create",
            """
            CREATE TABLE matter (
                id                 \(.uuid) PRIMARY KEY,
                number             \(.code) NOT NULL UNIQUE,
                received_at        \(.integer) NOT NULL,
                reported_category  \(.code) NOT NULL,
                category           \(.code) NOT NULL,
                severity           \(.integer) NOT NULL CHECK (severity BETWEEN 1 AND 4),
                description        TEXT NOT NULL,
                lat                \(.real),
                lng                \(.real),
                accuracy           \(.real),
                position_source    TEXT NOT NULL CHECK (position_source IN ('phone', 'photo', 'map', 'address')),
                address            TEXT,
                area               TEXT NOT NULL,
                territory_path     \(.code) NOT NULL,
                office_id          \(.uuid) NOT NULL REFERENCES office (id),
                handler_id         \(.uuid) REFERENCES account (id),
                state              TEXT NOT NULL CHECK (state IN (
                    'received', 'accepted', 'dispatched', 'checking', 'verified', 'rectifying', 'rechecking',
                    'unfounded', 'handedOver', 'transferred', 'declined', 'closed')),
                outcome            TEXT CHECK (outcome IN (
                    'verified', 'unfounded', 'handedOver', 'declined', 'duplicate')),
                body               TEXT,
                receipt            TEXT,
                result             TEXT,
                rectify_by         TEXT,
                extension_request  TEXT NOT NULL CHECK (extension_request IN ('none', 'asked', 'granted', 'refused')),
                extension_asked_by \(.uuid),
                reopen_request     TEXT NOT NULL CHECK (reopen_request IN ('none', 'asked', 'granted', 'refused')),
                rating             TEXT CHECK (rating IN ('solved', 'notSolved')),
                closed_at          \(.integer),
                closed_by          \(.uuid),
                due_at             \(.integer),
                due_clock          TEXT,
                version            \(.integer) NOT NULL,
                CHECK ((lat IS NULL) = (lng IS NULL)),
                CHECK (lat IS NOT NULL OR address IS NOT NULL),
                CHECK (state <> 'closed' OR (result IS NOT NULL AND closed_at IS NOT NULL)),
                CHECK (state <> 'transferred' OR receipt IS NOT NULL)
            ) \(.strict)
            """,
            "CREATE INDEX matter_by_office ON matter (office_id, received_at)",
            "CREATE INDEX matter_by_territory ON matter (territory_path, received_at)",
            "CREATE INDEX matter_by_handler ON matter (handler_id, received_at)",
            "CREATE INDEX matter_by_arrival ON matter (received_at, id)",
            "CREATE INDEX matter_by_state ON matter (state, outcome)",
            "CREATE INDEX matter_by_due ON matter (due_at) WHERE due_at IS NOT NULL",
            // Who reported stands apart from what was reported, so that reading a case never reads its reporter.
            """
            CREATE TABLE reporter (
                matter_id  \(.uuid) PRIMARY KEY REFERENCES matter (id),
                account_id \(.uuid) NOT NULL REFERENCES account (id),
                identity   TEXT NOT NULL CHECK (identity IN ('named', 'confidential', 'anonymous')),
                alias      TEXT NOT NULL,
                digest     \(.bytes) NOT NULL
            ) \(.strict)
            """,
            "CREATE INDEX reporter_by_account ON reporter (account_id, matter_id)",
            """
            CREATE TABLE matter_step (
                id          \(.uuid) PRIMARY KEY,
                matter_id   \(.uuid) NOT NULL REFERENCES matter (id),
                position    \(.integer) NOT NULL,
                at          \(.integer) NOT NULL,
                step        TEXT NOT NULL,
                actor_id    \(.uuid),
                from_state  TEXT,
                to_state    TEXT NOT NULL,
                note        TEXT,
                result      TEXT,
                reason      TEXT,
                detail      TEXT,
                tells       TEXT,
                UNIQUE (matter_id, position)
            ) \(.strict)
            """,
            """
            CREATE TABLE matter_clock (
                id         \(.uuid) PRIMARY KEY,
                matter_id  \(.uuid) NOT NULL REFERENCES matter (id),
                name       TEXT NOT NULL,
                version    TEXT NOT NULL,
                kind       TEXT NOT NULL CHECK (kind IN ('statutory', 'promise')),
                started_at \(.integer) NOT NULL,
                pause_days \(.integer) NOT NULL CHECK (pause_days >= 0),
                paused_on  TEXT,
                extended   \(.boolean) NOT NULL,
                fixed_day  TEXT,
                due_at     \(.integer),
                state      TEXT NOT NULL CHECK (state IN ('running', 'paused', 'met', 'late', 'ended')),
                ended_at   \(.integer)
            ) \(.strict)
            """,
            "CREATE INDEX matter_clock_by_matter ON matter_clock (matter_id)",
            """
            CREATE TABLE photo (
                id          \(.uuid) PRIMARY KEY,
                account_id  \(.uuid) NOT NULL REFERENCES account (id),
                matter_id   \(.uuid) REFERENCES matter (id),
                step_id     \(.uuid) REFERENCES matter_step (id),
                position    \(.integer) NOT NULL,
                format      TEXT NOT NULL,
                bytes       \(.integer) NOT NULL,
                sha256      \(.bytes) NOT NULL,
                width       \(.integer) NOT NULL,
                height      \(.integer) NOT NULL,
                created_at  \(.integer) NOT NULL
            ) \(.strict)
            """,
            "CREATE INDEX photo_by_matter ON photo (matter_id, position) WHERE matter_id IS NOT NULL",
            "CREATE INDEX photo_waiting ON photo (created_at) WHERE matter_id IS NULL",
            // What a camera wrote into a photo: evidence with rights of its own.
            """
            CREATE TABLE photo_evidence (
                photo_id    \(.uuid) PRIMARY KEY REFERENCES photo (id),
                captured_at \(.integer),
                lat         \(.real),
                lng         \(.real)
            ) \(.strict)
            """
        ),
        Migration(
            "cases-2-sealed-reporter",
            """
            CREATE TABLE reporter_sealed (
                matter_id      \(.uuid) PRIMARY KEY REFERENCES matter (id),
                identity       TEXT NOT NULL CHECK (identity IN ('named', 'confidential', 'anonymous')),
                alias          TEXT NOT NULL,
                account_sealed \(.bytes) NOT NULL,
                account_index  \(.bytes) NOT NULL,
                digest_sealed  \(.bytes) NOT NULL,
                key_id         \(.uuid) NOT NULL,
                index_key_id   \(.uuid) NOT NULL
            ) \(.strict)
            """,
            "CREATE INDEX reporter_by_index ON reporter_sealed (account_index, matter_id)",
            "CREATE INDEX reporter_by_key ON reporter_sealed (key_id)",
            "CREATE INDEX reporter_by_index_key ON reporter_sealed (index_key_id)"
        ),
        // Nothing leads from a case to its reporter any more but the sealed table: photos forget who sent them once a report or
        // a step has them, and what reporters do themselves has no actor. SQLite can't let a column be empty that couldn't, so
        // the photos' tables are made anew.
        Migration(
            "cases-3-apart", phase: .contract,
            after: .init(locking: "reporter", "photo", "photo_evidence") { db, pass in
                try PlainReporterStore(db: db).seal(pass)
            },
            "DROP TABLE reporter",
            "ALTER TABLE reporter_sealed RENAME TO reporter",
            "UPDATE matter_step SET actor_id = NULL WHERE step IN ('rate', 'requestReopen') AND actor_id IS NOT NULL",
            """
            CREATE TABLE photo_next (
                id          \(.uuid) PRIMARY KEY,
                account_id  \(.uuid) REFERENCES account (id),
                matter_id   \(.uuid) REFERENCES matter (id),
                step_id     \(.uuid) REFERENCES matter_step (id),
                position    \(.integer) NOT NULL,
                format      TEXT NOT NULL,
                bytes       \(.integer) NOT NULL,
                sha256      \(.bytes) NOT NULL,
                width       \(.integer) NOT NULL,
                height      \(.integer) NOT NULL,
                created_at  \(.integer) NOT NULL,
                CHECK ((account_id IS NULL) = (matter_id IS NOT NULL))
            ) \(.strict)
            """,
            """
            INSERT INTO photo_next (id, account_id, matter_id, step_id, position, format, bytes, sha256, width, height,
                created_at)
            SELECT id, CASE WHEN matter_id IS NULL THEN account_id END, matter_id, step_id, position, format, bytes,
                sha256, width, height, created_at
            FROM photo
            """,
            """
            CREATE TABLE photo_evidence_next (
                photo_id    \(.uuid) PRIMARY KEY REFERENCES photo_next (id),
                captured_at \(.integer),
                lat         \(.real),
                lng         \(.real)
            ) \(.strict)
            """,
            """
            INSERT INTO photo_evidence_next (photo_id, captured_at, lat, lng)
            SELECT photo_id, captured_at, lat, lng FROM photo_evidence
            """,
            "DROP TABLE photo_evidence",
            "DROP TABLE photo",
            "ALTER TABLE photo_next RENAME TO photo",
            "ALTER TABLE photo_evidence_next RENAME TO photo_evidence",
            "CREATE INDEX photo_by_matter ON photo (matter_id, position) WHERE matter_id IS NOT NULL",
            "CREATE INDEX photo_waiting ON photo (account_id, created_at) WHERE matter_id IS NULL",
            "CREATE INDEX photo_abandoned ON photo (created_at) WHERE matter_id IS NULL"
        ),
        Migration(
            "cases-4-business",
            """
            CREATE TABLE matter_business (
                matter_id       \(.uuid) NOT NULL REFERENCES matter (id),
                organisation_id \(.uuid) NOT NULL REFERENCES organisation (id),
                PRIMARY KEY (matter_id, organisation_id)
            ) \(.strict)
            """,
            "CREATE INDEX matter_business_by_organisation ON matter_business (organisation_id, matter_id)"
        ),
        // What goes at the end of its span, what keeps it, and the files that have to follow their rows.
        Migration(
            "cases-retention-1-erasure",
            "ALTER TABLE matter ADD COLUMN words_erased_at \(.integer)",
            "CREATE INDEX matter_by_end ON matter (closed_at) WHERE closed_at IS NOT NULL",
            """
            CREATE TABLE matter_hold (
                id        \(.uuid) PRIMARY KEY,
                matter_id \(.uuid) NOT NULL REFERENCES matter (id),
                reason    TEXT NOT NULL,
                set_by    \(.uuid) NOT NULL,
                set_at    \(.integer) NOT NULL,
                until_day \(.code) NOT NULL,
                lifted_by \(.uuid),
                lifted_at \(.integer)
            ) \(.strict)
            """,
            "CREATE INDEX matter_hold_by_matter ON matter_hold (matter_id)",
            """
            CREATE TABLE photo_removal (
                photo_id \(.uuid) PRIMARY KEY,
                is_whole \(.boolean) NOT NULL,
                since    \(.integer) NOT NULL
            ) \(.strict)
            """
        ),
        // Reports of the same fact, and what they are found by.
        Migration(
            "cases-5-merging",
            "ALTER TABLE matter ADD COLUMN merged_into \(.uuid) REFERENCES matter (id)",
            "ALTER TABLE matter ADD COLUMN merged_from TEXT",
            "CREATE INDEX matter_by_main ON matter (merged_into) WHERE merged_into IS NOT NULL",
            // Open cases by place: by strips of a five-hundredth of a degree, 222 m, from west to east in each.
            """
            CREATE INDEX matter_open_by_place ON matter (CAST(lat * 500 AS \(.integer)), lng, category)
            WHERE lat IS NOT NULL AND closed_at IS NULL
            """,
            // Beside the photos and not tied to them, since an older database still makes their table anew after this.
            """
            CREATE TABLE photo_fingerprint (
                photo_id \(.uuid) PRIMARY KEY,
                bits     \(.integer) NOT NULL
            ) \(.strict)
            """
        ),
        // When a photo was taken by the word of the phone, beside what the camera wrote into it. A table of its own: the photos' are
        // made anew by a migration that may come later than this one.
        Migration(
            "cases-offline-1-told",
            "CREATE TABLE photo_told (photo_id \(.uuid) PRIMARY KEY, told_at \(.integer) NOT NULL) \(.strict)"
        ),
    ]
}
