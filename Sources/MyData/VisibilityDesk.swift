import Access
import Cases
import Directory
import Foundation
import Kernel
import People
import Storage
import Web

/// Reads what is needed to say who can see somebody, at one moment.
struct VisibilityDesk {
    private let policy: Policy
    private let facts: CaseFacts
    private let posts: [Grant]
    private let db: any Transaction
    let person: Person
    let consents: Consents
    let now: Date

    init(_ services: Services, facts: CaseFacts, of account: ID<Account>, at now: Date, in db: any Transaction) throws {
        policy = services.policy
        self.facts = facts
        self.db = db
        self.now = now
        person = try AccountStore(db).find(account)
        consents = try ConsentStore(db).consents(of: account)
        posts = try GrantStore(db).posts(at: now)
    }

    /// Whether new reports name their reporter to the handler, unless told otherwise.
    var isNamed: Bool { consents.isGiven(facts.purposes.current(Purpose.named, on: Day(of: now))) }

    /// Who can see the account itself.
    func account(in territory: TerritoryCode?) throws -> Visibility {
        let path = try territory.flatMap { try DirectoryStore(db).territory($0)?.path }
        return Visibility(
            of: Subject(
                kind: person.kind == .staff ? "staff" : "profile", owner: person.id, territory: path),
            isNamed: false, posts: posts, policy: policy)
    }

    /// Who could see a report from this territory, wherever no other office answers for it from the start; once somebody
    /// of that office works on it, they too.
    func report(in code: TerritoryCode?, isNamed: Bool) throws -> Visibility {
        let path = try code.flatMap { try DirectoryStore(db).territory($0)?.path }
        // A usual report, about food: an example that people know.
        let category = facts.categories.groups.first?.categories.first?.code ?? ""
        let office = try? DirectoryStore(db).route(category: category, at: path).office.id
        let territory = try path ?? office.flatMap { try DirectoryStore(db).office($0)?.territory }
        return Visibility(
            of: Subject(
                kind: "case", assignee: Visibility.somebody, office: office, territory: territory,
                sector: facts.categories.sector(of: category)),
            isNamed: isNamed, posts: posts, policy: policy)
    }

    /// Who can see one that was sent.
    func report(_ matter: Case, identity: Reporter.Identity) throws -> Visibility {
        let handler = try matter.handler.map { try GrantStore(db).current(of: $0, at: now) }
        return Visibility(
            of: Subject(
                kind: "case", assignee: matter.handler ?? Visibility.somebody, office: matter.office,
                territory: matter.territory, sector: facts.categories.sector(of: matter.category)),
            isNamed: identity == .named, posts: posts, handler: handler, policy: policy)
    }
}

/// Says lines in plain words. Names of offices and territories are looked up for all of them at once.
struct VisibilityWords: Sendable {
    private let t: Strings
    private let language: Language
    private let sectors: Sectors?
    private let offices: [ID<OfficeEntity>: String]
    private let territories: [TerritoryCode: String]

    init(
        _ lines: [Visibility.Line], facts: CaseFacts, t: Strings, _ language: Language, in db: any Transaction
    ) throws {
        self.t = t
        self.language = language
        sectors = facts.sectors
        let directory = DirectoryStore(db)
        var offices: [ID<OfficeEntity>: String] = [:]
        var codes: Set<TerritoryCode> = []
        for line in lines {
            switch line.place {
            case .office(let id) where offices[id] == nil: offices[id] = try directory.office(id)?.name(language)
            case .territory(let path, _): codes.formUnion(path.codes.suffix(1))
            default: break
            }
        }
        self.offices = offices
        territories = try directory.territories(codes).mapValues(\.name)
    }

    func unit(of line: Visibility.Line) -> String {
        switch line.place {
        case .office(let id): offices[id] ?? t("visibility.unit.unknown")
        case .territory(let path, let sector):
            [
                path.codes.last.flatMap { territories[$0] } ?? t("visibility.unit.unknown"),
                sector.map { sectors?.title(of: $0, in: language) ?? t("visibility.unit.unknown") },
            ].compactMap(\.self).joined(separator: " · ")
        case .organisation: t("visibility.unit.organisation")
        case .everywhere: t("visibility.unit.everywhere")
        case .whereItLies: t("visibility.unit.where-it-lies")
        }
    }

    func role(of line: Visibility.Line) -> String {
        let name = t("role.\(line.role.rawValue)")
        return line.isHandler ? t("visibility.handler", ["role": name]) : name
    }

    /// What they see, of a thing of `kind`.
    func what(_ line: Visibility.Line, of kind: String) -> String {
        let thing = line.view.map { Self.words(role: line.role, kind: kind, view: $0, t) }
        let evidence = line.seesEvidence ? t("visibility.sees-evidence") : nil
        let reporter = line.seesReporter ? t("visibility.sees-reporter") : nil
        return [thing, evidence, reporter].compactMap(\.self).joined(separator: t("visibility.join"))
    }

    /// Words of this role's own where there are some, else those of the view.
    static func words(role: Role, kind: String, view: Policy.View, _ t: Strings) -> String {
        let own = "visibility.\(kind).\(role.rawValue).\(view.rawValue)"
        return t.has(own) ? t(own) : t("visibility.\(kind).any.\(view.rawValue)")
    }
}
