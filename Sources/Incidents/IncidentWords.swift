import Foundation
import Kernel
import Web

/// Instants, spans and states of incidents in words.
struct IncidentWords: Sendable {
    let t: Strings
    let language: Language
    let facts: IncidentFacts

    /// A time as a field of a form has it: `2026-11-21T09:30`.
    static func field(_ instant: Date) -> String { "\(Day(of: instant))T\(instant.clockText)" }

    /// Reads what a field of a form says; `nil` when that is no time.
    static func instant(_ text: String) -> Date? {
        let parts = text.split(separator: "T", omittingEmptySubsequences: false)
        guard parts.count == 2, let day = Day(parts[0]) else { return nil }
        let clock = parts[1].split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard (2...3).contains(clock.count), parts[1].utf8.allSatisfy({ "0123456789:".utf8.contains($0) }),
            let hour = clock[0], let minute = clock[1], (0..<24).contains(hour), (0..<60).contains(minute)
        else { return nil }
        return day.start + Double(hour * 60 + minute) * 60
    }

    func kind(_ code: String) -> String { facts.kind(code)?.name(language) ?? code }
    func level(_ code: String) -> String { facts.level(code)?.name(language) ?? code }

    /// `3 小时 20 分`; rounded to whole minutes, down.
    func span(_ seconds: TimeInterval) -> String {
        let minutes = Int(seconds / 60)
        return t("incident.span", ["hours": "\(minutes / 60)", "minutes": "\(minutes % 60)"])
    }

    func clock(_ clock: Incident.Clock) -> (words: String, tone: String) {
        let hours = "\(facts.reportWithinHours)"
        let to = facts.reportTo(language)
        switch clock {
        case .notNeeded: return (t("incident.clock.not-needed"), "")
        case .running(let left, let due):
            return (
                t("incident.clock.running", ["left": span(left), "due": due.minuteText, "to": to]),
                left < 3600 ? "warn" : "calm"
            )
        case .overdue(let by, let due):
            return (t("incident.clock.overdue", ["by": span(by), "due": due.minuteText, "to": to]), "late")
        case .met(let at): return (t("incident.clock.met", ["time": at.minuteText, "hours": hours]), "good")
        case .late(let by, let at):
            return (t("incident.clock.late", ["by": span(by), "time": at.minuteText, "hours": hours]), "late")
        }
    }
}
