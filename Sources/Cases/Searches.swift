import Access
import Foundation
import Journal
import Kernel
import People
import Storage
import Web

/// How many searches by words one person may make, as `Data/searches.json` says.
package struct SearchBudget: Sendable, Hashable, Decodable {
    let perHour: Int
    let perDay: Int

    package var isPossible: Bool { perHour > 0 && perDay >= perHour }

    package var budgets: [Budget] {
        [Budget("search-hour", perHour, per: 3600), Budget("search-day", perDay, per: 86_400)]
    }
}

/// Counts searches by words: whoever may see a district's cases may look for one, and not read all of them out by a
/// program.
struct Searches: Sendable {
    private let services: Services
    private let budgets: [Budget]

    /// Who has come to the end of a budget stands in the journal once an hour, not with each try.
    private static let told = Budget("search-refused-hour", 1, per: 3600)

    init(_ services: Services, facts: CaseFacts) {
        self.services = services
        budgets = facts.searches
    }

    /// Draws one search of the caller's.
    ///
    /// - Throws: ``CaseError/tooManySearches(retryAfter:)`` when there is none left.
    func draw(by caller: Caller) async throws {
        let now = services.now()
        let wait = try await services.database.write { [budgets] db -> Int? in
            guard let wait = try Allowance.draw(budgets, of: caller.id, at: now, in: db) else { return nil }
            if try Allowance.draw([Self.told], of: caller.id, at: now, in: db) == nil {
                try JournalStore(db).append(
                    "search.refused", subject: caller.id.uuid, by: caller.id, at: now, data: ["kind": "case"])
            }
            return wait
        }
        // Thrown here: an error in the transaction would undo what it wrote down.
        if let wait { throw CaseError.tooManySearches(retryAfter: wait) }
    }
}
