import Access
import Deadlines
import Directory
import Foundation
import Kernel
import People
import Storage
import Synchronization
import TestSupport
import Web

@testable import Cases

// What happens in the test district: people report, and staff take steps.
extension TestDistrict {
    func category(_ code: String) throws -> Category {
        guard let category = facts.categories.category(code) else { throw NotThere() }
        return category
    }

    func draft(
        _ code: String = "0104", id: ID<Case>? = nil, at position: Position? = inShenhe, address: String? = nil,
        words: String = "后厨有老鼠", identity: Reporter.Identity = .named
    ) throws -> ReportDraft {
        ReportDraft(
            id: id ?? services.makeID(), category: try category(code),
            place: Case.Place(
                position: position, accuracy: position == nil ? nil : 12, source: position == nil ? .address : .phone,
                address: address),
            description: words, identity: identity)
    }

    @discardableResult
    func submit(
        _ draft: ReportDraft, by someone: Someone = .zhangWei, photos: [ID<Photo>] = []
    ) async throws -> ReportCommands.Receipt {
        try await reports.submit(
            draft, photos: photos, digest: draft.digest(photos: photos.map(\.uuid.bytes)), by: caller(someone))
    }

    func report(
        _ code: String = "0104", by someone: Someone = .zhangWei, at position: Position? = inShenhe,
        identity: Reporter.Identity = .named, photos: [ID<Photo>] = []
    ) async throws -> ID<Case> {
        let draft = try draft(
            code, at: position, address: position == nil ? "文艺路28号" : nil, identity: identity)
        return try await submit(draft, by: someone, photos: photos).matter.id
    }

    @discardableResult
    func take(
        _ step: String, on id: ID<Case>, by someone: Someone, version: Int? = nil,
        _ fill: (inout StepInput) throws -> Void = { _ in }
    ) async throws -> Case {
        var input = StepInput()
        try fill(&input)
        return try await cases.take(step, on: id, input, version: version, by: caller(someone))
    }

    /// The desk gives it to the food section of Shenhe, where `someone` starts the check.
    @discardableResult
    func bringToCheck(_ id: ID<Case>, by someone: Someone = .liNa) async throws -> Case {
        try await take("dispatch", on: id, by: .wangFang) { $0.office = try office("SH-FOOD") }
        return try await take("check", on: id, by: someone)
    }

    @discardableResult
    func close(_ id: ID<Case>, by someone: Someone = .liNa) async throws -> Case {
        try await take("verify", on: id, by: someone) { $0.result = "属实" }
        return try await take("close", on: id, by: someone) { $0.result = "已责令改正" }
    }

    func matter(_ id: ID<Case>) async throws -> Case {
        try await read { db in
            guard let matter = try CaseStore(db).find(id) else { throw NotThere() }
            return matter
        }
    }

    func story(_ id: ID<Case>) async throws -> CaseStory {
        try await read { db in
            guard let matter = try CaseStore(db).find(id) else { throw NotThere() }
            return try CaseStory(matter, in: db)
        }
    }

    func words(_ language: Language = .zhHans) async throws -> CaseWords {
        let now = clock.now
        return try await read { db in try CaseWords(services.site, language, facts: facts, now: now, in: db) }
    }

    /// A photo that `someone` has sent and that belongs to nothing yet; with another `content` it is another file.
    func photo(_ content: UInt8 = 7, by someone: Someone) async throws -> ID<Photo> {
        let photo = Photo(
            id: ID(services.makeName()), account: someone.id, format: "jpeg", byteCount: 1000,
            originalHash: Data(repeating: content, count: 32), width: 1600, height: 1200, createdAt: clock.now,
            evidence: Photo.Evidence(capturedAt: clock.now - 60, position: Self.inShenhe))
        try await database.write { db in try PhotoStore(db).insert(photo) }
        return photo.id
    }

    // MARK: Businesses

    /// A chain, a shop that belongs to it, and a shop of nobody's.
    static let shops = """
        CHAIN,merchant,示例连锁,210103,
        SHOP,merchant,示例小店,210103,CHAIN
        OTHER,merchant,示例别家,210103,
        """

    func open(_ shops: String = shops) async throws {
        let file = OrganisationFile(Data("code,kind,name,territory,parent\n\(shops)".utf8))
        let report = try await DirectoryCommands(services).importOrganisations(file, by: .console)
        guard report.isStored else { throw NotThere() }
    }

    /// Somebody is tied to an organisation from now on.
    mutating func declare(_ code: String, by someone: Someone) async throws {
        let now = clock.now
        interests[someone] = try await database.write { db in
            guard let organisation = try DirectoryStore(db).organisation(code: code)?.id else { throw NotThere() }
            try GrantStore(db).insert([
                DatedGrant(
                    id: UUID(high: 0xc_0000, low: UInt64(someone.rawValue)), account: someone.id,
                    grant: Grant(role: .everyone, organisation: organisation), from: now - 1, reason: "family")
            ])
            return organisation
        }
    }

    // MARK: Clocks

    /// The clocks of a name, the oldest first.
    func clocks(_ name: String, of id: ID<Case>) async throws -> [CaseClock] {
        try await read { db in try CaseClockStore(db).clocks(of: id).filter { $0.name == name } }
    }

    func clock(_ name: String, of id: ID<Case>) async throws -> CaseClock {
        guard let clock = try await clocks(name, of: id).last else { throw NotThere() }
        return clock
    }

    /// The day on which a clock runs out; `nil` when it can't be said yet.
    func due(_ name: String, of id: ID<Case>) async throws -> Day? {
        try await clock(name, of: id).dueAt.map { Day(of: $0 - 1) }
    }

    /// What lists sort by: the clock that comes first, and when it runs out.
    func firstDue(_ id: ID<Case>) async throws -> (at: Date?, clock: String?) {
        try await read { db in
            let row = try db.row("SELECT due_at, due_clock FROM matter WHERE id = \(id)")
            guard let row else { throw NotThere() }
            return (try row["due_at"], try row["due_clock"])
        }
    }
}

/// The day that `text` says; a test's own slip shows as a day nobody expects.
func day(_ text: String) -> Day { Day(text) ?? Day(number: 0) }
