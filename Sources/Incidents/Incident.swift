import Foundation
import Kernel

/// A security incident (安全事件), as the lines that were written about it. Nothing is deleted: who was wrong writes a
/// correction, and both stay.
package struct Incident: Sendable, Hashable {
    package struct Line: Sendable, Hashable {
        package enum Kind: String, Sendable, Hashable, CaseIterable {
            case opened
            /// How grave it is, how many persons it may concern.
            case assessed
            case measure
            /// Reported to the authority.
            case reported
            /// The persons were told.
            case told
            case correction
            case closed

            /// Those that can be added to an incident that is there.
            package static let additions = allCases.filter { $0 != .opened }
            /// Whether the line is about an instant of its own, besides when it was written.
            package var hasInstant: Bool { [.opened, .measure, .reported, .told, .correction].contains(self) }
        }

        package let id: UUID
        package let position: Int
        package let at: Date
        package let by: ID<Account>
        package let kind: Kind
        /// When what it tells of happened.
        package let happenedAt: Date?
        package let level: String?
        package let persons: Int?
        package let words: String
        /// The authority's number for it.
        package let reference: String?
        /// The position of the line that this one corrects.
        package let corrects: Int?

        package init(
            id: UUID, position: Int, at: Date, by: ID<Account>, kind: Kind, happenedAt: Date? = nil,
            level: String? = nil, persons: Int? = nil, words: String, reference: String? = nil, corrects: Int? = nil
        ) {
            self.id = id
            self.position = position
            self.at = at
            self.by = by
            self.kind = kind
            self.happenedAt = happenedAt
            self.level = level
            self.persons = persons
            self.words = words
            self.reference = reference
            self.corrects = corrects
        }
    }

    package static let longestWords = 2000
    package static let longestReference = 100
    package static let mostPersons = 100_000_000

    package let id: ID<Incident>
    /// `AQ-2026-003`
    package let number: String
    package let kind: String
    package private(set) var lines: [Line]

    package init(id: ID<Incident>, number: String, kind: String, lines: [Line]) {
        self.id = id
        self.number = number
        self.kind = kind
        self.lines = lines
    }

    package var isClosed: Bool { closedAt != nil }
    package var closedAt: Date? { lines.last { $0.kind == .closed }?.at }
    package var level: String? { lines.last { $0.level != nil }?.level }
    package var persons: Int? { lines.last { $0.persons != nil }?.persons }
    /// When it was noticed: where the clock begins.
    package var noticedAt: Date? { lines.first.flatMap(instant) }
    package var reportedAt: Date? { lines.first { $0.kind == .reported }.flatMap(instant) }
    package var toldAt: Date? { lines.first { $0.kind == .told }.flatMap(instant) }

    /// When what a line tells of happened, by the last correction of it.
    package func instant(of line: Line) -> Date? {
        lines.last { $0.corrects == line.position && $0.happenedAt != nil }?.happenedAt ?? line.happenedAt
    }

    package static func number(_ count: Int, in year: Int) -> String {
        let digits = String(count)
        return "AQ-\(year)-" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    }

    /// How the clock for telling the authority stands.
    package enum Clock: Sendable, Hashable {
        /// By its level it needs no report.
        case notNeeded
        case running(left: TimeInterval, due: Date)
        case overdue(by: TimeInterval, due: Date)
        case met(at: Date)
        case late(by: TimeInterval, at: Date)
    }

    /// The hours are those of the clock: nights and holidays count.
    package func clock(_ facts: IncidentFacts, at now: Date) -> Clock {
        guard let noticedAt else { return .notNeeded }
        let due = noticedAt + Double(facts.reportWithinHours) * 3600
        if let reportedAt {
            return reportedAt <= due
                ? .met(at: reportedAt) : .late(by: reportedAt.timeIntervalSince(due), at: reportedAt)
        }
        guard facts.mustReport(level) else { return .notNeeded }
        return now <= due
            ? .running(left: due.timeIntervalSince(now), due: due)
            : .overdue(by: now.timeIntervalSince(due), due: due)
    }

    /// Writes a line, if it fits what is there.
    package mutating func add(_ line: Line, _ facts: IncidentFacts) throws(IncidentError) {
        // What was wrong can be put right afterwards too; everything else ends with the end.
        guard !isClosed || line.kind == .correction else { throw .closed }
        if let instant = line.happenedAt {
            guard instant <= line.at else { throw .inTheFuture }
            // A correction may move the beginning itself.
            if line.kind != .correction, let noticedAt, instant < noticedAt { throw .beforeNoticing }
        }
        switch line.kind {
        case .opened: throw .noSuchLine
        case .correction:
            guard let target = lines.first(where: { $0.position == line.corrects }), target.kind != .correction else {
                throw .noSuchLine
            }
        case .closed:
            if facts.mustReport(level), reportedAt == nil { throw .notReported }
        case .assessed, .measure, .reported, .told: break
        }
        lines.append(line)
    }
}

/// `Data/incidents.json`
package struct IncidentFacts: Sendable, Decodable {
    package struct Words: Sendable, Decodable {
        private let texts: [String: String]

        package init(from decoder: any Decoder) throws {
            texts = try decoder.singleValueContainer().decode([String: String].self)
        }

        package func callAsFunction(_ language: Language) -> String { texts[language.rawValue] ?? "" }
        var isWhole: Bool { Language.allCases.allSatisfy { !(texts[$0.rawValue] ?? "").isEmpty } }
    }

    package struct Kind: Sendable, Decodable {
        package let code: String
        package let name: Words
    }

    package struct Level: Sendable, Decodable {
        package let code: String
        package let mustReport: Bool
        package let name: Words
    }

    package let reportWithinHours: Int
    package let reportTo: Words
    package let reportLaw: Words
    package let reportContents: [Words]
    package let personsLaw: Words
    package let personsContents: [Words]
    package let kinds: [Kind]
    package let levels: [Level]

    /// What isn't known, or by a level that this file doesn't have, must be reported: it is the safe side.
    package func mustReport(_ level: String?) -> Bool { levels.first { $0.code == level }?.mustReport ?? true }

    package func kind(_ code: String) -> Kind? { kinds.first { $0.code == code } }
    package func level(_ code: String) -> Level? { levels.first { $0.code == code } }

    /// What is wrong with the file, one sentence each.
    package var faults: [String] {
        var faults: [String] = []
        if !(1...24).contains(reportWithinHours) { faults.append("reportWithinHours must be 1 to 24") }
        if kinds.isEmpty || Set(kinds.map(\.code)).count < kinds.count {
            faults.append("kinds need codes of their own")
        }
        if Set(levels.map(\.code)).count < levels.count { faults.append("levels need codes of their own") }
        if !levels.contains(where: \.mustReport) { faults.append("no level must be reported") }
        let words =
            [reportTo, reportLaw, personsLaw] + reportContents + personsContents + kinds.map(\.name)
            + levels.map(\.name)
        if !words.allSatisfy(\.isWhole) { faults.append("each text needs words in zh-Hans and en") }
        return faults.map { "incidents: \($0)" }
    }
}
