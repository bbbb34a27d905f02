import Foundation

/// The product's own files, as a reader sees them.
enum Tree {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static let sources = files(under: "Sources", ending: ".swift")
    static let tests = files(under: "Tests", ending: ".swift")
    static let templates = files(under: "Sources", ending: ".mustache")
    static let scripts = files(under: "Public", ending: ".js")
    static let manifest = text(of: "Package.swift") ?? ""

    /// Nothing when there is no such folder.
    static func files(under folder: String, ending: String) -> [File] {
        let paths = FileManager.default.enumerator(atPath: root.appending(path: folder).path)?.compactMap {
            $0 as? String
        }
        return (paths ?? []).filter { $0.hasSuffix(ending) }.sorted().compactMap { path in
            text(of: "\(folder)/\(path)").map { File(path: "\(folder)/\(path)", text: $0) }
        }
    }

    static func text(of path: String) -> String? {
        try? String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    static func has(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }
}

struct File: Sendable {
    let path: String
    let text: String
    let lines: [Substring]
    let imports: Set<String>

    init(path: String, text: String) {
        self.path = path
        self.text = text
        lines = text.utf8.split(separator: 0x0a, omittingEmptySubsequences: false).map { Substring($0) }
        imports = Set(
            lines.prefix(40).compactMap { line in
                let words = line.split(separator: " ")
                guard let place = words.firstIndex(of: "import"), place < 2 else { return nil }
                return words.dropFirst(place + 1).first { !["struct", "class", "enum", "func"].contains($0) }
                    .map(String.init)
            })
    }

    /// The folder under `Sources`.
    var module: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// The text without mustache's comments.
    var markup: String { text.replacing(/\{\{![\s\S]*?\}\}/, with: "") }

    /// The lines that hold `pattern`, outside of comments, with their numbers. Each must hold one of `words`, which is quick
    /// to find.
    func places(of pattern: Regex<Substring>, with words: [String]) -> [String] {
        let bytes = words.map { Array($0.utf8) }
        guard bytes.contains(where: { text.utf8.firstRange(of: $0) != nil }) else { return [] }
        return lines.enumerated().filter { _, line in
            bytes.contains { line.utf8.firstRange(of: $0) != nil } && !line.drop { $0 == " " }.hasPrefix("//")
                && line.contains(pattern)
        }.map { "\(path):\($0.offset + 1)" }
    }
}
