import Deadlines
import Foundation
import Kernel
import Storage
import TestSupport
import Testing
import Web

@testable import Cases
@testable import Notices

/// The words of the templates, and the figures that anybody may see.
struct WordsAndFiguresTests {
    @Test(arguments: Language.allCases, ["Cases", "Notices"])
    func `every word that a template asks for is there`(_ language: Language, _ feature: String) throws {
        let t = try Site(TestDistrict.bundles).strings(in: language)
        let folder = sourceRoot.appending(path: "Sources/\(feature)/Templates")
        let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        var asked: Set<String> = []
        for file in files where file.hasSuffix(".mustache") {
            let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            asked.formUnion(text.matches(of: /\{\{#?t\.([A-Za-z0-9.-]+)\}\}/).map { String($0.1) })
        }
        #expect(asked.count >= (feature == "Cases" ? 60 : 4))
        #expect(asked.filter { !t.has($0) } == [])
    }

    @Test(arguments: ["Cases", "Notices"])
    func `both languages have the same words with the same placeholders`(_ feature: String) throws {
        let bundle = feature == "Cases" ? Cases.bundle : Notices.bundle
        let chinese = try Strings(.zhHans, in: bundle).table
        let english = try Strings(.en, in: bundle).table
        #expect(Set(chinese.keys) == Set(english.keys))
        for (key, words) in chinese {
            func placeholders(_ text: String) -> Set<String> {
                Set(text.matches(of: /\{[A-Za-z]+\}/).map { String($0.output) })
            }
            #expect(placeholders(words) == placeholders(english[key] ?? ""), "\(key)")
        }
    }

    @Test(arguments: [
        (0.4, "0 米"), (85.2, "85 米"), (999.4, "999 米"), (999.5, "1.0 公里"), (1249, "1.2 公里"), (99_949, "99.9 公里"),
        (99_950, "100 公里"), (9_864_563, "9865 公里"),
    ])
    func `a distance is as exact as somebody needs`(_ metres: Double, _ words: String) async throws {
        #expect(try await TestDistrict().words(.zhHans).distance(metres) == words)
    }

    @Test func `each report is counted once, whatever became of it`() async throws {
        let district = try await TestDistrict()
        try await district.everyState { id in
            let figures = try await district.figures()
            #expect(
                figures.received == figures.verified + figures.unfounded + figures.inProgress + figures.duplicate
                    + figures.handedOver + figures.declined)
        }
        let noClue = try await district.report()
        try await district.take("decline", on: noClue, by: .wangFang) {
            $0.reason = "noClue"
            $0.result = "没有线索"
        }
        _ = try await district.report()
        let figures = try await district.figures()
        #expect(figures.registered == 2, "riders, not staff")
        #expect(figures.received == 6 && figures.verified == 1 && figures.unfounded == 1 && figures.handedOver == 1)
        #expect(figures.duplicate == 1 && figures.declined == 1 && figures.inProgress == 1)
    }

    @Test func `what is looked at again is in progress again, and what is handed over is so until it ends`()
        async throws
    {
        let district = try await TestDistrict()
        let id = try await district.live()
        let again = try await district.figures()
        #expect(again.verified == 0 && again.inProgress == 1)
        try await district.close(id)
        #expect(try await district.figures().verified == 1)
        let over = try await district.report("2001")
        try await district.take("handOver", on: over, by: .wangFang) {
            $0.body = "fire"
            $0.result = "已移交"
        }
        let open = try await district.figures()
        #expect(open.handedOver == 0 && open.inProgress == 1)
    }

    @Test(arguments: [
        ([50, 63], [442, 558]), ([1, 1, 1], [334, 333, 333]), ([1, 0, 5], [167, 0, 833]), ([0, 7], [0, 1000]),
        ([1, 1999], [1, 999]), ([3, 3, 1, 0, 0, 1], [375, 375, 125, 0, 0, 125]),
    ])
    func `shares are rounded to a tenth of a percent and add up to a hundred`(parts: [Int], permille: [Int]) {
        #expect(FiguresPage.permille(parts) == permille)
        #expect(permille.reduce(0, +) == 1000)
    }

    /// §12 case 10: 113 received, 50 verified, 63 in progress: 44.2 %.
    @Test func `the page of figures says how many, which share, and as of when`() async throws {
        let district = try await TestDistrict()
        let t = district.services.site.strings(in: .zhHans)
        let figures = try await district.figures { db in
            for number in 0..<113 as Range<UInt64> {
                var matter = Case.rats(.checking, id: number + 1)
                matter.office = try district.office("SH-FOOD")
                try CaseStore(db).insert(matter)
                matter.outcome = number < 50 ? .verified : nil
                matter.version = 2
                try CaseStore(db).update(matter)
            }
        }
        let page = FiguresPage(figures, t: t)
        #expect(page.received.number == "113" && page.received.share == nil && page.registered.share == nil)
        #expect(page.parts.map(\.number) == ["50", "63", "0", "0", "0", "0"])
        #expect(page.parts.map(\.share) == ["44.2%", "55.8%", "0.0%", "0.0%", "0.0%", "0.0%"])
        #expect(page.sum.contains("113 = 50 + 63 + 0 + 0 + 0 + 0"))
        #expect(page.asOf == "截至 \(DayWords(t).short(Day(of: district.clock.now)))" && !page.asOf.contains("-"))
    }

    @Test func `without a report there is nothing to divide by`() async throws {
        let district = try await TestDistrict()
        let page = FiguresPage(try await district.figures(), t: district.services.site.strings(in: .en))
        #expect(page.received.number == "0" && page.parts.allSatisfy { $0.share == nil && $0.number == "0" })
    }
}

extension TestDistrict {
    func figures(
        after work: @escaping @Sendable (any Transaction) throws -> Void = { _ in }
    ) async throws -> Figures {
        let now = clock.now
        let t = services.site.strings(in: .en)
        return try await database.write { db in
            try work(db)
            return try Figures(in: db, asOf: now, t: t)
        }
    }
}
