import Foundation
import Kernel
import Testing

struct LanguageTests {
    @Test(
        arguments: [
            (nil, .zhHans), ("", .zhHans), ("zh-CN,zh;q=0.9,en;q=0.8", .zhHans), ("en", .en), ("en-GB", .en),
            ("EN-us", .en),
            ("en-US,en;q=0.9,zh-CN;q=0.8", .en), ("zh;q=0.3, en;q=0.7", .en), ("en;q=0.3, zh;q=0.7", .zhHans),
            ("fr-FR, de;q=0.9", .zhHans), ("fr-FR, en;q=0.1", .en), ("*", .zhHans), ("en;q=0.2, *;q=0.1", .en),
            ("zh-Hant-TW", .zhHans), ("en, zh", .en), ("zh, en", .zhHans), ("en ; q = 0.9 , zh ; q = 0.8", .en),
            // What the reader refuses is not what they like.
            ("en;q=0", .zhHans), ("en;q=0.0, zh;q=0.001", .zhHans), ("en;q=0, fr", .zhHans),
            // Nonsense falls back to Chinese and harms nobody.
            ("english", .zhHans), ("en;q=nan, zh;q=0.5", .zhHans), (";;;,,,=q", .zhHans), ("en;q=-1", .zhHans),
        ] as [(String?, Language)])
    func `the language is the one the reader likes best`(header: String?, expected: Language) {
        #expect(Language(acceptLanguage: header) == expected)
    }

    @Test func `of a header with a million commas only the first wishes are read`() {
        let header = String(repeating: "fr,", count: 1_000_000) + "en"
        #expect(Language(acceptLanguage: header) == .zhHans)
    }

    @Test func `words of data files have both languages`() throws {
        let json = Data(#"{"zh-Hans": "电梯", "en": "Lift"}"#.utf8)
        let text = try JSONDecoder().decode(LocalizedText.self, from: json)
        #expect(text(.zhHans) == "电梯")
        #expect(text(.en) == "Lift")
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(LocalizedText.self, from: Data(#"{"en": "Lift"}"#.utf8))
        }
    }
}
