import Foundation
import Testing

/// Every word that is asked for is there, in both languages.
struct WordsTests {
    @Test(arguments: Words.folders)
    func `both languages have the same words with the same placeholders`(folder: String) {
        let english = Words.table("en", in: folder)
        let chinese = Words.table("zh-Hans", in: folder)
        // Chinese has no words of its own for one of a thing.
        let different = Set(english.keys).symmetricDifference(chinese.keys).filter { key in
            !(key.hasSuffix(".one") && chinese["\(key.dropLast(4)).other"] != nil)
        }
        #expect(different.isEmpty, "\(different.sorted())")
        for (key, text) in english {
            let other = chinese[key] ?? chinese["\(key.dropLast(4)).other"] ?? ""
            // "One photo" needs no number.
            let mayLack: Set<Substring> = key.hasSuffix(".one") ? ["count"] : []
            #expect(
                Words.placeholders(text).subtracting(mayLack) == Words.placeholders(other).subtracting(mayLack),
                "\(key)")
        }
    }

    @Test(arguments: ["en", "zh-Hans"])
    func `no word is defined by two modules`(language: String) {
        var seen: Set<String> = []
        for key in Words.folders.flatMap({ Words.table(language, in: $0).keys }) {
            #expect(seen.insert(key).inserted, "\(key)")
        }
    }

    @Test func `a template uses only words that exist`() {
        for file in Tree.templates {
            for match in file.text.matches(of: /\{\{[#^\/]?\s*t\.([A-Za-z0-9.\-]+)/) {
                let key = String(match.1)
                #expect(Words.keys.contains(key), "\(file.path) uses t.\(key)")
                // Where a word is also the beginning of others, a template finds the word and never the others.
                let parts = key.split(separator: ".")
                for length in 1..<max(1, parts.count) {
                    let shorter = parts.prefix(length).joined(separator: ".")
                    #expect(!Words.keys.contains(shorter), "\(file.path) uses t.\(key), and \(shorter) is a word")
                }
            }
        }
    }

    @Test func `code uses only words that exist`() {
        for file in Tree.sources {
            for match in file.text.matches(of: /\bt\("([A-Za-z0-9.\-]*)("|\\\()/) {
                if match.2 == "\"" {
                    #expect(Words.has(String(match.1)), "\(file.path) uses \(match.1)")
                } else {
                    #expect(Words.keys.contains { $0.hasPrefix(match.1) }, "\(file.path) uses \(match.1)…")
                }
            }
        }
    }

    @Test func `every problem has its words`() {
        for file in Tree.sources {
            for match in file.text.matches(of: /\bProblem\(\s*"([a-z0-9\-]+)", status/) {
                for part in ["title", "detail"] {
                    #expect(Words.keys.contains("problem.\(match.1).\(part)"), "\(file.path): \(match.1)")
                }
            }
            for match in file.text.matches(of: /\b(?:FieldProblem|InvalidFields|problem)\(\s*[^,()\n]+, "([a-z\-]+)"/) {
                #expect(Words.keys.contains("field.\(match.1)"), "\(file.path): field.\(match.1)")
            }
        }
    }

    /// The auditor reads what happened in words, not in codes.
    @Test func `every kind of entry in the journal has its words`() {
        for file in Tree.sources {
            for match in file.text.matches(of: /\bappend\(\s*"([a-z\-]+\.[a-z\-]+)"/) {
                #expect(Words.keys.contains("journal.kind.\(match.1)"), "\(file.path): \(match.1)")
            }
        }
    }

    @Test func `what was done has its words`() {
        for file in Tree.sources {
            for match in file.text.matches(of: /\bdone: "([A-Za-z0-9.\-]+)"/) {
                #expect(Words.keys.contains("done.\(match.1)"), "\(file.path): done.\(match.1)")
            }
        }
    }
}
