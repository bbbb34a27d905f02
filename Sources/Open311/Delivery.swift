import Cases
import Foundation
import Kernel

/// A case on its way to a server of others.
package struct Delivery: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        case waiting
        /// The other server has it; it is asked now and then how far it is.
        case sent
        case done
        /// Nobody tries any more: a person has to look.
        case dead
        case dropped
    }

    /// What an attempt came to.
    enum Outcome: Sendable, Hashable {
        /// With the other's number, or a token that stands for it, or neither: then it says nothing more of it.
        case taken(id: String?, token: String?)
        case failed(fault: String, isFinal: Bool)
    }

    /// The waits grow from a minute to four hours: a server that is away for a day gets it all the same.
    package static let mostTries = 14
    static let longestWait = 240.0 * 60
    /// After so many days it isn't asked any more.
    static let longestAsking = 90.0 * 86_400
    /// For so long one attempt may take before another node may try.
    static let lease = 120.0

    package let id: ID<Delivery>
    package let target: String
    package let matter: ID<Case>
    package let service: String
    package let createdAt: Date
    package internal(set) var state: State
    package internal(set) var tries: Int
    package internal(set) var nextAt: Date
    package internal(set) var changedAt: Date
    /// Why the last attempt failed: `unreachable`, `http-503`.
    package internal(set) var fault: String?
    package internal(set) var remoteID: String?
    package internal(set) var remoteToken: String?
    package internal(set) var remoteStatus: String?
    /// Why somebody gave it up.
    package internal(set) var reason: String?

    init(
        id: ID<Delivery>, target: String, matter: ID<Case>, service: String, createdAt: Date, state: State = .waiting,
        tries: Int = 0, nextAt: Date, changedAt: Date
    ) {
        self.id = id
        self.target = target
        self.matter = matter
        self.service = service
        self.createdAt = createdAt
        self.state = state
        self.tries = tries
        self.nextAt = nextAt
        self.changedAt = changedAt
    }
}

// MARK: Rules

extension Delivery {
    /// One try more, with what it came to.
    mutating func conclude(_ outcome: Outcome, pollEvery poll: Double, at now: Date) {
        tries += 1
        changedAt = now
        switch outcome {
        case .taken(let id, let token):
            (remoteID, remoteToken, fault) = (id, token, nil)
            state = id == nil && token == nil ? .done : .sent
            nextAt = now + poll
        case .failed(let fault, let isFinal):
            self.fault = fault
            state = isFinal || tries >= Self.mostTries ? .dead : .waiting
            nextAt = now + Self.wait(after: tries)
        }
    }

    /// Seconds until the next try.
    static func wait(after tries: Int) -> Double {
        min(longestWait, 60 * Double(1 << min(max(0, tries - 1), 20)))
    }

    /// What the other server says of it now; `nil` when it couldn't be asked. Says whether that is news.
    mutating func hear(id: String?, status: String?, pollEvery poll: Double, at now: Date) -> Bool {
        nextAt = now + poll
        let isNews = (id != nil && id != remoteID) || (status != nil && status != remoteStatus)
        remoteID = id ?? remoteID
        remoteStatus = status ?? remoteStatus
        if isNews { changedAt = now }
        if status == "closed" || now - createdAt > Self.longestAsking { state = .done }
        return isNews
    }

    /// Tries it again from the beginning.
    mutating func retry(at now: Date) throws(Open311Error) {
        guard state == .dead else { throw .notDead }
        (state, tries, nextAt, changedAt) = (.waiting, 0, now, now)
    }

    mutating func drop(because reason: String, at now: Date) throws(Open311Error) {
        guard state == .dead else { throw .notDead }
        (state, self.reason, changedAt) = (.dropped, reason, now)
    }

    /// Nobody needs it there any more.
    mutating func lapse(at now: Date) {
        (state, changedAt) = (.dropped, now)
    }
}

extension Date {
    fileprivate static func - (later: Date, earlier: Date) -> Double { later.timeIntervalSince(earlier) }
}
