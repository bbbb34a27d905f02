import Foundation
import Kernel
import Testing
import Web

struct AddressTests {
    @Test(arguments: [
        "/", "/reports", "/reports/1?page=2&x=%E6%9A%96#top", "/a//b", "/work?to=https://example.com", "/@evil.com",
        "/%5cevil.com",
        "/.//evil.com",
    ])
    func `a link may lead to any page of ours`(path: String) {
        #expect(localPath(path) == path)
    }

    @Test(arguments: [
        "", "reports", "//evil.com", "///evil.com", "/\\evil.com", "\\\\evil.com", "https://evil.com", "https:evil.com",
        "javascript:alert(1)", " /reports", "/ reports", "/\t/evil.com", "/\n/evil.com", "/a\r\nSet-Cookie: b=c",
        "/a\u{0}", "/a\u{7f}",
        // Marks that Swift joins with the character before them and that browsers throw away from a host's name.
        "//\u{FE0F}evil.com", "/\\\u{FE0F}evil.com", "//\u{200D}evil.com", "//\u{301}evil.com", "/\u{FE0F}/evil.com",
        "/\u{2028}/evil.com",
        "/暖",
    ])
    func `a link never leads elsewhere`(path: String) {
        #expect(localPath(path) == "/")
    }

    @Test func `without a link the front page is shown`() {
        #expect(localPath(nil as String?) == "/")
    }

    @Test(arguments: [
        ("", ""), ("AZaz09-._~", "AZaz09-._~"), ("a b", "a%20b"), ("/?&=#%+", "%2F%3F%26%3D%23%25%2B"),
        ("暖", "%E6%9A%96"), ("\n\u{0}", "%0A%00"),
        ("𠮷", "%F0%A0%AE%B7"), ("\"<>'", "%22%3C%3E%27"),
    ])
    func `text in an address can't be read as something else`(text: String, encoded: String) {
        #expect(percentEncoded(text) == encoded)
        #expect(encoded.removingPercentEncoding == text)
    }

    @Test(arguments: [
        ["1795224600000", "019a0b1c-2d3e-7f40-8112-fedcba987654"], [""], ["", "", ""], ["暖新 𠮷", "?&=/+"], ["a"], ["ab"],
        ["abc"],
    ])
    func `a place in a list comes back as it was sent`(parts: [String]) throws {
        let text = Cursor(parts).text
        #expect(
            text.utf8.allSatisfy {
                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_".utf8.contains($0)
            })
        #expect(try Cursor(text, parts: parts.count).parts == parts)
    }

    @Test(arguments: [
        "!", "a", "====", "%00", "null", "-1", "0", "暖", " ", "YQ==\n", String(repeating: "A", count: 512), "_w", "wyg",
    ])
    func `a place that isn't ours is a problem of the field`(text: String) {
        let error = #expect(throws: InvalidFields.self) { try Cursor(text, parts: 2) }
        #expect(error == InvalidFields("cursor", "bad-cursor"))
    }

    @Test func `a place of another list is a problem of the field`() {
        #expect(throws: InvalidFields.self) { try Cursor(Cursor(["a", "b", "c"]).text, parts: 2) }
        #expect(throws: InvalidFields.self) { try Cursor(Cursor(["a"]).text, parts: 2) }
    }

    @Test(arguments: [
        ("", "", true), ("abc", "abc", true), ("abc", "abd", false), ("abc", "ab", false), ("", "a", false),
        ("é", "e\u{301}", false),
        ("abc", "ABC", false),
    ])
    func `secrets are equal when all of their bytes are`(left: String, right: String, equal: Bool) {
        #expect(constantTimeEqual(left, right) == equal)
    }
}
