import Access
import Cases
import Deadlines
import Directory
import Foundation
import Journal
import Kernel
import Logging
import Notices
import People
import Storage
import TestSupport
import Web

/// Two districts with their intake desks, sections and people, on a real database. The time stands still until a test
/// moves it; identities count up, so that two of them that are told the same are the same.
struct TestDistrict: Sendable {
    let clock: TestClock
    let database: any Database
    var services: Services
    var facts: CaseFacts
    let offices: [String: ID<OfficeEntity>]
    /// What somebody is tied to.
    var interests: [Someone: ID<OrganisationEntity>] = [:]

    static let migrations =
        JournalSchema.migrations + Deadlines.migrations + Directory.migrations + People.migrations
        + Cases.migrations + Notices.migrations
    static let bundles = [Deadlines.bundle, Directory.bundle, People.bundle, Cases.bundle, Notices.bundle]

    init(_ kind: TestDatabase = .chosen, at start: Date = Date(shanghai: "2026-09-30 16:00")) async throws {
        clock = TestClock(start)
        database = try await kind.open(Self.migrations)
        services = try Services.test(database, modules: Self.bundles, clock: clock)
        var facts = try CaseFacts.shipped
        // The limit has tests of its own; others fill pages.
        facts.reports = []
        self.facts = facts
        offices = try await Self.build(services)
        let calendar = CalendarImport(String(decoding: try fact("calendar.json"), as: UTF8.self))
        _ = try await CalendarCommands(services).keepIfEmpty(calendar)
        try await settle()
    }

    var reports: ReportCommands { ReportCommands(services, facts: facts) }
    var cases: CaseCommands { CaseCommands(services, facts: facts) }

    func office(_ code: String) throws -> ID<OfficeEntity> {
        guard let id = offices[code] else { throw NotThere() }
        return id
    }

    func caller(_ someone: Someone) -> Caller {
        Caller(
            id: someone.id, name: someone.name,
            grants: someone.posts.map { post in
                Grant(
                    role: post.role, territory: post.territory.map(TerritoryPath.init(rawValue:)),
                    office: post.office.flatMap { offices[$0] })
            } + [interests[someone]].compactMap(\.self).map { Grant(role: .everyone, organisation: $0) })
    }

    /// The consumers of the journal, as the server runs them.
    @discardableResult
    func catchUp() async -> Int {
        let feed = JournalFeed(
            database: database,
            consumers: [NoticeConsumer(), LookConsumer(), ClockConsumer(book: facts.clocks)],
            logger: Logger(label: "test"))
        return await feed.catchUp()
    }

    func read<Value: Sendable>(
        _ work: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await database.read(work)
    }

    func journal(about subject: UUID) async throws -> [JournalEntry] {
        try await read { db in try JournalStore(db).entries(about: subject) }
    }

    func count(_ statement: SQL) async throws -> Int {
        try await read { db in try db.value(statement) }
    }

    struct NotThere: Error {}
}

// MARK: - Building it

extension TestDistrict {
    static let shenyang = "/210000/210100/"
    static let shenhe = "/210000/210100/210103/"
    static let heping = "/210000/210100/210102/"
    static let inShenhe = Position(lat: 41.80, lng: 123.45)
    /// In Shenhe's only street with an outline.
    static let inBinhe = Position(lat: 41.72, lng: 123.42)
    static let inHeping = Position(lat: 41.80, lng: 123.35)
    static let inTheSea = Position(lat: 38.5, lng: 121.9)

    private static func build(_ services: Services) async throws -> [String: ID<OfficeEntity>] {
        let commands = DirectoryCommands(services)
        let table = """
            {"metadata": {"data_as_of": "2025-12-31"}, "divisions": [
              [1, "210000", "", "辽宁省"], [2, "210100", "210000", "沈阳市"], [3, "210102", "210100", "和平区"],
              [3, "210103", "210100", "沈河区"], [4, "210103005", "210103", "滨河街道"]]}
            """
        let outlines = """
            {"type": "FeatureCollection", "features": [\(outline("210102", 123.3, 41.7, 0.1, 0.2)),
              \(outline("210103", 123.4, 41.7, 0.1, 0.2)), \(outline("210103005", 123.4, 41.7, 0.04, 0.04))]}
            """
        let reports = [
            try await commands.importTerritories(TerritoryTable(json: Data(table.utf8)), by: .console),
            try await commands.importOutlines(OutlineFile(geoJSON: Data(outlines.utf8)), by: .console),
            try await commands.importOffices(OfficeFile(Data(officeFile.utf8)), by: .console),
        ]
        guard reports.allSatisfy(\.problems.isEmpty) else { throw NotThere() }
        return try await services.database.read { db in
            Dictionary(uniqueKeysWithValues: try DirectoryStore(db).allOffices().map { ($0.code, $0.id) })
        }
    }

    private func settle() async throws {
        let now = clock.now
        let people = Someone.allCases.compactMap { $0.person(at: now) }
        let grants = Someone.staff.flatMap { someone in
            caller(someone).grants.enumerated().map { index, grant in
                DatedGrant(
                    id: UUID(high: 0xb_0000, low: UInt64(someone.rawValue * 10 + index)), account: someone.id,
                    grant: grant, from: now - 86_400, reason: "test")
            }
        }
        try await database.write { db in
            try AccountStore(db).insert(people)
            try GrantStore(db).insert(grants)
        }
    }

    private static func outline(
        _ code: String, _ west: Double, _ south: Double, _ width: Double, _ height: Double
    ) -> String {
        let (east, north) = (west + width, south + height)
        return """
            {"type": "Feature", "properties": {"code": "\(code)"}, "geometry": {"type": "Polygon", "coordinates":
            [[[\(west), \(south)], [\(east), \(south)], [\(east), \(north)], [\(west), \(north)], [\(west), \(south)]]]}}
            """
    }

    /// Food is given out by the desks; equipment comes straight to its section, as in cities where that is agreed.
    private static let officeFile = """
        {"offices": [
          {"code": "SY", "kind": "bureau", "name": "市局", "nameEn": "City bureau", "territory": "210100"},
          {"code": "SY-DESK", "kind": "section", "name": "市局接收岗", "nameEn": "City intake", "territory": "210100",
           "parent": "SY", "dutyDesk": true},
          {"code": "FIRE", "kind": "external", "name": "消防", "nameEn": "Fire brigade", "territory": "210100"},
          {"code": "SH-EQUIP", "kind": "section", "name": "沈河设备科", "nameEn": "Shenhe equipment",
           "territory": "210103", "parent": "SH", "duties": [{"categories": ["05"]}]},
          \(district("SH", "210103", "沈河", "Shenhe")), \(district("HP", "210102", "和平", "Heping"))]}
        """

    private static func district(_ code: String, _ territory: String, _ name: String, _ english: String) -> String {
        """
        {"code": "\(code)", "kind": "bureau", "name": "\(name)局", "nameEn": "\(english) bureau",
         "territory": "\(territory)", "parent": "SY"},
        {"code": "\(code)-DESK", "kind": "section", "name": "\(name)接收岗", "nameEn": "\(english) intake",
         "territory": "\(territory)", "parent": "\(code)", "dutyDesk": true},
        {"code": "\(code)-FOOD", "kind": "section", "name": "\(name)食品科", "nameEn": "\(english) food section",
         "territory": "\(territory)", "parent": "\(code)"}
        """
    }
}
