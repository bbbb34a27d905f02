import Deadlines
import Foundation
import Kernel
import Web

/// The spans with their sources, what is due now and soon, and when the job ran.
struct RetentionPage: Page {
    static let template = "retention/show"

    struct Kind: Sendable {
        let name: String
        let span: String
        let from: String
        let left: String
        let isLaw: Bool
        let rule: String
        let atLeast: String?
        let now: String
        let isDue: Bool
        let soon: String
        let oldest: String
    }

    struct Run: Sendable {
        let began: String
        let cause: String
        let outcome: String
        let isWhole: Bool
    }

    let kinds: [Kind]
    let runs: [Run]
    /// When the job runs, in one sentence.
    let hour: String
    let sum: String
    let isDue: Bool

    init(_ plan: RetentionPlan, facts: RetentionFacts, runs: [RetentionRun], t: Strings, language: Language) {
        let days = DayWords(t)
        kinds = plan.lines.compactMap { line in
            guard let kind = facts[line.kind] else { return nil }
            return Kind(
                name: kind.name(language), span: kind.span.map { $0.words(t) } ?? t("retention.for-good"),
                from: kind.from(language), left: kind.left(language), isLaw: kind.basis == .law,
                rule: kind.rule(language), atLeast: kind.atLeast.map { t("retention.at-least", ["span": $0.words(t)]) },
                now: line.now.words(t), isDue: line.now.rows > 0, soon: line.soon.words(t),
                oldest: line.oldest.map { days.short(Day(of: $0)) } ?? t("retention.none"))
        }
        self.runs = runs.map { run in
            Run(
                began: days.instant(run.beganAt), cause: t("retention.cause.\(run.cause.rawValue)"),
                outcome: run.count.rows == 0 ? t("retention.nothing") : run.count.words(t), isWhole: run.endedAt != nil)
        }
        let due = plan.lines.map(\.now).reduce(RetentionCount(), +)
        isDue = due.rows > 0
        hour = t("retention.hour", ["hour": "\(facts.hour)"])
        sum = isDue ? t("retention.due", ["count": due.words(t)]) : t("retention.nothing-due")
    }

    func title(_ t: Strings) -> String { t("retention.title") }
}

extension Span {
    /// `90 天`, `90 days`
    func words(_ t: Strings) -> String {
        count == 0 ? t("retention.span.at-once") : t("retention.span.\(unit.rawValue)", count: count)
    }
}

extension RetentionCount {
    /// `12`, or with photos `12, 30 photos`.
    func words(_ t: Strings) -> String {
        photos == 0 ? "\(rows)" : t("retention.with-photos", ["rows": "\(rows)", "photos": "\(photos)"])
    }
}
