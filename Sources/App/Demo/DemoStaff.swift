import Access
import Directory
import Foundation
import Kernel
import People
import Storage
import Web

/// A member of staff of the demo city. All are invented and say so.
struct DemoPost: Sendable {
    let login: String
    let name: String
    let role: Role
    /// The territory of the grant; officers have none, they work for their office.
    var territory: String?
    /// Narrows the territory to one line of work.
    var sector: String?
    var office: String?
    /// What somebody from outside the bureau works for: its code.
    var organisation: String?

    /// What everybody's password is, in the demo city and nowhere else.
    static let password = "nuanxin-demo-2026"

    static let all: [DemoPost] =
        [
            DemoPost(login: "security-1", name: "示例·严管理员", role: .security),
            DemoPost(login: "security-2", name: "示例·华管理员", role: .security),
            DemoPost(login: "admin-1", name: "示例·邓管理员", role: .administrator),
            DemoPost(login: "admin-2", name: "示例·曹管理员", role: .administrator),
            DemoPost(login: "audit-1", name: "示例·金管理员", role: .auditor),
            DemoPost(login: "audit-2", name: "示例·魏管理员", role: .auditor),
            DemoPost(login: "city-intake", name: "示例·周科员", role: .intake, territory: "210100", office: "SYS-DESK"),
            DemoPost(login: "city-lead", name: "示例·郑局长", role: .supervisor, territory: "210100"),
            DemoPost(
                login: "city-food-lead", name: "示例·陶处长", role: .supervisor, territory: "210100", sector: "/market/food/"
            ),
            DemoPost(
                login: "city-equip-lead", name: "示例·姜处长", role: .supervisor, territory: "210100",
                sector: "/market/equipment/"),
        ]
        + district(
            "sh", "210103", "SYS-SH",
            ["王科员", "韩局长", "冯科长", "李科员", "赵科员", "黄科员", "吴科员", "徐科员", "朱所员", "胡所员", "郭所员"], section: "FOOD")
        + district(
            "hn", "210112", "SYS-HN",
            ["许科员", "唐局长", "宋科长", "何科员", "高科员", "林科员", "罗科员", "梁科员", "谢所员", "彭所员", "曾所员"], section: "EQUIP")

    /// Those who come from outside the bureau, or keep something apart from it: one of each in each district.
    private static let besides: [(suffix: String, name: String, role: Role)] = [
        ("custodian", "戚保管员", .custodian), ("keeper", "谢站长", .keeper), ("merchant", "邹老板", .merchant),
        ("community", "喻主任", .community), ("platform", "柏经理", .platform), ("party", "水书记", .party),
    ]

    private static let organisations = [
        "sh-merchant": "DEMO-MALATANG", "hn-merchant": "DEMO-NAICHA", "sh-platform": "DEMO-PLATFORM",
        "hn-platform": "DEMO-PLATFORM",
    ]

    /// The head of `section` is a supervisor of that section alone.
    private static func district(
        _ prefix: String, _ territory: String, _ bureau: String, _ names: [String], section: String
    ) -> [DemoPost] {
        let officers = [
            ("food-1", "FOOD"), ("food-2", "FOOD"), ("drug-1", "DRUG"), ("equip-1", "EQUIP"), ("trade-1", "TRADE"),
            ("s1-1", "S1"), ("s2-1", "S2"), ("s3-1", "S3"),
        ]
        return [
            DemoPost(
                login: "\(prefix)-intake", name: "示例·\(names[0])", role: .intake, territory: territory,
                office: "\(bureau)-DESK"),
            DemoPost(login: "\(prefix)-lead", name: "示例·\(names[1])", role: .supervisor, territory: territory),
            DemoPost(
                login: "\(prefix)-\(section.lowercased())-lead", name: "示例·\(names[2])", role: .supervisor,
                office: "\(bureau)-\(section)"),
        ]
            + zip(officers, names.dropFirst(3)).map { officer, name in
                DemoPost(
                    login: "\(prefix)-\(officer.0)", name: "示例·\(name)", role: .officer,
                    office: "\(bureau)-\(officer.1)")
            }
            + besides.map { post in
                DemoPost(
                    login: "\(prefix)-\(post.suffix)", name: "示例·\(prefix == "sh" ? "" : "小")\(post.name)",
                    role: post.role, territory: territory, organisation: organisations["\(prefix)-\(post.suffix)"])
            }
    }
}

