import Foundation
import HTTPTypes
import HummingbirdTesting
import Journal
import Kernel
import Logging
import Storage
import Synchronization
import TestSupport
import Testing
import Web

@testable import Cases
@testable import Notices

/// Reporters are told of each step that tells something: once, in words, and without names of persons.
struct NoticeTests {
    @Test func `one message for each step that tells something, none for one's own`() async throws {
        let district = try await TestDistrict()
        let id = try await district.live()
        await district.catchUp()
        let timeline = try await district.story(id).timeline
        let told = timeline.filter { $0.tells != nil && !$0.isReporters }
        let notices = try await district.notices(of: .zhangWei)
        #expect(notices.map(\.step) == told.map(\.id).reversed())
        #expect(notices.map(\.at) == told.map(\.at).reversed())
        #expect(notices.allSatisfy { $0.matter == id && !$0.isRead })
        #expect(timeline.contains { $0.tells == "reopenAsked" }, "what the reporter did tells others, not them")
        #expect(told.count == 9 && timeline.count == 11)
        for other in Someone.allCases where other != .zhangWei {
            #expect(try await district.notices(of: other).isEmpty, "\(other)")
        }
    }

    @Test func `however often the journal is read, each message is there once`() async throws {
        let district = try await TestDistrict()
        _ = try await district.live()
        await district.catchUp()
        let once = try await district.notices(of: .zhangWei)
        #expect(await district.catchUp() == 0)
        // The cursor is lost: everything is handled once more.
        try await district.database.write { db in try JournalStore(db).moveCursor(of: "notices", to: .start) }
        #expect(await district.catchUp() > 0)
        #expect(try await district.notices(of: .zhangWei) == once)
    }

    @Test func `a consumer that fails halfway tells nothing twice and forgets nothing`() async throws {
        let district = try await TestDistrict()
        _ = try await district.live()
        let failing = FailingOnce(after: 3)
        let feed = JournalFeed(database: district.database, consumers: [failing], logger: .silent)
        await feed.catchUp()
        #expect(failing.hasFailed)
        await feed.catchUp()
        let afterFailure = try await district.notices(of: .zhangWei)
        try await district.database.write { db in
            try db.execute("DELETE FROM notice")
            try JournalStore(db).moveCursor(of: "notices", to: .start)
        }
        await district.catchUp()
        #expect(try await district.notices(of: .zhangWei) == afterFailure)
        #expect(afterFailure.count >= 8)
    }

    @Test func `what is read up to an instant leaves what came later new`() async throws {
        let district = try await TestDistrict()
        let start = district.clock.now
        for _ in 0..<3 {
            _ = try await district.report()
            _ = try await district.report(by: .liuYang)
            district.clock.advance(by: 60)
        }
        await district.catchUp()
        #expect(try await district.unread(.zhangWei) == 3)
        for (upTo, left) in [(start - 1, 3), (start + 60, 1), (start + 60, 1), (start + 120, 0)] {
            try await district.database.write { db in
                try NoticeStore(db).markRead(of: Someone.zhangWei.id, upTo: upTo, at: district.clock.now)
            }
            #expect(try await district.unread(.zhangWei) == left)
        }
        #expect(try await district.unread(.liuYang) == 3, "others' messages are theirs")
        #expect(try await district.notices(of: .zhangWei).map(\.isRead) == [true, true, true])
    }

    @Test func `pages of messages hold each once, the newest first`() async throws {
        let district = try await TestDistrict()
        for number in 0..<7 {
            _ = try await district.report()
            // Several at the same instant.
            if number % 3 == 2 { district.clock.advance(by: 60) }
        }
        await district.catchUp()
        let all = try await district.notices(of: .zhangWei)
        #expect(all.count == 7 && all.map(\.at) == all.map(\.at).sorted(by: >))
        for size in [1, 2, 3] {
            var paged: [ID<Notice>] = []
            var last: (Date, ID<Notice>)?
            while true {
                let before = last
                let page = try await district.read { db in
                    try NoticeStore(db).list(of: Someone.zhangWei.id, before: before, limit: size)
                }
                guard let end = page.last else { break }
                paged += page.map(\.id)
                last = (end.at, end.id)
            }
            #expect(paged == all.map(\.id), "pages of \(size)")
        }
    }

