import Foundation
import Kernel

/// A signed-in browser or program.
package struct OpenSession: Sendable, Hashable {
    package let id: ID<Session>
    package let account: ID<Account>
    package let means: SessionMeans
    package let device: Device
    package let createdAt: Date
    /// When it was last used, to the minute.
    package let seenAt: Date
    package let expiresAt: Date

    init(
        id: ID<Session>, account: ID<Account>, means: SessionMeans, device: Device, createdAt: Date, seenAt: Date,
        expiresAt: Date
    ) {
        self.id = id
        self.account = account
        self.means = means
        self.device = device
        self.createdAt = createdAt
        self.seenAt = seenAt
        self.expiresAt = expiresAt
    }

    /// A new one of somebody who has just signed in.
    init(
        id: ID<Session>, of kind: AccountKind, account: ID<Account>, means: SessionMeans, device: Device, at now: Date
    ) {
        self.init(
            id: id, account: account, means: means, device: device, createdAt: now, seenAt: now,
            expiresAt: now.addingTimeInterval(SessionLife.of(kind).absolute))
    }

    func isAlive(as kind: AccountKind, at now: Date) -> Bool {
        now < expiresAt && now < seenAt.addingTimeInterval(SessionLife.of(kind).idle)
    }

    /// Whether the use of now is worth writing down: once a minute is enough.
    func needsTouch(at now: Date) -> Bool { now.timeIntervalSince(seenAt) >= 60 }
}

/// A cookie's token is never taken from an `Authorization` header, nor the other way round.
package enum SessionMeans: String, Sendable, Hashable, CaseIterable {
    /// A browser.
    case cookie
    /// A program.
    case bearer
}

/// How long a session may last, used or unused.
struct SessionLife: Sendable, Hashable {
    let idle: TimeInterval
    let absolute: TimeInterval

    /// A rider signs in twice a year at least; staff, who see more than their own, each working day.
    static func of(_ kind: AccountKind) -> SessionLife {
        switch kind {
        case .rider: SessionLife(idle: 30 * 86_400, absolute: 180 * 86_400)
        case .staff: SessionLife(idle: 3600, absolute: 8 * 3600)
        }
    }
}

/// What kind of device a session is on: enough to know one's own phone again, too little to tell people apart by.
package enum Device: String, Sendable, Hashable, CaseIterable {
    case android, harmony, iphone, ipad, windows, mac, linux, program, other

    init(userAgent: String?, means: SessionMeans) {
        guard means == .cookie else {
            self = .program
            return
        }
        let agent = userAgent ?? ""
        let marks: [(String, Device)] = [
            ("HarmonyOS", .harmony), ("OpenHarmony", .harmony), ("Android", .android), ("iPhone", .iphone),
            ("iPad", .ipad), ("Windows", .windows), ("Macintosh", .mac), ("Linux", .linux),
        ]
        self = marks.first { agent.contains($0.0) }?.1 ?? .other
    }
}
