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
@testable import Incidents
@testable import People

/// A security incident: its clock, its lines of which none is ever changed, its pages.
@Suite struct IncidentTests {
    private let facts: IncidentFacts
    private let noticed = Date(shanghai: "2026-09-30 22:00")
    private let someone = ID<Account>(UUID(high: 1, low: 1))

    init() throws {
        facts = try JSONDecoder().decode(
            IncidentFacts.self, from: Data(contentsOf: sourceRoot.appending(path: "Data/incidents.json")))
    }

    private func line(
        _ position: Int, _ kind: Incident.Line.Kind, after hours: Double, happened: Double? = nil, level: String? = nil,
        corrects: Int? = nil
    ) -> Incident.Line {
        Incident.Line(
            id: UUID(high: 2, low: UInt64(position)), position: position, at: noticed + hours * 3600, by: someone,
            kind: kind, happenedAt: happened.map { noticed + $0 * 3600 }, level: level, words: "x", corrects: corrects)
    }

    private func incident(_ more: Incident.Line...) throws -> Incident {
        var incident = Incident(
            id: ID(UUID(high: 3, low: 3)), number: "AQ-2026-001", kind: "leak",
            lines: [line(0, .opened, after: 0.5, happened: 0)])
        for line in more { try incident.add(line, facts) }
        return incident
    }

    @Test func `the clock counts four hours from noticing, through the night`() throws {
        #expect(facts.faults.isEmpty && facts.reportWithinHours == 4)
        let due = noticed + 4 * 3600
        #expect(try incident().clock(facts, at: noticed + 3600) == .running(left: 3 * 3600, due: due))
        #expect(try incident().clock(facts, at: due) == .running(left: 0, due: due))
        #expect(try incident().clock(facts, at: due + 60) == .overdue(by: 60, due: due))
        let early = try incident(line(1, .reported, after: 4.5, happened: 3.9))
        #expect(early.clock(facts, at: due + 9999) == .met(at: noticed + 3.9 * 3600))
        let late = try incident(line(1, .reported, after: 6, happened: 5))
        #expect(late.clock(facts, at: due + 9999) == .late(by: 3600, at: noticed + 5 * 3600))
    }

    @Test func `only what is judged to be a general incident needs no report`() throws {
        for level in facts.levels {
            let judged = try incident(line(1, .assessed, after: 1, level: level.code))
            let isNeeded = judged.clock(facts, at: noticed) != .notNeeded
            #expect(isNeeded == (level.code != "general"), "\(level.code)")
        }
        let risen = try incident(
            line(1, .assessed, after: 1, level: "general"), line(2, .assessed, after: 2, level: "larger"))
        #expect(risen.clock(facts, at: noticed) != .notNeeded)
        #expect(facts.mustReport("a level of another version"))
    }

