import Foundation
import Kernel
import Web

extension RouteReason {
    /// Why the matter went there, as a sentence. Without the name of the duty's category its code is said.
    package func words(_ t: Strings, in language: Language, category name: String? = nil) -> String {
        let category = category ?? ""
        let isAll = kind == .duty && category.isEmpty
        return t(
            "directory.route.\(isAll ? "all" : kind.rawValue)",
            ["office": office(language), "place": place, "category": name ?? category])
    }
}

extension OpeningHours {
    /// The hours as a sentence: `周一至周五 08:30–12:00、13:00–17:00`.
    package func words(_ t: Strings) -> String {
        openings.map { opening in
            let first = t("directory.day.\(opening.days.lowerBound)")
            let last = t("directory.day.\(opening.days.upperBound)")
            let days =
                switch opening.days {
                case 1...7: t("directory.hours.every-day")
                case let days where days.count == 1: first
                default: t("directory.hours.days", ["first": first, "last": last])
                }
            let spans = opening.spans.map { span in
                span == 0..<1440
                    ? t("directory.hours.all-day")
                    : "\(Self.clock(span.lowerBound))–\(Self.clock(span.upperBound))"
            }
            return "\(days) \(spans.joined(separator: t("directory.hours.comma")))"
        }.joined(separator: t("directory.hours.semicolon"))
    }
}

extension ImportProblem {
    /// The problem as a sentence.
    package func words(_ t: Strings) -> String {
        t("directory.import.\(name)", details)
    }
}
