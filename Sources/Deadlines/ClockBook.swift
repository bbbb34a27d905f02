import Foundation
import Kernel
import Storage

/// All clocks, with what the bureau has decided about them: `Data/clocks.json`.
package struct ClockBook: Sendable, Decodable {
    /// What the law leaves open.
    package struct Settings: Sendable, Hashable, Codable {
        /// Whether a matter received before a rule took effect keeps the former rule. Order 121 says nothing about it.
        package var keepsFormerRules: Bool
        /// Whether a period of calendar days that ends on a plain Saturday or Sunday moves on. The rules speak of
        /// statutory holidays only, so the earlier day is the safe reading.
        package var rollsPlainWeekends: Bool

        package init(keepsFormerRules: Bool = false, rollsPlainWeekends: Bool = false) {
            self.keepsFormerRules = keepsFormerRules
            self.rollsPlainWeekends = rollsPlainWeekends
        }
    }

    package let rules: [ClockRule]
    package var settings: Settings
    private let memory = CalendarMemory()

    private enum CodingKeys: CodingKey { case rules, settings }

    package init(rules: [ClockRule], settings: Settings = Settings()) {
        self.rules = rules
        self.settings = settings
    }

    /// The working days that deadlines are reckoned by, as the database has them in this transaction.
    package func calendar(in db: any Transaction) throws -> WorkingCalendar {
        try memory.calendar(in: db)
    }

    /// The names, each once, in the order of the file.
    package var names: [String] {
        rules.reduce(into: []) { names, rule in
            if !names.contains(rule.name) { names.append(rule.name) }
        }
    }

    /// The rule for a matter that was received on `day`.
    package func rule(_ name: String, on day: Day) -> ClockRule? {
        let versions = versions(of: name)
        let inForce = versions.last { $0.effectiveFrom.map { $0 <= day } ?? true } ?? versions.first
        guard let inForce, inForce.isFormer, !settings.keepsFormerRules else { return inForce }
        return versions.first { !$0.isFormer } ?? inForce
    }

    /// The rule that a case has kept.
    package func rule(_ name: String, version: String) -> ClockRule? {
        rules.first { $0.name == name && $0.version == version }
    }

    /// From the oldest to the newest.
    func versions(of name: String) -> [ClockRule] {
        let past = Day(number: .min)
        return rules.filter { $0.name == name }.sorted { ($0.effectiveFrom ?? past) < ($1.effectiveFrom ?? past) }
    }

    /// The clocks that the other parts of the product ask for.
    package static let wanted = [
        "complaint-decision", "mediation", "mediation-notice", "report-decision", "jurisdiction", "penalty",
        "advertising", "petition-notice", "petition", "first-touch-urgent", "first-touch-high", "first-touch-medium",
        "first-touch-low", "tell-decision", "reopen-decision", "rectification", "data-request",
    ]

    /// What is wrong with the file, for `nuanxin check`. Each line names the clock.
    package var problems: [String] {
        var found = Self.wanted.filter { name in !rules.contains { $0.name == name } }.map {
            "\($0): there is no such clock"
        }
        for rule in rules {
            found += rule.problems.map { "\(rule.name) (\(rule.version)): \($0)" }
        }
        for name in names {
            let versions = versions(of: name)
            if Set(versions.map(\.version)).count < versions.count { found.append("\(name): a version stands twice") }
            if Set(versions.map(\.effectiveFrom)).count < versions.count {
                found.append("\(name): two versions take effect on the same day")
            }
            if versions.last?.isFormer ?? true { found.append("\(name): the newest version is marked as former") }
        }
        return found
    }
}
