import Storage

package enum PeopleSchema {
    package static let migrations = first + StaffSchema.migrations

    private static let first = [
        Migration(
            "people-1-create",
            """
            CREATE TABLE account (
                id             \(.uuid) PRIMARY KEY,
                kind           TEXT NOT NULL CHECK (kind IN ('rider', 'staff')),
                state          TEXT NOT NULL CHECK (state IN ('active', 'suspended', 'closed')),
                name           TEXT,
                phone          \(.code) UNIQUE,
                platform       TEXT,
                company        TEXT,
                site           TEXT,
                territory_code \(.code),
                login          \(.code) UNIQUE,
                password_hash  TEXT,
                totp_sealed    \(.bytes),
                totp_step      \(.integer) NOT NULL DEFAULT 0,
                created_at     \(.integer) NOT NULL,
                welcomed_at    \(.integer),
                state_reason   TEXT,
                CHECK (state = 'closed' OR (kind = 'rider') = (phone IS NOT NULL)),
                CHECK ((kind = 'staff') = (login IS NOT NULL)),
                CHECK (kind = 'staff' OR (password_hash IS NULL AND totp_sealed IS NULL))
            ) \(.strict)
            """,
            "CREATE INDEX account_by_kind ON account (kind, created_at)",
            """
            CREATE TABLE grant_of_role (
                id             \(.uuid) PRIMARY KEY,
                account_id     \(.uuid) NOT NULL REFERENCES account (id),
                role           TEXT NOT NULL,
                territory_path \(.code),
                office_id      \(.uuid),
                from_at        \(.integer) NOT NULL,
                until_at       \(.integer),
                granted_by     \(.uuid),
                reason         TEXT NOT NULL,
                ended_by       \(.uuid),
                ended_reason   TEXT
            ) \(.strict)
            """,
            "CREATE INDEX grant_of_role_by_account ON grant_of_role (account_id, from_at)",
            """
            CREATE TABLE session (
                id         \(.uuid) PRIMARY KEY,
                token_hash \(.bytes) NOT NULL UNIQUE,
                account_id \(.uuid) NOT NULL REFERENCES account (id),
                means      TEXT NOT NULL CHECK (means IN ('cookie', 'bearer')),
                device     TEXT NOT NULL,
                created_at \(.integer) NOT NULL,
                seen_at    \(.integer) NOT NULL,
                expires_at \(.integer) NOT NULL
            ) \(.strict)
            """,
            "CREATE INDEX session_by_account ON session (account_id, created_at)",
            "CREATE INDEX session_by_end ON session (expires_at)",
            """
            CREATE TABLE sign_in_code (
                id           \(.uuid) PRIMARY KEY,
                challenge    \(.bytes) NOT NULL UNIQUE,
                code_hash    \(.bytes) NOT NULL,
                phone_key    \(.bytes) NOT NULL,
                phone_sealed \(.bytes) NOT NULL,
                means        TEXT NOT NULL CHECK (means IN ('cookie', 'bearer')),
                expires_at   \(.integer) NOT NULL,
                tries_left   \(.integer) NOT NULL CHECK (tries_left >= 0)
            ) \(.strict)
            """,
            "CREATE INDEX sign_in_code_by_phone ON sign_in_code (phone_key, expires_at)",
            "CREATE INDEX sign_in_code_by_end ON sign_in_code (expires_at)",
            """
            CREATE TABLE attempt (
                key     \(.bytes) PRIMARY KEY,
                used    \(.integer) NOT NULL,
                ends_at \(.integer) NOT NULL
            ) \(.strict)
            """,
            "CREATE INDEX attempt_by_end ON attempt (ends_at)"
        ),
        Migration(
            "people-2-contact",
            """
            CREATE TABLE account_contact (
                account_id   \(.uuid) PRIMARY KEY REFERENCES account (id),
                phone_sealed \(.bytes),
                phone_index  \(.bytes) UNIQUE,
                name_sealed  \(.bytes),
                key_id       \(.uuid) NOT NULL,
                index_key_id \(.uuid),
                CHECK ((phone_sealed IS NULL) = (phone_index IS NULL)),
                CHECK ((phone_index IS NULL) = (index_key_id IS NULL))
            ) \(.strict)
            """,
            "CREATE INDEX account_contact_by_key ON account_contact (key_id)",
            "CREATE INDEX account_contact_by_index_key ON account_contact (index_key_id)"
        ),
        // A rider has a pseudonym for the journal as long as the account isn't closed: what the table asked of phones holds for
        // these, so the column changes its name and its content.
        Migration(
            "people-3-sealed", phase: .contract,
            after: .init(locking: "account") { db, pass in try PlainContactStore(db: db).seal(pass) },
            "UPDATE account SET name = NULL WHERE name IS NOT NULL",
            "ALTER TABLE account DROP COLUMN name",
            "ALTER TABLE account RENAME COLUMN phone TO pseudonym",
            "UPDATE account SET pseudonym = \(.randomDigits) WHERE pseudonym IS NOT NULL"
        ),
        // Two trees and stand-ins: the version before reads what it knows and gives no more rights by it than it did.
        Migration(
            "people-4-grants",
            "ALTER TABLE grant_of_role ADD COLUMN sector_path \(.code)",
            "ALTER TABLE grant_of_role ADD COLUMN organisation_id \(.uuid)",
            "ALTER TABLE grant_of_role ADD COLUMN acting_for \(.uuid) REFERENCES account (id)"
        ),
        // When the name of somebody who has left was erased.
        Migration(
            "people-retention-1-names",
            "ALTER TABLE account ADD COLUMN name_erased_at \(.integer)"
        ),
        // Who belongs to a business is asked for whenever a case that names one is opened.
        Migration(
            "people-5-members",
            "CREATE INDEX grant_of_role_by_organisation ON grant_of_role (organisation_id) WHERE organisation_id IS NOT NULL"
        ),
    ]
}
