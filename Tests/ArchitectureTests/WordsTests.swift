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

    @Test(arguments: Words.folders)
    func `no word is empty or ends in a space`(folder: String) {
        for language in ["en", "zh-Hans"] {
            for (key, text) in Words.table(language, in: folder) {
                #expect(
                    !text.isEmpty && text == text.trimmingCharacters(in: .whitespacesAndNewlines), "\(language) \(key)")
            }
        }
    }

    @Test(arguments: ["en", "zh-Hans"])
    func `no word is defined by two modules, and no key is the beginning of another`(language: String) {
        let keys = Words.folders.flatMap { Words.table(language, in: $0).keys }
        var seen: Set<String> = []
        for key in keys { #expect(seen.insert(key).inserted, "\(key) is defined twice") }
        for key in keys {
            let parts = key.split(separator: ".")
            for length in 1..<max(1, parts.count) {
                // A template that asks for the longer one would get nothing.
                let shorter = parts.prefix(length).joined(separator: ".")
                #expect(!seen.contains(shorter), "\(shorter) is a word and the beginning of \(key)")
            }
        }
    }

    @Test func `a template uses only words that exist`() {
        for file in Tree.templates {
            for match in file.text.matches(of: /\{\{[#^\/]?\s*t\.([A-Za-z0-9.\-]+)/) {
                #expect(Words.keys.contains(String(match.1)), "\(file.path) uses t.\(match.1)")
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

    @Test func `what was done has its words`() {
        for file in Tree.sources {
            for match in file.text.matches(of: /\bdone: "([A-Za-z0-9.\-]+)"/) {
                #expect(Words.keys.contains("done.\(match.1)"), "\(file.path): done.\(match.1)")
            }
        }
    }
}
