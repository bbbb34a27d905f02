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

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    /// The folder under `Sources`.
    var module: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    var imports: Set<String> {
        Set(
            lines.compactMap { line in
                line.wholeMatch(
                    of: /(?:@testable |@preconcurrency |package )?import (?:struct |class |enum |func )?(\w+).*/
                )
                .map { String($0.1) }
            })
    }

    /// The lines that hold `pattern`, outside of comments, with their numbers.
    func places(of pattern: Regex<Substring>) -> [String] {
        lines.enumerated().filter { _, line in
            !line.drop { $0 == " " }.hasPrefix("//") && line.contains(pattern)
        }.map { "\(path):\($0.offset + 1)" }
    }
}
