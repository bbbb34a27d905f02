import Storage

package enum VaultSchema {
    package static let migrations = [
        Migration(
            "vault-1-create",
            """
            CREATE TABLE vault_key (
                id         \(.uuid) PRIMARY KEY,
                class      \(.code) NOT NULL,
                purpose    \(.code) NOT NULL CHECK (purpose IN ('seal', 'index')),
                wrapped    \(.bytes) NOT NULL,
                master     \(.code) NOT NULL,
                state      \(.code) NOT NULL CHECK (state IN ('current', 'older', 'retired')),
                created_at \(.integer) NOT NULL
            ) \(.strict)
            """,
            "CREATE UNIQUE INDEX vault_key_current ON vault_key (class, purpose) WHERE state = 'current'",
            // Who looked at a hidden identity, and who asked too often: for the budget, and for those who were looked at.
            """
            CREATE TABLE identity_look (
                id         \(.uuid) PRIMARY KEY,
                class      \(.code) NOT NULL,
                subject    \(.uuid) NOT NULL,
                viewer_id  \(.uuid) NOT NULL,
                purpose    \(.code) NOT NULL,
                is_refused \(.boolean) NOT NULL,
                at         \(.integer) NOT NULL
            ) \(.strict)
            """,
            "CREATE INDEX identity_look_by_viewer ON identity_look (viewer_id, at)",
            "CREATE INDEX identity_look_by_subject ON identity_look (subject, at)"
        )
    ]
}
