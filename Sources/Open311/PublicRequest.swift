import Cases
import Foundation
import Kernel
import Storage

/// A case as everybody may know it: that there is one of a kind in a street, since which day, and how far it has come.
package struct PublicRequest: Sendable, Hashable {
    /// How far it has come, in the few words that tell nothing of who said what.
    package enum Stage: String, Sendable, Hashable, CaseIterable {
        case received, inHand, handedOver
        case done, notFound, takenOver, duplicate, declined

        package init(of matter: Case) {
            self =
                switch matter.state {
                case .received, .accepted: .received
                // Whether it is true is said when it is over.
                case .dispatched, .checking, .verified, .rectifying, .rechecking, .unfounded: .inHand
                case .handedOver, .transferred: .handedOver
                case .declined: matter.outcome == .duplicate ? .duplicate : .declined
                case .closed:
                    switch matter.outcome {
                    case .unfounded: .notFound
                    case .handedOver: .takenOver
                    case .duplicate: .duplicate
                    case .declined: .declined
                    case .verified, nil: .done
                    }
                }
        }

        package var isOpen: Bool { [.received, .inHand, .handedOver].contains(self) }
    }

    package let matter: ID<Case>
    package let number: String
    package let category: String
    package let stage: Stage
    /// When it was reported. The hour could tell who had been there.
    package let day: Day
    /// From which day on everybody sees it.
    package let shownFrom: Day
    package let updated: Day
    /// District and street.
    package let area: String
    let cell: GeoCell?

    /// As it stands on `today`. What riders report is shown from the next day on, so that nobody can watch it arrive; what a
    /// program sends is shown to the program at once.
    package init(_ matter: Case, on today: Day, isFromProgram: Bool) {
        self.matter = matter.id
        number = matter.number
        category = matter.category
        stage = Stage(of: matter)
        day = Day(of: matter.receivedAt)
        shownFrom = isFromProgram ? day : day + 1
        updated = matter.closedAt.map { Day(of: $0) } ?? today
        area = matter.area
        cell = matter.place.position.map { GeoCell(at: $0) }
    }

    init(
        matter: ID<Case>, number: String, category: String, stage: Stage, day: Day, shownFrom: Day, updated: Day,
        area: String, cell: GeoCell?
    ) {
        self.matter = matter
        self.number = number
        self.category = category
        self.stage = stage
        self.day = day
        self.shownFrom = shownFrom
        self.updated = updated
        self.area = area
        self.cell = cell
    }
}
