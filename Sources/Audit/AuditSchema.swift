import Storage

package enum AuditSchema {
    package static let migrations = [
        Migration(
            "audit-1-examinations",
            """
            CREATE TABLE audit_examination (
                id       \(.uuid) PRIMARY KEY,
                rule     \(.code) NOT NULL,
                actor_id \(.uuid) NOT NULL,
                day      \(.code) NOT NULL,
                note     TEXT NOT NULL,
                by_id    \(.uuid) NOT NULL,
                at       \(.integer) NOT NULL
            ) \(.strict)
            """,
            "CREATE INDEX audit_examination_by_day ON audit_examination (day, rule)"
        )
    ]
}
