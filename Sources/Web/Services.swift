import Access
import Foundation
import Journal
import Kernel
import Storage

/// What the features need from outside: a place to keep things, the time, new identities, the policy, the looks.
///
/// `App` makes the real one, and `TestSupport` one that a test controls. There is no other way in.
package struct Services: Sendable {
    package var database: any Database
    /// A copy of the database for what nobody decides by. See ``ReadReplica``.
    package var replica: ReadReplica
    package var site: Site
    package var policy: Policy
    package var now: @Sendable () -> Date
    package var makeUUID: @Sendable (Date) -> UUID
    /// Names for files: random from the first bit to the last, so that they say nothing, not even when.
    package var makeName: @Sendable () -> UUID
    /// The rights that a caller has in the transaction in which they act; see ``write(as:_:)``.
    package var rights: @Sendable (Caller, Date, any Transaction) throws -> Caller
    /// Where uploads wait while they are looked at: on the same file system as the photos.
    package var uploads: URL
    /// What staff were refused lately.
    package let refusals = Refusals()

    package init(
        database: any Database, site: Site, policy: Policy, uploads: URL,
        rights: @escaping @Sendable (Caller, Date, any Transaction) throws -> Caller,
        now: @escaping @Sendable () -> Date = { Date().storable },
        makeUUID: @escaping @Sendable (Date) -> UUID = Services.randomUUID,
        makeName: @escaping @Sendable () -> UUID = { UUID() },
        replica: ReadReplica? = nil
    ) {
        self.database = database
        self.replica = replica ?? ReadReplica(primary: database)
        self.site = site
        self.policy = policy
        self.rights = rights
        self.uploads = uploads
        self.now = now
        self.makeUUID = makeUUID
        self.makeName = makeName
    }

    package func makeID<Entity>(of entity: Entity.Type = Entity.self) -> ID<Entity> {
        ID(makeUUID(now()))
    }

    /// Writes as somebody: with the rights they have in this very transaction, not those they had when their request
    /// began. `work` gets them and must decide by them.
    package func write<Value: Sendable>(
        as caller: Caller, _ work: @escaping @Sendable (_ db: any Transaction, _ caller: Caller) throws -> Value
    ) async throws -> Value {
        let now = now()
        return try await database.write { db in try work(db, rights(caller, now, db)) }
    }

    @Sendable
    package static func randomUUID(at time: Date) -> UUID {
        var generator = SystemRandomNumberGenerator()
        return UUID.version7(at: time, using: &generator)
    }
}
