import Foundation
import Kernel
import Testing

@testable import Web

struct StringsTests {
    private let t = Strings([
        "greeting": "Hello {name}, {name}!", "range": "{low}…{high}", "odd": "{ {} {name",
        "photos.one": "{count} photo of {name}",
        "photos.other": "{count} photos of {name}", "cases.other": "{count} 件",
    ])

    @Test(arguments: [
        ("greeting", ["name": "Mei"], "Hello Mei, Mei!"), ("greeting", [:], "Hello {name}, {name}!"),
        ("range", ["low": "1", "high": "9"], "1…9"),
        ("greeting", ["name": "", "other": "x"], "Hello , !"), ("odd", ["name": "x", "": "y"], "{ y {name"),
        ("nowhere", ["name": "x"], "nowhere"),
        // What somebody wrote isn't taken for a placeholder.
        ("range", ["low": "{high}", "high": "{low}"], "{high}…{low}"),
        ("greeting", ["name": "{name}"], "Hello {name}, {name}!"),
    ])
    func `placeholders are filled in`(key: String, details: [String: String], words: String) {
        #expect(t(key, details) == words)
    }

    @Test(arguments: [
        ("photos", 1, "1 photo of Mei"), ("photos", 0, "0 photos of Mei"), ("photos", 2, "2 photos of Mei"),
        ("photos", 21, "21 photos of Mei"),
        ("cases", 1, "1 件"), ("cases", 5, "5 件"),
    ])
    func `one of a thing has its own words where the language has them`(key: String, count: Int, words: String) {
        #expect(t(key, count: count, ["name": "Mei"]) == words)
    }

    @Test func `templates find words by the parts of their keys`() throws {
        let tree = Strings(["a": "1", "b.c": "2", "b.d.e": "3", "b.d.f": "4"]).tree
        #expect(tree["a"] as? String == "1")
        let branch = try #require(tree["b"] as? [String: any Sendable])
        #expect(branch["c"] as? String == "2")
        #expect(branch["d"] as? [String: String] == ["e": "3", "f": "4"])
    }

    @Test func `words that are defined twice stop the server at its start`() {
        var words = Strings(["a": "1"])
        let error = #expect(throws: SiteError.self) { try words.add(Strings(["a": "2"])) }
        #expect(error?.description.contains("a") == true)
        #expect(throws: Never.self) { try words.add(Strings(["b": "2"])) }
        #expect(words("b") == "2")
    }

    @Test func `Web's own words are there in both languages`() throws {
        let site = try Site([])
        #expect(site.strings(in: .zhHans)("site.name") == "暖新")
        #expect(site.strings(in: .en)("site.name") == "Nuanxin")
    }
}
