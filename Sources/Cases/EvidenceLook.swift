import Foundation
import Journal
import Kernel
import Storage

/// That somebody of the staff saw what a camera wrote into the photos of a case. A page that is loaded again within ten
/// minutes is the same look.
struct EvidenceLook {
    private static let kind = "evidence.read"
    private static let sameLook: TimeInterval = 600

    let matter: ID<Case>
    let viewer: ID<Account>
    let at: Date

    func isNoted(in db: any Transaction) throws -> Bool {
        try JournalStore(db).has(Self.kind, about: matter.uuid, by: viewer, after: at - Self.sameLook)
    }

    func note(in db: any Transaction) throws {
        // Two pages may have been asked for at once.
        guard try !isNoted(in: db) else { return }
        try JournalStore(db).append(
            Self.kind, subject: matter.uuid, by: viewer, at: at, data: [String: String]())
    }
}