    @Test func `a correction moves what was wrong, and both stay`() throws {
        let corrected = try incident(line(1, .correction, after: 1, happened: -1, corrects: 0))
        #expect(corrected.noticedAt == noticed - 3600 && corrected.lines.count == 2)
        #expect(corrected.lines[0].happenedAt == noticed)
        #expect(corrected.clock(facts, at: noticed) == .running(left: 3 * 3600, due: noticed + 3 * 3600))
        #expect(throws: IncidentError.noSuchLine) { try incident(line(1, .correction, after: 1, corrects: 7)) }
        #expect(throws: IncidentError.noSuchLine) {
            try incident(line(1, .correction, after: 1, corrects: 0), line(2, .correction, after: 1, corrects: 1))
        }
    }

    @Test func `a line that can't be isn't written`() throws {
        #expect(throws: IncidentError.inTheFuture) { try incident(line(1, .measure, after: 1, happened: 2)) }
        #expect(throws: IncidentError.beforeNoticing) { try incident(line(1, .told, after: 1, happened: -1)) }
        #expect(throws: IncidentError.notReported) { try incident(line(1, .closed, after: 1)) }
        #expect(throws: IncidentError.noSuchLine) { try incident(line(1, .opened, after: 1, happened: 1)) }
        let closed = try incident(line(1, .reported, after: 2, happened: 1), line(2, .closed, after: 3))
        #expect(closed.isClosed)
        for kind in Incident.Line.Kind.additions where kind != .correction {
            var again = closed
            #expect(throws: IncidentError.closed, "\(kind)") { try again.add(line(3, kind, after: 4), facts) }
        }
        var right = closed
        try right.add(line(3, .correction, after: 4, corrects: 2), facts)
        #expect(right.lines.count == 4)
    }

    @Test func `the security administrator keeps the record, from noticing to the end`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let desk = try await GuardDesk(client, .security)
            let list = "/admin/incidents"
            #expect(try await desk.page("/work").headers[.location] == "/admin/staff")
            #expect(try await desk.page(list).text.contains("没有正在处理的安全事件"))
            let fields = [
                "happenedAt": "2026-09-30T15:30", "kind": "leak", "level": "unknown", "persons": "120",
                "words": "名单外发 <b>",
            ]
            for (field, value) in [
                ("kind", "x"), ("happenedAt", "2026-09-30T16:01"), ("happenedAt", "soon"), ("persons", "many"),
                ("persons", "-1"), ("words", ""), ("level", "x"),
            ] {
                let again = try await desk.submit(list, fields.merging([field: value]) { $1 }, from: "\(list)/new")
                #expect(again.status == .unprocessableContent, "\(field) \(value)")
                #expect(again.text.contains("\(field)-error"), "\(field) \(value)")
                if field != "words" { #expect(again.text.contains("名单外发 &lt;b&gt;")) }
            }
            #expect(try await city.count("SELECT COUNT(*) FROM incident") == 0)
            let opened = try await desk.submit(list, fields, from: "\(list)/new")
            let address = try #require(opened.headers[.location]?.split(separator: "?").first.map(String.init))
            #expect(try await desk.page(list).text.contains("还剩 3 小时 30 分"))
            city.clock.advance(by: 4 * 3600)
            let late = try await GuardDesk(client, .security, login: "second")
            #expect(try await late.page(address).text.contains("已超时 0 小时 30 分"))
            func write(_ fields: [String: String]) async throws -> TestResponse {
                try await late.submit("\(address)/lines", fields, from: address)
            }
            let early = try await write(["kind": "closed", "words": "完"])
            #expect(early.status == .unprocessableContent && early.text.contains("先上报才能结案"))
            let report = ["kind": "reported", "words": "电话报告", "reference": "WX-7", "happenedAt": "2026-09-30T19:20"]
            #expect(try await write(report.merging(["happenedAt": ""]) { $1 }).status == .unprocessableContent)
            #expect(try await write(report).status == .seeOther)
            #expect(try await write(["kind": "closed", "words": "已结"]).status == .seeOther)
            let paper = try await late.page("\(address)/report")
            #expect(paper.text.contains("AQ-2026-001") && paper.text.contains("WX-7") && paper.text.contains("小时以内"))
            #expect(try await write(["kind": "measure", "words": "又"]).text.contains("结案后只能补更正"))
            let right = ["kind": "correction", "corrects": "0", "words": "其实是 15:10", "happenedAt": "2026-09-30T15:10"]
            #expect(try await write(right).status == .seeOther)
            #expect(try await late.page(address).text.contains("超过 4 小时的期限"))
            let kinds = try await city.product.services.database.read { db in
                try JournalStore(db).allEntries(limit: 1000).filter { $0.kind.hasPrefix("incident.") }
            }
            #expect(
                kinds.map(\.kind)
                    == ["incident.opened", "incident.reported", "incident.closed", "incident.correction"])
            #expect(!kinds.contains { String(decoding: $0.data, as: UTF8.self).contains("名单") }, "no words")
            #expect(try await late.page("\(list)/\(client.newKey())").status == .notFound)
        }
    }

    @Test func `two incidents opened at once have numbers of their own`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let desk = try await GuardDesk(client, .security)
            let commands = city.product.incidents.commands
            let numbers = try await withThrowingTaskGroup { group in
                for _ in 0..<6 {
                    group.addTask {
                        try await commands.open(
                            "other", .init(.opened, "x", happenedAt: city.clock.now), by: desk.caller
                        ).number
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(numbers.sorted() == (1...6).map { "AQ-2026-00\($0)" })
        }
    }
}
