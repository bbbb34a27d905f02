import Access
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

/// The auditor finds what was done and by whom, and never who a rider is.
@Suite struct JournalPagesTests {
    @Test func `the auditor finds what was done by person, kind, role, day and case`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report()
            let other = try await client.report(in: TestCity.inHeping)
            try await client.close(id)
            let desk = try await GuardDesk(client, .auditor)
            let number = try await client.get("/cases/\(id)", as: .liNa).json()["number"] as? String ?? "?"
            let far = try await client.get("/cases/\(other)", as: .sunLi).json()["number"] as? String ?? "?"
            func find(_ fields: [String: String]) async throws -> (String, String) {
                let sent = try await desk.submit("/admin/journal", fields, from: "/admin/journal")
                #expect(sent.status == .seeOther, "\(sent.text)")
                let place = sent.headers[.location] ?? ""
                return (place, try await desk.page(place).text)
            }
            let (address, byPerson) = try await find(["login": Someone.liNa.rawValue, "kind": "case.step"])
            #expect(!address.contains(Someone.liNa.rawValue), "no login in an address")
            #expect(byPerson.contains(Someone.liNa.name) && byPerson.contains(number))
            #expect(Self.rows(byPerson) == 3, "check, verify, close")
            let (_, byCase) = try await find(["number": number.lowercased()])
            #expect(byCase.contains(number) && !byCase.contains(far) && Self.rows(byCase) >= 5)
            let (_, byRole) = try await find(["role": "intake", "kind": "case.step"])
            #expect(Self.rows(byRole) == 1 && byRole.contains(Someone.wangFang.name))
            let (_, byDay) = try await find(["from": "2026-10-01", "until": "2026-10-02"])
            #expect(Self.rows(byDay) == 0)
            for (field, value) in [
                ("login", "nobody-here"), ("number", "NX-0000-0000"), ("from", "2026-02-31"), ("role", "king"),
            ] {
                let again = try await desk.submit("/admin/journal", [field: value], from: "/admin/journal")
                #expect(again.status == .unprocessableContent, "\(field)")
                #expect(again.text.contains("\(field)-error"))
                if field != "role" { #expect(again.text.contains("value=\"\(value)\"")) }
            }
            #expect(try await desk.page("/admin/journal?kind=%00").status == .badRequest)
            #expect(try await desk.page("/admin/journal?cursor=xx").status == .unprocessableContent)
        }
    }

    @Test func `a rider is a pseudonym to the auditor, wherever they look`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report()
            try await client.bringToCheck(id)
            _ = try await client.api(.post, "/cases/\(id)/reporter", as: .liNa)
            _ = try await client.api(
                .post, "/me/consents", as: .zhangWei, json: ["purpose": "named", "version": "1", "given": true])
            await city.catchUp()
            let rider = try city.person(.zhangWei)
            let desk = try await GuardDesk(client, .auditor)
            try await desk.prove()
            var texts: [String] = []
            for path in ["/admin/journal", "/admin/journal/unusual", "/admin/journal/chain"] {
                texts.append(try await desk.page(path).text)
            }
            #expect(texts[0].contains("骑手代号"))
            let last = try await city.count("SELECT MAX(sequence) FROM journal_entry")
            for entry in 1...last {
                let page = try await desk.page("/admin/journal/entries/\(entry)")
                #expect(page.status == .ok)
                texts.append(page.text)
            }
            for format in ["csv", "jsonl"] {
                let file = try await desk.submit(
                    "/admin/journal/export", ["from": "2026-09-01", "purpose": "review", "format": format],
                    from: "/admin/journal/export")
                #expect(file.status == .ok && file.text.contains("case.step"))
                texts.append(file.text)
            }
            for text in texts {
                for secret in [Someone.zhangWei.name, Someone.zhangWei.phone, rider.id.text] {
                    #expect(!text.contains(secret))
                }
            }
            let asked = try await desk.submit(
                "/admin/journal", ["login": Someone.zhangWei.phone], from: "/admin/journal")
            #expect(asked.status == .unprocessableContent && asked.text.contains("login-error"))
        }
    }

    @Test func `an entry shows whether its seal fits, and the chain whether it is whole`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            _ = try await client.report()
            await city.catchUp()
            try await city.product.witness.sign()
            let desk = try await GuardDesk(client, .auditor)
            let step = try #require(try await city.journal("case.step").first?.sequence)
            let place = "/admin/journal/entries/\(step)"
            #expect(try await desk.page(place).text.contains("封印对得上"))
            #expect(try await desk.page("/admin/journal/entries/999999").status == .notFound)
            #expect(try await desk.page("/admin/journal/entries/-1").status == .notFound)
            func verify() async throws -> String {
                try await desk.submit("/admin/journal/chain/verification", [:], from: "/admin/journal/chain").text
            }
            #expect(try await verify().contains("全部对得上"))
            try await city.product.services.database.write { db in
                try db.execute("UPDATE journal_entry SET at = at - 60000 WHERE sequence = \(step)")
            }
            #expect(try await desk.page(place).text.contains("封印对不上"))
            #expect(try await verify().contains("第 \(step) 条记录和封印时不一样"))
            let noted = try await city.journal("journal.verified").map { try $0.decoded(as: [String: String].self) }
            #expect(noted.map { $0["outcome"] } == ["whole", "fault"])
        }
    }

    /// Any search, page by page, finds what going through all entries would find: nothing twice, nothing left out.
    @Test func `pages of a search hold what fits, each once, the newest first`() async throws {
        let city = try await TestCity()
        var generator = SeededGenerator(seed: 20_261_123)
        let staff = try Someone.staff.map { try city.person($0).id }
        let subjects = (0..<5).map { UUID(high: 7, low: UInt64($0)) }
        let kinds = ["test.a", "test.b", "test.c"]
        let start = city.clock.now
        let made = (0..<900).map { _ in
            // Many at the same instant, and not in the order of their numbers.
            (
                kinds.randomElement(using: &generator) ?? "", subjects.randomElement(using: &generator) ?? subjects[0],
                Bool.random(using: &generator) ? staff.randomElement(using: &generator) : nil,
                start + Double(Int.random(in: 0..<200, using: &generator)) * 3600
            )
        }
        try await city.product.services.database.write { db in
            for (kind, subject, actor, at) in made {
                try JournalStore(db).append(kind, subject: subject, by: actor, at: at, data: [String: String]())
            }
        }
        let all = try await city.product.services.database.read { db in
            try JournalStore(db).allEntries(limit: 10_000)
        }
        let day = Day(of: start)
        let intake = try Set([Someone.wangFang, .sunLi].map { try city.person($0).id })
        let searches = [
            JournalSearch(), JournalSearch(kind: "test.b"), JournalSearch(actor: staff[1]),
            JournalSearch(subject: subjects[2]), JournalSearch(from: day + 2, until: day + 4),
            JournalSearch(kind: "test.a", actor: staff[2], subject: subjects[1]),
            JournalSearch(from: day + 1, until: day + 6, kind: "test.c", role: .intake),
            JournalSearch(role: .intake), JournalSearch(role: .platform),
        ]
        for search in searches {
            let wanted = all.filter { entry in
                (search.kind ?? entry.kind) == entry.kind && (search.subject ?? entry.subject) == entry.subject
                    && (search.actor == nil || search.actor == entry.actor)
                    && (search.start ?? .distantPast) <= entry.at && entry.at < (search.end ?? .distantFuture)
                    && (search.role == nil || (search.role == .intake && entry.actor.map(intake.contains) ?? false))
            }.sorted { ($1.at, $1.sequence) < ($0.at, $0.sequence) }
            let (found, pages, count) = try await city.product.services.database.read { db in
                let store = EntryStore(db)
                var found: [Int] = []
                var place: JournalSearch.Place?
                var pages = 0
                repeat {
                    let page = try store.search(search, before: place, limit: 7, reach: 40)
                    #expect(page.entries.count <= 7)
                    found += page.entries.map(\.sequence)
                    place = page.next
                    pages += 1
                } while place != nil && pages < 2000
                return (found, pages, try store.count(search, upTo: 100_000))
            }
            #expect(found == wanted.map(\.sequence), "\(search)")
            #expect(count == wanted.count && pages < 2000)
        }
    }

    /// The planner of PostgreSQL reads small tables whole, so what it does is only seen on a large one.
    @Test(.enabled(if: TestDatabase.chosen == .sqlite))
    func `a page is found by an index, and never by going through the journal`() async throws {
        let city = try await TestCity()
        let place = JournalSearch.Place(at: city.clock.now, sequence: 7)
        let someone = try city.person(.liNa).id
        let searches: [(JournalSearch, String)] = [
            (JournalSearch(), "by_time"), (JournalSearch(from: Day(of: city.clock.now), role: .intake), "by_time"),
            (JournalSearch(kind: "case.step"), "by_kind"), (JournalSearch(actor: someone), "by_actor"),
            (JournalSearch(kind: "case.step", role: .intake, actor: someone), "by_actor"),
            (JournalSearch(subject: someone.uuid), "by_subject"),
        ]
        for (search, index) in searches {
            let plan = try await city.product.services.database.read { db in
                let statement = EntryStore(db).statement(search, before: place, limit: 50, reach: 5000)
                return try db.rows("EXPLAIN QUERY PLAN \(statement)").map { try $0["detail"] as String }
            }
            let steps = plan.filter { $0.contains("journal_entry") }
            #expect(!steps.isEmpty)
            for step in steps {
                #expect(step.hasPrefix("SEARCH") && step.contains("journal_entry_\(index)"), "\(search): \(plan)")
            }
        }
    }

    @Test func `the kinds to choose from are those that there are`() async throws {
        let city = try await TestCity()
        let (kinds, all) = try await city.product.services.database.read { db in
            (try EntryStore(db).kinds(), try JournalStore(db).allEntries(limit: 10_000).map(\.kind))
        }
        #expect(Set(kinds) == Set(all) && kinds.count == Set(all).count && kinds.count > 3)
    }

    private static func rows(_ page: String) -> Int { page.matches(of: /admin\/journal\/entries\/\d+"/).count }
}
