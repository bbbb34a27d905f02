import Cases
import Foundation
import Kernel

/// One report of the demo city with everything that is done about it, ready to be played.
struct DemoReport: Sendable {
    let id: ID<Case>
    /// In the list of riders.
    let rider: Int
    let receivedAt: Date
    let category: String
    let description: String
    let place: Case.Place
    /// The county that its people come from; `nil` when the city's desk has to find out.
    let county: String?
    let identity: Reporter.Identity
    let photos: [DemoPhoto]
    let moves: [DemoMove]
}

/// A picture under a name of its own.
struct DemoPhoto: Sendable, Hashable {
    let name: UUID
    let picture: String
}

/// A step that somebody takes.
struct DemoMove: Sendable {
    enum Actor: Sendable {
        /// The intake of the county, else of the city.
        case intake
        case cityIntake
        /// The handler, or when there is none somebody of the office.
        case officer
        case supervisor
        case reporter
    }

    /// Where a case is sent.
    enum Target: Sendable {
        /// The office that answers for it by now.
        case dutiful
        /// The intake of another county.
        case desk(county: String)
    }

    let at: Date
    let step: String
    let by: Actor
    var note: String?
    var result: String?
    var reason: String?
    var category: String?
    var target: Target?
    /// Whether one of the office's people is named.
    var namesHandler = false
    var body: String?
    var receipt: String?
    var day: Day?
    var rating: Case.Rating?
    var photos: [DemoPhoto] = []

    init(_ step: String, by actor: Actor, at instant: Date) {
        self.step = step
        by = actor
        at = instant
    }
}
