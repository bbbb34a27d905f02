import Foundation
import Kernel

/// Somebody with an account: a rider or a member of staff. Passwords and secrets aren't here, so no page can show them.
package struct Person: Sendable, Hashable {
    /// How somebody comes in, which is also what kind of account it is.
    package enum Door: Sendable, Hashable {
        /// A rider, by a one-time code.
        case phone(Phone)
        /// Staff, by password and a code of an authenticator app.
        case login(Login)
        /// A rider whose data was erased: nobody comes in any more.
        case closed
    }

    package let id: ID<Account>
    package let door: Door
    package var profile: Profile
    /// Where a rider belongs; counted by, never shown to other riders.
    package var territory: TerritoryCode?
    package private(set) var state: AccountState
    package let createdAt: Date
    /// When the person was told what is kept for what, on the first page after registering.
    package private(set) var welcomedAt: Date?

    package init(
        id: ID<Account>, door: Door, profile: Profile = Profile(), territory: TerritoryCode? = nil,
        state: AccountState = .active, createdAt: Date, welcomedAt: Date? = nil
    ) {
        self.id = id
        self.door = door
        self.profile = profile
        self.territory = territory
        self.state = state
        self.createdAt = createdAt
        self.welcomedAt = welcomedAt
    }

    package var kind: AccountKind {
        switch door {
        case .phone, .closed: .rider
        case .login: .staff
        }
    }

    package var phone: Phone? {
        if case .phone(let phone) = door { phone } else { nil }
    }

    package var login: Login? {
        if case .login(let login) = door { login } else { nil }
    }

    /// What to call the person on their own pages.
    package var callName: String { profile.name ?? phone?.masked ?? login?.text ?? "" }

    package mutating func introduce(as profile: Profile, at now: Date) {
        self.profile = profile
        welcomedAt = welcomedAt ?? now
    }

    /// Whether the person says anything of themselves that may be left out.
    package var hasProfile: Bool { profile != Profile() || territory != nil }

    package mutating func suspend() throws(AccountError) {
        guard state == .active else { throw .notActive }
        state = .suspended
    }

    package mutating func reopen() throws(AccountError) {
        guard state == .suspended else { throw .notSuspended }
        state = .active
    }
}

package enum AccountKind: String, Sendable, Hashable, CaseIterable {
    case rider, staff
}

package enum AccountState: String, Sendable, Hashable, CaseIterable {
    case active
    /// Can't sign in for now.
    case suspended
    /// Ended for good.
    case closed
}

/// The name that a member of staff signs in with: 3 to 40 Latin letters, digits, dots, hyphens, underlines.
package struct Login: Hashable, Sendable {
    package let text: String

    package init?(_ text: some StringProtocol) {
        let login = text.lowercased()
        let isPlain = login.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
            default: false
            }
        }
        guard isPlain, (3...40).contains(login.utf8.count) else { return nil }
        self.text = login
    }
}