/// The staff of the demo city, hired and with their roles.
struct DemoStaff: Sendable {
    struct Member: Sendable {
        let post: DemoPost
        let caller: Caller
        let oneTimePassword: OneTimePassword
        /// Where the post is, for the list of accounts.
        let territory: String
        let organisation: String
    }

    let members: [Member]
    private let byLogin: [String: Caller]
    private let officers: [ID<OfficeEntity>: [Caller]]

    /// Hires everybody with the commands that `nuanxin account` uses.
    init(_ product: Nuanxin, seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed ^ 0x7374_6166_66)
        let now = product.services.now()
        var members: [Member] = []
        // The first is made on the console; then nobody gives a role to themselves.
        var grantor: ID<Account>?
        for post in DemoPost.all {
            let secret = Data((0..<20).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
            let accounts = product.people.accounts
            let person = try await accounts.createStaff(
                login: post.login, name: post.name, password: DemoPost.password,
                oneTimePassword: OneTimePassword(secret: secret), by: grantor
            ).person
            let (territory, office, organisation) = try await product.services.database.read { db in
                let directory = DirectoryStore(db)
                return (
                    try post.territory.flatMap { try directory.territory(TerritoryCode(rawValue: $0)) },
                    try directory.office(code: post.office ?? "SYS"),
                    try post.organisation.flatMap { try directory.organisation(code: $0)?.id }
                )
            }
            _ = try await accounts.grant(
                Grant(
                    role: post.role, territory: territory?.path, sector: post.sector.map(SectorPath.init(rawValue:)),
                    office: post.office == nil ? nil : office?.id, organisation: organisation),
                to: post.login, until: now + 366 * 86_400, because: "演示城市", by: grantor)
            let grants = try await product.services.database.read { db in
                try GrantStore(db).current(of: person.id, at: now)
            }
            grantor = grantor ?? person.id
            members.append(
                Member(
                    post: post, caller: Caller(id: person.id, name: post.name, grants: grants),
                    oneTimePassword: OneTimePassword(secret: secret),
                    territory: post.territory ?? office?.territory.codes.last?.rawValue ?? "",
                    organisation: post.office == nil && territory != nil
                        ? "\(territory?.name ?? "")市场监督管理局" : office?.name.chinese ?? ""))
        }
        self.members = members
        byLogin = Dictionary(uniqueKeysWithValues: members.map { ($0.post.login, $0.caller) })
        officers = Dictionary(
            grouping: members.filter { $0.post.role == .officer }.compactMap { member in
                member.caller.grants.first?.office.map { ($0, member.caller) }
            }, by: \.0
        ).mapValues { $0.map(\.1) }
    }

    func caller(_ login: String) throws -> Caller {
        guard let caller = byLogin[login] else { throw SettingsError("demo: nobody signs in as \(login)") }
        return caller
    }

    func officers(of office: ID<OfficeEntity>) -> [Caller] { officers[office] ?? [] }

    func officer(_ id: ID<Account>) -> Caller? { members.first { $0.caller.id == id }?.caller }

    func intake(of county: String?) throws -> Caller { try caller("\(Self.prefix(county))-intake") }

    func supervisor(of county: String?) throws -> Caller { try caller("\(Self.prefix(county))-lead") }

    private static func prefix(_ county: String?) -> String {
        switch county {
        case "210103": "sh"
        case "210112": "hn"
        default: "city"
        }
    }
}
