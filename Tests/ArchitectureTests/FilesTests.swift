import Foundation
import Testing

struct FilesTests {
    @Test func `the facts are well-formed JSON`() {
        let facts = Tree.files(under: "Data", ending: "json")
        #expect(facts.count > 5)
        for file in facts {
            #expect(throws: Never.self, "\(file.path)") {
                try JSONSerialization.jsonObject(with: Data(file.text.utf8))
            }
        }
    }

    @Test func `the descriptions of the API are well-formed JSON`() {
        for file in Tree.files(under: "Sources", ending: "openapi.json") {
            #expect(throws: Never.self, "\(file.path)") {
                try JSONSerialization.jsonObject(with: Data(file.text.utf8))
            }
        }
    }

    @Test(arguments: [
        "README.md", "README.zh-Hans.md", "docs/architecture.md", "docs/operations.md", "CONTRIBUTING.md",
    ])
    func `a path that a text names is there`(document: String) {
        guard let text = Tree.text(of: document) else { return }
        let folder = document.split(separator: "/").dropLast().map { "\($0)/" }.joined()
        for match in text.matches(of: /\]\(([^)\s]+)\)/) where !match.1.contains(/^(https?:|mailto:|#)/) {
            #expect(Tree.has(folder + match.1.prefix { $0 != "#" }), "\(document) leads to \(match.1)")
        }
        for match in text.matches(of: /`((?:Sources|Tests|Data|Public|docs|scripts)\/[A-Za-z0-9_+.\-\/]+)`/) {
            #expect(Tree.has(String(match.1)), "\(document) names \(match.1)")
        }
    }
}
