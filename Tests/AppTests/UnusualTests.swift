import Access
import Cases
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import Kernel
import Storage
import TestSupport
import Testing
import Web

@testable import App
@testable import Audit
@testable import People

/// What is worth a second look is picked by rules that stand in a file, and says why it was picked.
@Suite struct UnusualTests {
    private let rules: UnusualRules
    private let day = Day("2026-09-30") ?? Day(number: 0)
    private let someone = ID<Account>(UUID(high: 1, low: 1))

    init() throws {
        rules = try JSONDecoder().decode(
            UnusualRules.self, from: Data(contentsOf: sourceRoot.appending(path: "Data/unusual.json")))
    }

    private func tally(_ daysAgo: Int, _ count: Int) -> Tally {
        Tally(actor: someone, day: day + -daysAgo, count: count)
    }

    @Test func `a day is unusual against a person's own days before, or by the bound for everybody`() {
        #expect(rules.faults.isEmpty)
        let days = (day + -6)...day
        func found(_ tallies: Tally...) -> [Unusual] { rules.tooMany(tallies, in: days) }
        let (least, bound) = (rules.looksAtLeast, rules.looksBound)
        #expect(found(tally(0, least - 1)).isEmpty)
        #expect(found(tally(0, least)).map(\.isBound) == [false])
        #expect(found(tally(0, bound)).map(\.isBound) == [true])
        // A mean of 2 a day: three times that is not more than three times that.
        let steady = (1...rules.baselineDays).map { tally($0, 2) }
        let most = Int(rules.looksTimesMean * 2)
        #expect(rules.tooMany(steady + [tally(0, most)], in: day...day).isEmpty)
        #expect(rules.tooMany(steady + [tally(0, most + 1)], in: day...day).map(\.mean) == [2])
        // What is older than the days before doesn't count, nor does the day itself.
        #expect(rules.tooMany([tally(rules.baselineDays + 1, 1000), tally(0, least)], in: day...day).count == 1)
        #expect(found(tally(20, 1000)).isEmpty, "before the days that are looked at")
    }

    @Test func `the hours of the file are hours`() {
        #expect(rules.hours.map { $0.lowerBound == 7 * 3_600_000 + 30 * 60_000 } ?? false)
    }

    @Test func `each line says why, leads to its entries, and can be noted as examined`() async throws {
        let city = try await TestCity(at: Date(shanghai: "2026-09-30 22:10"))
        try await city.run { client in
            let id = try await client.report()
            try await client.bringToCheck(id)
            for _ in 0..<5 { _ = try await client.api(.post, "/cases/\(id)/reporter", as: .liNa) }
            let desk = try await GuardDesk(client, .auditor)
            let address = "/admin/journal/unusual"
            let page = try await desk.page(address).text
            #expect(page.contains("看得特别多 · \(Someone.liNa.name)"))
            #expect(page.contains("非工作时间看 · \(Someone.liNa.name)"))
            #expect(!page.contains("看了不归自己办的 · "))
            let link = try #require(page.firstMatch(of: /href="(\/admin\/journal\?[^"]*reporter.read)[^"]*"/))
            let query = try #require(page.firstMatch(of: /href="(\/admin\/journal\?from=[^"]*)"/)?.1)
            let entries = try await desk.page(String(query).replacing("&amp;", with: "&"))
            #expect(entries.text.matches(of: /admin\/journal\/entries\/\d+"/).count == 5, "\(link.1)")

            let key = ["rule": "looks", "actor": try city.person(.liNa).id.text, "day": "2026-09-30"]
            let path = "\(address)/examinations"
            let empty = try await desk.submit(path, key.merging(["note": " "]) { $1 }, from: address)
            #expect(empty.status == .unprocessableContent && empty.text.contains("这里还没填"))
            let long = String(repeating: "很", count: 501)
            let tooLong = try await desk.submit(path, key.merging(["note": long]) { $1 }, from: address)
            #expect(tooLong.status == .unprocessableContent && tooLong.text.contains(long))
            let kept = try await desk.submit(path, key.merging(["note": "同一家店 <b>"]) { $1 }, from: address)
            #expect(kept.status == .seeOther)
            let after = try await desk.page(address).text
            #expect(after.contains("同一家店 &lt;b&gt;") && after.contains("管the-auditor"))
            #expect(try await city.journal("journal.examined").map(\.actor) == [desk.person.id])
            let noted = String(decoding: try await city.journal("journal.examined")[0].data, as: UTF8.self)
            #expect(!noted.contains("同一家店"), "no words in the journal")
            let wrong = try await desk.submit(path, ["rule": "x", "note": "x"], from: address)
            #expect(wrong.status == .unprocessableContent)
        }
    }

    /// The policy lets no stranger look; should one ever have, it shows.
    @Test func `a look at what isn't one's own stands out`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report()
            try await client.bringToCheck(id)
            let matter = try #require(ID<Case>(id))
            let stranger = try city.person(.zhaoQiang).id
            try await city.product.services.database.write { db in
                for kind in ["reporter.read", "reporter.read-refused"] {
                    try JournalStore(db).append(
                        kind, subject: matter.uuid, by: stranger, at: city.clock.now, data: ["purpose": "handling"])
                }
            }
            let many = try city.person(.zhouMin).id
            try await city.product.services.database.write { [rules] db in
                for (kind, bound) in [("evidence.read", rules.evidenceBound), ("access.refused", rules.outsideBound)] {
                    for number in 0..<bound {
                        try JournalStore(db).append(
                            kind, subject: matter.uuid, by: many, at: city.clock.now, data: [String: String]())
                        guard number > 0 else { continue }
                        try JournalStore(db).append(
                            kind, subject: matter.uuid, by: stranger, at: city.clock.now, data: [String: String]())
                    }
                }
            }
            let desk = try await GuardDesk(client, .auditor)
            let page = try await desk.page("/admin/journal/unusual?days=7").text
            for rule in ["看照片证据特别多", "多次打开不归自己看的"] {
                #expect(page.contains("\(rule) · \(Someone.zhouMin.name)"))
                #expect(!page.contains("\(rule) · \(Someone.zhaoQiang.name)"), "one less than the bound")
            }
            #expect(page.contains("看了不归自己办的 · \(Someone.zhaoQiang.name)"))
            #expect(page.contains("超出每日次数被拒绝 · \(Someone.zhaoQiang.name)"))
            #expect(!page.contains("非工作时间看 · "))
        }
    }
}
