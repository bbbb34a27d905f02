import Foundation
import Kernel
import Storage
import Web

/// What a reporter is told of steps, in their language.
package struct Told {
    package struct Words: Sendable {
        /// What was reported.
        package let title: String
        package let text: String
        package let time: String
    }

    private let words: CaseWords

    package init(_ site: Site, _ language: Language, facts: CaseFacts, now: Date, in db: any Transaction) throws {
        words = try CaseWords(site, language, facts: facts, now: now, in: db)
    }

    /// The words of several steps, with two statements for all of them.
    package func words(
        of steps: [(matter: ID<Case>, step: ID<TimelineEntry>)], in db: any Transaction
    ) throws -> [ID<TimelineEntry>: Words] {
        let entries = try TimelineStore(db).entries(steps.map(\.step))
        let categories = try CaseStore(db).categories(of: steps.map(\.matter))
        return entries.reduce(into: [:]) { told, entry in
            told[entry.id] = Words(
                title: categories[entry.matter].map(words.category) ?? "",
                text: words.t("case.told.\(entry.tells ?? "")", entry.told(words)), time: words.time(entry.at))
        }
    }
}
