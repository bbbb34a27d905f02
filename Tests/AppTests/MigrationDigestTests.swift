import App
import Storage
import Testing

/// A migration that has shipped is frozen: databases out there were made by it. Who changes a table adds a migration, and
/// its line here.
struct MigrationDigestTests {
    private static let shipped: [(name: String, digest: String)] = [
        ("journal-1-create", ""),
        ("deadlines-1-create", ""),
        ("directory-1-create", ""),
        ("people-1-create", ""),
        ("cases-1-create", ""),
        ("notices-1-create", ""),
    ]

    @Test func `every migration is the one that shipped`() {
        #expect(Nuanxin.migrations.map { "\($0.name) \($0.digest)" } == Self.shipped.map { "\($0.name) \($0.digest)" })
    }
}
