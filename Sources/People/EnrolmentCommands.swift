import Access
import Directory
import Foundation
import Kernel
import Storage
import Web

/// What keepers and sites write down of riders who aren't here yet: the first page then has it filled in, for the rider to
/// look over. Whether a number is known already is told to nobody.
package struct EnrolmentCommands: Sendable {
    let services: Services

    /// Riders that one person may write down in a day.
    private static let perDay = 5000

    /// Keeps what was written down for thirty days, or until the riders come. Throws ``AccountError/tooManyEnrolments(limit:)``.
    func enrol(_ people: [(phone: Phone, profile: Profile)], by caller: Caller) async throws {
        let now = services.now()
        let batch = EnrolmentBatch(id: services.makeUUID(now), by: caller.id, at: now, count: people.count)
        let ids = people.map { _ in services.makeUUID(now) }
        try await services.write(as: caller) { [services] db, caller in
            guard services.policy.allows(caller, "create", on: Subject(kind: "enrolment")) else { throw NotAllowed() }
            let store = EnrolmentStore(db)
            let today = try store.batches(of: caller.id, limit: 1000).filter { $0.at > now - 86_400 }
            guard today.map(\.count).reduce(people.count, +) <= Self.perDay else {
                throw AccountError.tooManyEnrolments(limit: Self.perDay)
            }
            let home = try Self.home(of: caller, in: db)
            try store.insert(
                batch,
                zip(ids, people).map { Enrolment(id: $0, phone: $1.phone, profile: $1.profile, territory: home) })
            try AccountJournal(db).append(
                "enrolment.created", about: caller.id, by: caller.id, at: now, data: ["count": "\(people.count)"])
        }
    }

    func batches(of caller: Caller) async throws -> [EnrolmentBatch] {
        try await services.database.read { db in try EnrolmentStore(db).batches(of: caller.id, limit: 50) }
    }

    /// What waits for a rider who came for the first time, and who wrote it down.
    func waiting(for phone: Phone) async throws -> (enrolment: Enrolment, by: String)? {
        let now = services.now()
        return try await services.database.read { db in
            guard let (enrolment, author) = try EnrolmentStore(db).find(phone, at: now) else { return nil }
            return (enrolment, try ColleagueStore(db).names(of: [author])[author] ?? "")
        }
    }

    /// The district of whoever writes, when it is one that riders can choose.
    private static func home(of caller: Caller, in db: any Transaction) throws -> TerritoryCode? {
        let directory = DirectoryStore(db)
        let own = caller.grants.filter { $0.role == .keeper || $0.role == .platform }.compactMap(
            \.territory?.codes.last)
        return try own.first { try directory.isHome($0) }
    }
}