    @Test(arguments: Language.allCases)
    func `the words name offices, bodies and days, and no persons`(_ language: Language) async throws {
        let district = try await TestDistrict()
        let id = try await district.live()
        let over = try await district.report("2001")
        try await district.take("handOver", on: over, by: .wangFang) {
            $0.body = "fire"
            $0.result = "已移交"
        }
        try await district.take("recordReceipt", on: over, by: .wangFang) { $0.receipt = "消〔2026〕7号" }
        await district.catchUp()
        let entries = try await district.read { db in
            let notices = try NoticeStore(db).list(of: Someone.zhangWei.id, limit: 100)
            let told = try Told(
                district.services.site, language, facts: district.facts, now: district.clock.now, in: db)
            let words = try told.words(of: notices.map { ($0.matter, $0.step) }, in: db)
            return try notices.map { notice in
                guard let words = words[notice.step] else { throw TestDistrict.NotThere() }
                return (notice.matter, words)
            }
        }
        let texts = entries.map(\.1.text)
        let expected =
            language == .en
            ? ["Shenhe intake", "Shenhe food section", "Fire and rescue", "消〔2026〕7号", "12 Oct"]
            : ["沈河接收岗", "沈河食品科", "消防救援机构", "消〔2026〕7号", "10月12日"]
        for word in expected { #expect(texts.contains { $0.contains(word) }, "\(word) in \(texts)") }
        for (matter, words) in entries {
            #expect(leftovers(in: words.text) == [] && !words.text.isEmpty && !words.time.isEmpty)
            let title = language == .en ? "Dirty kitchen, insects or rats" : "后厨脏乱、虫鼠害"
            #expect((words.title == title) == (matter == id))
            for someone in Someone.allCases {
                #expect(!words.text.contains(someone.name) && !words.title.contains(someone.name))
            }
        }
    }

    @Test(arguments: Language.allCases)
    func `the inbox shows them, and marks as read what it showed`(_ language: Language) async throws {
        let district = try await TestDistrict()
        try await district.run { client in
            let empty = try await client.get("/inbox", as: .zhangWei, language: language)
            #expect(empty.status == .ok && leftovers(in: empty.text) == [] && !empty.text.contains("/inbox/reading"))
            _ = try await district.live()
            await district.catchUp()
            let page = try await client.get("/inbox", as: .zhangWei, language: language)
            #expect(leftovers(in: page.text) == [])
            let shown = try #require(page.text.firstMatch(of: /name="upTo" value="(\d+)"/)?.1)
            district.clock.advance(by: 60)
            _ = try await district.report()
            await district.catchUp()
            let done = try await client.post(
                "/inbox/reading", as: .zhangWei, [("upTo", String(shown))], language: language)
            #expect(done.status == .seeOther)
            #expect(try await district.unread(.zhangWei) == 1, "what came since is still new")
            #expect(try await client.get("/inbox", as: .liuYang, language: language).text.contains("unread") == false)
        }
    }
}

extension TestDistrict {
    /// A case of Zhang Wei's with all that can happen to one that is true, up to a second look. Time moves between the steps.
    func live(by reporter: Someone = .zhangWei, identity: Reporter.Identity = .named) async throws -> ID<Case> {
        let photo = try await photo(by: reporter)
        let id = try await report(by: reporter, identity: identity, photos: [photo])
        func step(_ name: String, _ someone: Someone, _ fill: (inout StepInput) throws -> Void = { _ in }) async throws
        {
            clock.advance(by: 600)
            try await take(name, on: id, by: someone, fill)
        }
        try await step("accept", .wangFang)
        try await step("dispatch", .wangFang) {
            $0.office = try office("SH-FOOD")
            $0.handler = Someone.liNa.id
            $0.note = "请今天去看"
        }
        try await step("check", .liNa)
        try await step("verify", .liNa) { $0.result = "现场属实" }
        try await step("rectify", .liNa) {
            $0.note = "三天内清洗"
            $0.day = day("2026-10-12")
        }
        let after = try await self.photo(by: .liNa)
        try await step("recheck", .liNa) { $0.photos = [after] }
        try await step("close", .liNa) { $0.result = "已整改" }
        try await step("rate", reporter) { $0.rating = .solved }
        try await step("requestReopen", reporter) { $0.note = "又有了" }
        try await step("reopen", .chenGang) { $0.note = "再查" }
        return id
    }

    func notices(of someone: Someone) async throws -> [Notice] {
        try await read { db in try NoticeStore(db).list(of: someone.id, limit: 1000) }
    }

    func unread(_ someone: Someone) async throws -> Int {
        try await read { db in try db.value(NoticeStore.counting(unreadOf: "\(someone.id)")) }
    }
}

/// The consumer of the messages, with a disk that fails once in the middle.
private final class FailingOnce: JournalConsumer {
    let name = "notices"
    private let consumer = NoticeConsumer()
    private let left: Mutex<Int>

    init(after count: Int) { left = Mutex(count) }

    var hasFailed: Bool { left.withLock { $0 < 0 } }

    func handle(_ entry: JournalEntry, in db: any Transaction) throws {
        try consumer.handle(entry, in: db)
        let fails = left.withLock { left in
            guard left >= 0 else { return false }
            left -= 1
            return left < 0
        }
        if fails { throw StorageError.full }
    }
}

extension Logger {
    /// Says nothing of the failures that a test makes.
    fileprivate static var silent: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }
}
