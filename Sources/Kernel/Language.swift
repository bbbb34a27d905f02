/// The languages of the product. Chinese is the first and the one to fall back to.
package enum Language: String, Sendable, CaseIterable, Codable {
    case zhHans = "zh-Hans"
    case en

    /// The language of an `Accept-Language` header that the product speaks and the reader likes best.
    package init(acceptLanguage header: String?) {
        let wanted = (header ?? "").split(separator: ",").prefix(20).compactMap { entry -> (Language, Double)? in
            let parts = entry.split(separator: ";").map { $0.filter { $0 != " " }.lowercased() }
            guard let tag = parts.first else { return nil }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            // `q=0` says "not this one".
            guard weight > 0 else { return nil }
            if tag.hasPrefix("zh") || tag == "*" { return (.zhHans, weight) }
            return tag == "en" || tag.hasPrefix("en-") ? (.en, weight) : nil
        }
        let best = wanted.enumerated().max { ($0.element.1, -$0.offset) < ($1.element.1, -$1.offset) }
        self = best.map(\.element.0) ?? .zhHans
    }
}

/// A few words in each language, for names that come from data files.
package struct LocalizedText: Sendable, Hashable, Codable {
    package let chinese: String
    package let english: String

    package init(chinese: String, english: String) {
        self.chinese = chinese
        self.english = english
    }

    package func callAsFunction(_ language: Language) -> String {
        language == .en ? english : chinese
    }

    private enum CodingKeys: String, CodingKey {
        case chinese = "zh-Hans"
        case english = "en"
    }
}
