import Foundation
import Kernel
import TestSupport
import Testing
import Web

@testable import Directory

@Suite struct DirectoryWordsTests {
    private static let chinese = Result { try Strings(.zhHans, in: Directory.bundle) }
    private static let english = Result { try Strings(.en, in: Directory.bundle) }

    @Test(arguments: [
        (RouteReason.Kind.duty, "01" as String?, "食品科负责沈河区的“食品安全”。", "Food Section answers for “食品安全” in 沈河区."),
        (.duty, "", "食品科负责沈河区的全部事项。", "Food Section answers for everything in 沈河区."),
        (
            .dutyDesk, nil, "沈河区没有机构专门负责这一类，由食品科接收。",
            "Nobody in 沈河区 answers for this category by itself, so Food Section takes it."
        ),
        (.rootDesk, nil, "当地没有接收机构，由食品科接收。", "There is no intake in that place, so Food Section takes it."),
        (
            .outside, nil, "位置不明或在已知边界之外，由食品科接收。",
            "The place is unknown or outside every known outline, so Food Section takes it."
        ),
    ])
    func `a route explains itself`(kind: RouteReason.Kind, category: String?, chinese: String, english: String) throws {
        let reason = RouteReason(
            kind: kind, office: LocalizedText(chinese: "食品科", english: "Food Section"), category: category,
            territory: Territory.shenhe.path, place: "沈河区")
        #expect(reason.words(try Self.chinese.get(), in: .zhHans, category: "食品安全") == chinese)
        #expect(reason.words(try Self.english.get(), in: .en, category: "食品安全") == english)
    }

    @Test func `opening hours are said in words`() throws {
        let hours = try #require(OpeningHours("1-5 08:30-11:30,13:00-17:00; 6 09:00-12:00"))
        #expect(hours.words(try Self.chinese.get()) == "周一至周五 08:30–11:30、13:00–17:00；周六 09:00–12:00")
        #expect(
            hours.words(try Self.english.get()) == "Monday to Friday 08:30–11:30, 13:00–17:00; Saturday 09:00–12:00")
    }

    @Test func `both languages have the same words`() throws {
        let chinese = try Self.chinese.get().table
        let english = try Self.english.get().table
        #expect(Set(chinese.keys) == Set(english.keys))
        for (key, words) in chinese {
            #expect(placeholders(in: words) == placeholders(in: english[key] ?? ""), "\(key)")
        }
    }

    @Test func `every problem of an import has words`() throws {
        let words = try Self.chinese.get()
        let faults: [TerritoryFault] = [
            .unknownLevel, .duplicateCode, .codeDoesNotFit, .noName, .unknownParent, .wrongParent,
        ]
        let shapes: [OutlineFault] = [
            .notAPolygon, .badCoordinates, .ringTooShort, .ringNotClosed, .outOfRange, .crossesItself,
        ]
        for name in faults.map(\.name) + shapes.map(\.name) {
            #expect(words.has("directory.import.\(name)"), "\(name)")
        }
    }

    private func placeholders(in words: String) -> Set<String> {
        Set(words.matches(of: /\{[a-z]+\}/).map { String($0.output) })
    }
}
