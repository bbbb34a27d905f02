import Directory
import Foundation
import Kernel
import Web

/// Riders of a site as somebody copied them out of a spreadsheet, or saved them as CSV: a line for each, with the phone, the
/// name, the platform, the company and the site. With a line of headings the columns may stand in any order; what stands
/// above it, such as a title, isn't read.
struct EnrolmentSheet: Sendable {
    struct Fault: Sendable, Hashable {
        /// From 1, as the spreadsheet counts with its line of headings.
        let row: Int
        let problem: FieldProblem
    }

    /// Rows that one sheet may have.
    static let limit = 2000

    private(set) var people: [(phone: Phone, profile: Profile)] = []
    private(set) var faults: [Fault] = []

    /// `platformNames`: what people may call a platform.
    init(_ text: String, platformNames: [String: Platform]) {
        guard var lines = Self.lines(text) else {
            faults = [Fault(row: 0, problem: FieldProblem("sheet", "malformed-sheet"))]
            return
        }
        lines.removeAll { $0.values.allSatisfy(\.isEmpty) }
        var columns = ["phone", "name", "platform", "company", "site"]
        let top = lines.prefix(Self.titles + 1).prefix { !$0.values.contains { Phone($0) != nil } }
        if let index = top.firstIndex(where: { $0.values.contains { Self.column($0) == "phone" } }) {
            columns = top[index].values.map { Self.column($0) ?? "" }
            lines.removeSubrange(...index)
        }
        guard !lines.isEmpty else {
            faults = [Fault(row: 0, problem: FieldProblem("sheet", "missing"))]
            return
        }
        guard lines.count <= Self.limit else {
            let details = ["limit": "\(Self.limit)"]
            faults = [Fault(row: 0, problem: FieldProblem("sheet", "sheet-too-long", details: details))]
            return
        }
        var seen: Set<Phone> = []
        for (row, values) in lines {
            let cells = Dictionary(zip(columns, values).filter { !$0.1.isEmpty }) { first, _ in first }
            let (phone, profile, problems) = Self.person(cells, platformNames)
            faults += problems.map { Fault(row: row, problem: $0) }
            guard let phone, problems.isEmpty else { continue }
            if seen.insert(phone).inserted {
                people.append((phone, profile))
            } else {
                faults.append(Fault(row: row, problem: FieldProblem("phone", "phone-twice")))
            }
        }
    }

    static func person(
        _ cells: [String: String], _ platformNames: [String: Platform]
    ) -> (Phone?, Profile, [FieldProblem]) {
        let phone = Phone(cells["phone"] ?? "")
        let platform = cells["platform"].map { $0.lowercased() }
        let profile = Profile(
            name: cells["name"], platform: platform.flatMap { platformNames[$0] }, company: cells["company"],
            site: cells["site"])
        var problems = profile.problems
        if phone == nil {
            let isRounded = cells["phone"]?.wholeMatch(of: number) != nil && cells["phone"]?.contains(/[eE]/) == true
            problems.append(
                FieldProblem(
                    "phone",
                    cells["phone"] == nil ? "missing" : isRounded ? "phone-in-scientific" : "not-a-mobile-number"))
        }
        if platform != nil, profile.platform == nil { problems.append(FieldProblem("platform", "no-such-platform")) }
        return (phone, profile, problems)
    }

    /// A number as spreadsheets write it, with an exponent when it is long.
    static var number: Regex<(Substring, Substring?, Substring?)> { /\d+(\.\d+)?([eE]\+?\d{1,2})?/ }

    /// Lines that may stand above the headings.
    private static let titles = 4

    /// Which column a heading is for: `手机号*` and `手机号（必填）` are the same.
    private static func column(_ heading: String) -> String? {
        let plain = heading.lowercased().prefix { !"（(".contains($0) }
        return headings[plain.filter { !$0.isWhitespace && !"*＊:：".contains($0) }]
    }

    /// What headings are called in the sheets that sites keep.
    private static let headings: [String: String] = [
        "手机号": "phone", "手机号码": "phone", "手机": "phone", "电话": "phone", "联系电话": "phone", "phone": "phone",
        "姓名": "name", "名字": "name", "称呼": "name", "name": "name",
        "平台": "platform", "所属平台": "platform", "platform": "platform",
        "企业": "company", "公司": "company", "合作企业": "company", "加盟商": "company", "company": "company",
        "站点": "site", "配送站": "site", "site": "site",
    ]

    /// The lines with their numbers; `nil` when the quotes of a CSV don't fit. A line copied from a spreadsheet has tabs.
    private static func lines(_ text: String) -> [(row: Int, values: [String])]? {
        let isCopied = text.contains("\t")
        let copied = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated().map {
            (
                number: $0.offset + 1,
                values: $0.element.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            )
        }
        guard let lines = isCopied ? copied : try? CSVTable.lines(Data(text.utf8)) else { return nil }
        return lines.map { ($0.number, $0.values.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }) }
    }
}
