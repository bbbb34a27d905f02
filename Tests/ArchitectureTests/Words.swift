import Foundation

/// The word tables of all modules.
enum Words {
    static let folders = Set(
        Tree.files(under: "Sources", ending: ".json").map(\.path).filter { $0.contains("/Strings/") }
    )
    .map { $0.split(separator: "/").dropLast().joined(separator: "/") }.uniqued()

    static func table(_ language: String, in folder: String) -> [String: String] {
        let data = Data((Tree.text(of: "\(folder)/\(language).json") ?? "").utf8)
        return (try? JSONDecoder().decode([String: String].self, from: data)) ?? [:]
    }

    /// All keys of the first language.
    static let keys = Set(folders.flatMap { table("zh-Hans", in: $0).keys })

    /// Whether a word, or a word for a number of things, has this key.
    static func has(_ key: String) -> Bool { keys.contains(key) || keys.contains("\(key).other") }

    static func placeholders(_ text: String) -> Set<Substring> {
        Set(text.matches(of: /\{([^{}]*)\}/).map(\.1))
    }
}

extension Array where Element: Hashable & Comparable {
    fileprivate func uniqued() -> [Element] { Set(self).sorted() }
}
