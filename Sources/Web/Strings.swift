import Foundation
import Kernel

/// The words of one language, by key such as `report.new.title`.
package struct Strings: Sendable {
    package private(set) var table: [String: String]

    package init(_ table: [String: String] = [:]) {
        self.table = table
    }

    /// The words for `key`, with `details` in their `{placeholders}`. An unknown key shows as itself, and fails a test.
    package func callAsFunction(_ key: String, _ details: [String: String] = [:]) -> String {
        let words = table[key] ?? key
        guard !details.isEmpty else { return words }
        // In one go: a value that somebody wrote may look like a placeholder itself.
        return words.replacing(/\{([^{}]*)\}/) { placeholder in
            details[String(placeholder.1)] ?? String(placeholder.0)
        }
    }

    /// The words for a number of things: `key.one` for one of them in English, `key.other` else.
    package func callAsFunction(_ key: String, count: Int, _ details: [String: String] = [:]) -> String {
        let form = count == 1 && table["\(key).one"] != nil ? "one" : "other"
        return self("\(key).\(form)", details.merging(["count": String(count)]) { $1 })
    }

    /// All keys and words in one text, to tell two versions of them apart.
    var digested: String { table.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\n") }

    package func has(_ key: String) -> Bool { table[key] != nil }

    mutating func add(_ other: Strings) throws {
        for (key, words) in other.table {
            guard table.updateValue(words, forKey: key) == nil else { throw SiteError.definedTwice(key) }
        }
    }

    /// The keys as nested dictionaries, which is how a template asks for them: `{{t.report.new.title}}`.
    var tree: [String: any Sendable] {
        var root = Branch()
        for (key, words) in table {
            root.insert(words, at: key.split(separator: ".").map(String.init)[...])
        }
        return root.dictionary
    }

    private struct Branch {
        var words: [String: String] = [:]
        var branches: [String: Branch] = [:]

        mutating func insert(_ text: String, at path: ArraySlice<String>) {
            guard let first = path.first else { return }
            if path.count == 1 {
                words[first] = text
            } else {
                branches[first, default: Branch()].insert(text, at: path.dropFirst())
            }
        }

        var dictionary: [String: any Sendable] {
            branches.mapValues { $0.dictionary as any Sendable }.merging(words) { _, words in words }
        }
    }
}

extension Strings {
    /// Reads `Strings/<language>.json` of a module.
    package init(_ language: Language, in bundle: Bundle) throws {
        let url = bundle.bundleURL.appending(path: "Strings/\(language.rawValue).json")
        self.init(try JSONDecoder().decode([String: String].self, from: Data(contentsOf: url)))
    }
}

/// A mistake in the templates or words, found at the start.
package enum SiteError: Error, CustomStringConvertible {
    case definedTwice(String)
    case noTemplate(String)

    package var description: String {
        switch self {
        case .definedTwice(let key): "the words \(key) are defined twice"
        case .noTemplate(let name): "there is no template \(name)"
        }
    }
}
