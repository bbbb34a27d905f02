import Foundation
import Kernel

/// The right of a program of others to send requests: in a territory, for a time, so many in an hour.
package struct ProgramKey: Sendable, Hashable {
    package let id: ID<ProgramKey>
    /// Whose it is, for the one who gave it.
    package let name: String
    package let territory: TerritoryPath
    package let perHour: Int
    package let from: Date
    package let until: Date
    package var revokedAt: Date?

    package init(
        id: ID<ProgramKey>, name: String, territory: TerritoryPath, perHour: Int, from: Date, until: Date,
        revokedAt: Date? = nil
    ) {
        self.id = id
        self.name = name
        self.territory = territory
        self.perHour = perHour
        self.from = from
        self.until = until
        self.revokedAt = revokedAt
    }

    package func holds(at now: Date) -> Bool { revokedAt == nil && from <= now && now < until }
}
