import Kernel

/// How long something may take, by which rule, in which version: one entry of `Data/clocks.json`.
package struct ClockRule: Sendable, Hashable, Decodable {
    package enum Kind: String, Sendable, Codable {
        case statutory
        /// 平台承诺: nobody but the platform has promised it.
        case promise
    }

    package enum Unit: String, Sendable, Codable {
        case workingDays, days, hours
    }

    /// What happens when a period of calendar days ends on a day off.
    package enum Roll: String, Sendable, Codable {
        /// A holiday moves the end to the first working day after it (办法第四十五条, 程序规定第八十条).
        case holidays
        case never
    }

    /// What the other parts of the product call the clock, such as `report-decision`. All versions share it.
    package let name: String
    /// Where it stands in the overview of deadlines, such as `D6`; promises are `P1`….
    package let code: String
    /// The document that sets the rule, such as 市场监管总局令第121号. With the name it says which rule a case keeps.
    package let version: String
    /// The first day on which the rule held, if that can matter.
    package let effectiveFrom: Day?
    /// A rule that has been repealed. It is used for earlier matters only where the bureau has decided so.
    package let isFormer: Bool
    package let kind: Kind
    package let title: LocalizedText
    /// What starts the clock, as in "counted from: receipt of the report".
    package let from: LocalizedText
    package let unit: Unit
    package let period: Int
    /// What an approved extension adds, in the same unit.
    package let `extension`: Int?
    /// Which time is not counted, where the rule says so, such as that of a test.
    package let pauses: LocalizedText?
    package let rolls: Roll?
    /// From how many working days before the end (for hours: how many hours) the matter is due soon.
    package let warnsBefore: Int
    package let basis: LocalizedText

    private enum CodingKeys: String, CodingKey {
        case name, code, version, effectiveFrom, former, kind, title, from, unit, period, `extension`, pauses, rolls
        case warnsBefore, basis
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        name = try values.decode(String.self, forKey: .name)
        code = try values.decode(String.self, forKey: .code)
        version = try values.decode(String.self, forKey: .version)
        effectiveFrom = try values.decodeIfPresent(Day.self, forKey: .effectiveFrom)
        isFormer = try values.decodeIfPresent(Bool.self, forKey: .former) ?? false
        kind = try values.decode(Kind.self, forKey: .kind)
        title = try values.decode(LocalizedText.self, forKey: .title)
        from = try values.decode(LocalizedText.self, forKey: .from)
        unit = try values.decode(Unit.self, forKey: .unit)
        period = try values.decode(Int.self, forKey: .period)
        `extension` = try values.decodeIfPresent(Int.self, forKey: .extension)
        pauses = try values.decodeIfPresent(LocalizedText.self, forKey: .pauses)
        rolls = try values.decodeIfPresent(Roll.self, forKey: .rolls)
        warnsBefore = try values.decode(Int.self, forKey: .warnsBefore)
        basis = try values.decode(LocalizedText.self, forKey: .basis)
    }

    /// What is wrong with the entry, for `nuanxin check`.
    package var problems: [String] {
        var found: [String] = []
        if name.isEmpty || !name.allSatisfy({ $0.isASCII && ($0.isLowercase || $0 == "-") }) {
            found.append("the name must be lower-case letters and hyphens")
        }
        if code.isEmpty { found.append("no code") }
        if version.isEmpty { found.append("no version") }
        if !(1...1000).contains(period) { found.append("a period of \(period)") }
        if let more = `extension`, !(1...1000).contains(more) { found.append("an extension of \(more)") }
        if warnsBefore < 0 || warnsBefore >= period { found.append("warnsBefore must be less than the period") }
        // The last quarter at least: what begins to press when nobody is at work any more is seen too late.
        if unit == .hours, warnsBefore * 4 < period {
            found.append("warnsBefore must be a quarter of the hours or more")
        }
        if (rolls != nil) != (unit == .days) {
            found.append("`rolls` belongs to periods of calendar days, and to all of them")
        }
        if isFormer, effectiveFrom == nil { found.append("a former rule must say from when it held") }
        if kind == .promise, `extension` != nil { found.append("a promise has no approved extension") }
        for (member, text) in [("title", title), ("from", from), ("basis", basis)]
        where text.chinese.isEmpty || text.english.isEmpty {
            found.append("`\(member)` lacks a language")
        }
        return found
    }
}
