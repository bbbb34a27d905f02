import Access
import Foundation
import Kernel
import Storage
import Vault

/// A session with everything that has to be known of its owner to answer a request, as of one moment.
struct FoundSession: Sendable {
    let session: OpenSession
    let kind: AccountKind
    let state: AccountState
    let caller: Caller
    let unread: Int
    /// Whether the owner must choose a password of their own before anything else.
    let mustChangePassword: Bool

    /// From the rows of ``SessionStore/finding(_:means:at:unread:)``, of which there is one for each grant; `nil` when there is no such session. `open` opens
    /// what is sealed.
    init?(_ rows: [Row], opening open: (Data, SealedPlace) throws -> Data) throws {
        guard let row = rows.first else { return nil }
        kind = try row[7]
        state = try row[8]
        unread = try row[12]
        mustChangePassword = try row[19] as Date? != nil
        session = try OpenSession(row)
        let given = try rows.compactMap { try Grant($0, at: 13) }
        let contact = try Contact(session.account, name: row[9], phone: row[10], opening: open)
        let name = try contact.name ?? contact.phone?.masked ?? row[11] as String? ?? ""
        caller = Caller(id: session.account, name: name, grants: kind.grants + given, session: session.id)
    }

    func isAlive(at now: Date) -> Bool { state == .active && session.isAlive(as: kind, at: now) }
}

extension AccountKind {
    /// What somebody may be by the kind of account alone: a rider needs no grant to be a rider.
    package var grants: [Grant] { self == .rider ? [Grant(role: .rider)] : [] }
}
