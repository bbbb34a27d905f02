import Access
import Cases
import Directory
import Foundation
import Hummingbird
import HummingbirdTesting
import Journal
import Kernel
import Logging
import Media
import Outgoing
import Storage
import TestSupport
import Web

@testable import App
@testable import People

/// The whole product with a small city in it: two districts of Shenyang that mirror each other, their intake desks and food
/// sections, a few people. The time stands still until a test moves it.
struct TestCity: Sendable {
    let clock: TestClock
    let product: Nuanxin
    let description: APIDescription
    let offices: [String: ID<OfficeEntity>]
    private let people: [Someone: Person]

    /// In SQLite when told to, whatever the tests run on.
    init(
        at start: Date = Date(shanghai: "2026-09-30 16:00"), flags: [String: String] = [:], inOneFile: Bool = false,
        outgoing: (any Outgoing)? = nil
    ) async throws {
        let clock = TestClock(start)
        let data = try temporaryFolder()
        let counter = Counter()
        let settings =
            inOneFile
            ? try await Settings(flags: ["data": data.path], environment: [:])
            : try await TestDatabase.settings(in: data, flags)
        let product = try await Nuanxin(
            settings, root: Root(named: sourceRoot.path),
            gateway: DemoGateway(), outgoing: outgoing, passwordCost: PasswordHash.Cost(logRounds: 4)
        ) { services in
            services.now = { clock.now }
            services.makeUUID = { time in UUID(high: UInt64(time.milliseconds) << 16 | 0x7000, low: counter.next()) }
        }
        try await product.migrate()
        try await product.shelf.open()
        try await Self.build(product)
        let services = product.services
        offices = try await services.database.read { db in
            Dictionary(uniqueKeysWithValues: try DirectoryStore(db).allOffices().map { ($0.code, $0.id) })
        }
        people = try await Self.settle(product, offices: offices)
        self.clock = clock
        self.product = product
        description = try Self.description.get()
    }

    /// It is put together from a dozen files: once for all tests.
    private static let description = Result { try APIDescription(OpenAPI(Nuanxin.bundles).document) }

    func run(_ test: @escaping @Sendable (CityClient) async throws -> Void) async throws {
        try await Application(responder: product.router().buildResponder()).test(.router) { http in
            try await test(CityClient(http: http, city: self))
        }
    }

    func person(_ someone: Someone) throws -> Person {
        guard let person = people[someone] else { throw NotThere() }
        return person
    }

    func office(_ code: String) throws -> String {
        guard let id = offices[code] else { throw NotThere() }
        return id.text
    }

    /// A new session. Those of staff end after an hour, so each request of a test that moves the time takes one of its own.
    func token(_ someone: Someone, means: SessionMeans = .bearer) async throws -> String {
        try await token(of: person(someone), means: means)
    }

    func token(of person: Person, means: SessionMeans) async throws -> String {
        let token = Token()
        let session = OpenSession(
            id: product.services.makeID(), of: person.kind, account: person.id, means: means, device: .program,
            at: clock.now)
        try await product.services.database.write { db in try SessionStore(db).insert(session, token: token) }
        return token.text
    }

    /// Lets the journal's consumers do what the server does beside its requests.
    func catchUp() async {
        let feed = JournalFeed(
            database: product.services.database, consumers: product.consumers, logger: Logger(label: "test"))
        await feed.catchUp()
    }

    func journal(_ kind: String) async throws -> [JournalEntry] {
        try await product.services.database.read { db in
            try JournalStore(db).allEntries(limit: 10_000).filter { $0.kind == kind }
        }
    }

    func count(_ statement: SQL) async throws -> Int {
        try await product.services.database.read { db in try db.value(statement) }
    }

    struct NotThere: Error {}
}

/// Who lives and works in the test city. Districts: 沈河 (SH) and, beside it, 和平 (HP).
enum Someone: String, CaseIterable, Sendable {
    case zhangWei, liuYang
    case wangFang, liNa, zhaoQiang, chenGang
    /// Both an officer and a supervisor of the same office: who asks doesn't decide.
    case maRui
    case sunLi, zhouMin, wuPing
    case heMin

    static let riders: [Someone] = [.zhangWei, .liuYang]
    static let staff: [Someone] = allCases.filter { !riders.contains($0) }

    var name: String {
        switch self {
        case .zhangWei: "张伟"
        case .liuYang: "刘洋"
        case .wangFang: "王芳"
        case .liNa: "李娜"
        case .zhaoQiang: "赵强"
        case .chenGang: "陈刚"
        case .maRui: "马瑞"
        case .sunLi: "孙丽"
        case .zhouMin: "周敏"
        case .wuPing: "吴平"
        case .heMin: "何敏"
        }
    }

    var phone: String { self == .zhangWei ? "13866177788" : "13866277799" }

    var isRider: Bool { Self.riders.contains(self) }
    var roles: [Role] { posts.map(\.0) }

