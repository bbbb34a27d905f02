import Foundation
import Kernel

/// What is worth a second look, by rules that anybody can read. None of it says that somebody did wrong.
package struct Unusual: Sendable, Hashable {
    package enum Rule: String, Sendable, Hashable, CaseIterable {
        /// More looks at reporters on a day than is usual for this person, or than the bound for everybody.
        case looks
        /// Looks at reporters outside of working hours.
        case hours
        /// Looks at the reporter of a case that the person neither handles nor ever worked on, nor stood in for.
        case stranger
        /// More looks than a day allows: the product refused.
        case refused
        /// Entries of the journal were taken along.
        case export
        /// The photos' evidence of more cases on a day than the bound for everybody.
        case evidence
        /// In more minutes of a day than the bound, something was asked for that is hidden from the person.
        case outside
    }

    /// One line: a rule, a person, a day.
    package struct Key: Sendable, Hashable {
        package let rule: Rule
        package let actor: ID<Account>
        package let day: Day

        package init(rule: Rule, actor: ID<Account>, day: Day) {
            self.rule = rule
            self.actor = actor
            self.day = day
        }
    }

    package let key: Key
    package let count: Int
    /// How many a day this person had before, on average; for ``Rule/looks`` only.
    package let mean: Double?
    /// Whether it was the bound for everybody that was reached.
    package let isBound: Bool
}

/// How often somebody did something on a day.
package struct Tally: Sendable, Hashable {
    package let actor: ID<Account>
    package let day: Day
    package let count: Int

    package init(actor: ID<Account>, day: Day, count: Int) {
        self.actor = actor
        self.day = day
        self.count = count
    }
}

/// `Data/unusual.json`: from where on something is unusual.
package struct UnusualRules: Sendable, Hashable, Decodable {
    /// Over how many days before a person's mean is taken.
    package let baselineDays: Int
    /// So many looks in a day are unusual for anybody.
    package let looksBound: Int
    /// So many times their own mean is unusual for a person…
    package let looksTimesMean: Double
    /// …from so many looks on.
    package let looksAtLeast: Int
    /// `07:30`
    package let hoursFrom: String
    package let hoursUntil: String
    /// Looks at the evidence of photos on a day.
    package let evidenceBound: Int
    /// Minutes of a day in which something hidden was asked for.
    package let outsideBound: Int

    /// Milliseconds since midnight.
    package var hours: Range<Int>? {
        guard let from = Self.milliseconds(hoursFrom), let until = Self.milliseconds(hoursUntil), from < until else {
            return nil
        }
        return from..<until
    }

    /// What is wrong with the file, one sentence each.
    package var faults: [String] {
        var faults: [String] = []
        if !(7...366).contains(baselineDays) { faults.append("baselineDays must be 7 to 366") }
        if looksBound < 1 { faults.append("looksBound must be 1 at least, or every day would be unusual") }
        if looksAtLeast < 1 { faults.append("looksAtLeast must be 1 at least") }
        if looksTimesMean < 1 { faults.append("looksTimesMean must be 1 at least") }
        if evidenceBound < 1 { faults.append("evidenceBound must be 1 at least") }
        if outsideBound < 1 { faults.append("outsideBound must be 1 at least") }
        if hours == nil {
            faults.append("hoursFrom and hoursUntil must be times such as 07:30, the first before the second")
        }
        return faults.map { "unusual: \($0)" }
    }

    /// The lines of `days` about looks: `tallies` are of these days and of ``baselineDays`` before them.
    package func tooMany(_ tallies: [Tally], in days: ClosedRange<Day>) -> [Unusual] {
        let byActor = Dictionary(grouping: tallies, by: \.actor)
        return byActor.flatMap { actor, own -> [Unusual] in
            own.filter { days.contains($0.day) }.compactMap { tally in
                let before = own.filter { $0.day < tally.day && tally.day - $0.day <= baselineDays }
                let mean = Double(before.map(\.count).reduce(0, +)) / Double(baselineDays)
                let isBound = tally.count >= looksBound
                guard isBound || (tally.count >= looksAtLeast && Double(tally.count) > looksTimesMean * mean) else {
                    return nil
                }
                return Unusual(
                    key: .init(rule: .looks, actor: actor, day: tally.day), count: tally.count, mean: mean,
                    isBound: isBound)
            }
        }
    }

    static func plain(_ tallies: [Tally], _ rule: Unusual.Rule, from bound: Int = 1) -> [Unusual] {
        tallies.filter { $0.count >= bound }.map {
            Unusual(
                key: .init(rule: rule, actor: $0.actor, day: $0.day), count: $0.count, mean: nil, isBound: false)
        }
    }

    private static func milliseconds(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard text.utf8.count == 5, parts.count == 2, let hour = parts[0], let minute = parts[1],
            (0..<24).contains(hour), (0..<60).contains(minute)
        else { return nil }
        return (hour * 60 + minute) * 60_000
    }
}

/// That somebody has looked into an unusual line, and what they found. There can be more than one of a line.
package struct Examination: Sendable, Hashable {
    package let id: UUID
    package let key: Unusual.Key
    package let note: String
    package let by: ID<Account>
    package let at: Date
}
