import App
import Storage
import Testing

/// A migration that has shipped is frozen: databases out there were made by it. Who changes a table adds a migration, and
/// its line here.
struct MigrationDigestTests {
    private static let shipped: [(name: String, digest: String)] = [
        ("journal-1-create", "df2b0991d2ab2e76"),
        ("journal-2-order", "291e2f7f84bbefbf"),
        ("journal-3-heartbeat", "4f0ece605f5f1d29"),
        ("journal-4-seals", "c6296b97b101cce3"),
        ("journal-5-search", "edf73d9306fca631"),
        ("vault-1-create", "35a414e1ccb31b6b"),
        ("deadlines-1-create", "16900971ea7167d8"),
        ("directory-1-create", "3c25c569209be602"),
        ("directory-2-organisations", "45e0bdc13e0c5a46"),
        ("people-1-create", "bb037661dc8231c6"),
        ("people-2-contact", "a7bd7eb2db7a06d6"),
        ("people-3-sealed", "4c65ff087e350cbb"),
        ("people-4-grants", "b3a8587166520a24"),
        ("people-retention-1-names", "1b0d3aa3084d6a42"),
        ("people-5-members", "5e6b02d7ebed9d09"),
        ("people-desk-1-create", "f48dc272cb172e0b"),
        ("people-consents-1-create", "bc105bf9a2df8ca5"),
        ("people-enrolments-1-create", "59e156f464ea5814"),
        ("cases-1-create", "884ab967d44f727d"),
        ("cases-2-sealed-reporter", "3fa4116011450752"),
        ("cases-3-apart", "901bf2f13b5d149"),
        ("cases-4-business", "23cde86fdac45fec"),
        ("cases-retention-1-erasure", "1b7d0ca8063b4cae"),
        ("cases-5-merging", "7813dcdbb003b14a"),
        ("cases-offline-1-told", "ec3df39ff0c6dd55"),
        ("notices-1-create", "80ca0dc1ce9dcc2a"),
        ("notices-2-sealed", "b8a18e38922f670d"),
        ("notices-3-apart", "ac05287c2b3ed65f"),
        ("my-data-1-create", "5d3c049771ed214a"),
        ("audit-1-examinations", "9e0c2c01c837848b"),
        ("incidents-1-create", "c4770fbf4d570585"),
        ("retention-1-create", "70d1b9a3de1e28a"),
        ("open311-1-create", "f6e68f82ba628705"),
    ]

    @Test func `every migration is the one that shipped`() {
        #expect(Nuanxin.migrations.map { "\($0.name) \($0.digest)" } == Self.shipped.map { "\($0.name) \($0.digest)" })
    }
}