    /// Roles with the district and the office in which they hold.
    fileprivate var posts: [(Role, String?, String?)] {
        switch self {
        case .zhangWei, .liuYang: []
        case .wangFang: [(.intake, TestCity.shenhe, "SH-DESK")]
        case .liNa, .zhaoQiang: [(.officer, nil, "SH-FOOD")]
        case .chenGang: [(.supervisor, TestCity.shenhe, "SH-FOOD")]
        case .maRui: [(.officer, nil, "SH-FOOD"), (.supervisor, nil, "SH-FOOD")]
        case .sunLi: [(.intake, TestCity.heping, "HP-DESK")]
        case .zhouMin: [(.officer, nil, "HP-FOOD")]
        case .wuPing: [(.supervisor, TestCity.heping, "HP-FOOD")]
        case .heMin: [(.administrator, nil, nil)]
        }
    }
}

// MARK: - Building it

extension TestCity {
    static let shenhe = "/210000/210100/210103/"
    static let heping = "/210000/210100/210102/"
    static let inShenhe = (lat: 41.80, lng: 123.45)
    static let inHeping = (lat: 41.80, lng: 123.35)
    static let password = "correct horse battery"

    private static func build(_ product: Nuanxin) async throws {
        let commands = DirectoryCommands(product.services)
        let table = """
            {"metadata": {"data_as_of": "2025-12-31"}, "divisions": [
              [1, "210000", "", "辽宁省"], [2, "210100", "210000", "沈阳市"], [3, "210102", "210100", "和平区"],
              [3, "210103", "210100", "沈河区"], [4, "210103005", "210103", "滨河街道"]]}
            """
        let reports = [
            try await commands.importTerritories(TerritoryTable(json: Data(table.utf8)), by: .console),
            try await commands.importOutlines(OutlineFile(geoJSON: Data(outlines.utf8)), by: .console),
            try await commands.importOffices(OfficeFile(Data(offices.utf8)), by: .console),
        ]
        guard reports.allSatisfy(\.problems.isEmpty) else {
            throw BadCity(reports.flatMap(\.problems).map(\.line).joined(separator: "\n"))
        }
    }

    private static func settle(
        _ product: Nuanxin, offices: [String: ID<OfficeEntity>]
    ) async throws -> [Someone: Person] {
        var people: [Someone: Person] = [:]
        let services = product.services
        for rider in Someone.riders {
            guard let phone = Phone(rider.phone) else { throw NotThere() }
            people[rider] = Person(
                id: services.makeID(), door: .phone(phone), profile: Profile(name: rider.name),
                createdAt: services.now(), welcomedAt: services.now())
        }
        let riders = Array(people.values)
        try await services.database.write { db in try AccountStore(db).insert(riders) }
        for someone in Someone.staff {
            people[someone] = try await product.people.accounts.createStaff(
                login: someone.rawValue, name: someone.name, password: password
            ).person
            for (role, territory, office) in someone.posts {
                _ = try await product.people.accounts.grant(
                    Grant(
                        role: role, territory: territory.map(TerritoryPath.init(rawValue:)),
                        office: office.flatMap { offices[$0] }),
                    to: someone.rawValue, because: "test")
            }
        }
        return people
    }

    private static let outlines = """
        {"type": "FeatureCollection", "features": [
          \(outline("210102", 123.3, 41.7)), \(outline("210103", 123.4, 41.7))]}
        """

    private static func outline(_ code: String, _ west: Double, _ south: Double) -> String {
        let (east, north) = (west + 0.1, south + 0.2)
        return """
            {"type": "Feature", "properties": {"code": "\(code)"}, "geometry": {"type": "Polygon", "coordinates":
            [[[\(west), \(south)], [\(east), \(south)], [\(east), \(north)], [\(west), \(north)], [\(west), \(south)]]]}}
            """
    }

    private static let offices = """
        {"offices": [
          {"code": "SY", "kind": "bureau", "name": "市局", "nameEn": "City bureau", "territory": "210100"},
          {"code": "SY-DESK", "kind": "section", "name": "市局接收岗", "nameEn": "City intake", "territory": "210100",
           "parent": "SY", "dutyDesk": true},
          \(district("SH", "210103", "沈河")), \(district("HP", "210102", "和平"))]}
        """

    private static func district(_ code: String, _ territory: String, _ name: String) -> String {
        """
        {"code": "\(code)", "kind": "bureau", "name": "\(name)局", "nameEn": "\(code) bureau",
         "territory": "\(territory)", "parent": "SY"},
        {"code": "\(code)-DESK", "kind": "section", "name": "\(name)接收岗", "nameEn": "\(code) intake",
         "territory": "\(territory)", "parent": "\(code)", "dutyDesk": true},
        {"code": "\(code)-FOOD", "kind": "section", "name": "\(name)食品科", "nameEn": "\(code) food section",
         "territory": "\(territory)", "parent": "\(code)"}
        """
    }

    private struct BadCity: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }
}
