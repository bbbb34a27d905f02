import Access
import Foundation
import Kernel
import Storage
import Web

/// The rights somebody has at this moment, read in the very transaction in which they act.
package enum Rights {
    /// The same caller with the grants that hold now. Between the start of a request and its work there can be minutes, when
    /// its body comes slowly: whose session was ended or role taken away meanwhile acts no more.
    ///
    /// Work on the server's own console has no session and keeps what it came with. Throws ``SignInRequired``, and
    /// ``PasswordChangeNeeded`` for somebody whose password somebody else knows.
    @Sendable
    package static func renewed(_ caller: Caller, at now: Date, in db: any Transaction) throws -> Caller {
        guard let session = caller.session else { return caller }
        guard let found = try SessionStore(db).found(session, at: now), found.isAlive(at: now) else {
            throw SignInRequired()
        }
        guard !found.mustChangePassword else { throw PasswordChangeNeeded() }
        return found.caller
    }
}
