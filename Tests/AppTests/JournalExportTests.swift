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

/// Entries leave the house only after a fresh code, for a purpose, within limits, and that is written down.
@Suite struct JournalExportTests {
    private static let page = "/admin/journal/export"

    @Test func `an export needs a fresh code and a purpose, and stands in the journal`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report()
            try await client.close(id)
            await city.catchUp()
            let desk = try await GuardDesk(client, .auditor)
            func take(_ fields: [String: String]) async throws -> TestResponse {
                try await desk.submit(Self.page, fields, from: Self.page)
            }
            let wanted = ["from": "2026-09-01", "purpose": "complaint", "kind": "case.step", "format": "csv"]
            let refused = try await take(wanted)
            #expect(refused.status == .seeOther)
            #expect(refused.headers[.location]?.hasPrefix("/me/proof?to=%2Fadmin%2Fjournal%2Fexport") ?? false)
            #expect(try await city.journal("journal.exported").isEmpty)
            try await desk.prove()
            let aimless = try await take(wanted.merging(["purpose": ""]) { $1 })
            #expect(aimless.status == .unprocessableContent && aimless.text.contains("purpose-error"))
            let file = try await take(wanted)
            #expect(file.status == .ok)
            #expect(file.headers[.contentType] == "text/csv; charset=utf-8")
            #expect(file.headers[.cacheControl] == "no-store")
            #expect(file.text.unicodeScalars.first == "\u{feff}")
            let steps = try await city.journal("case.step")
            let lines = file.text.split(separator: "\r\n")
            #expect(lines.count == steps.count + 1)
            #expect(file.text.contains(Someone.liNa.name))
            let noted = try await city.journal("journal.exported")
            #expect(noted.count == 1 && noted.first?.actor == desk.person.id)
            let data = try #require(
                try JSONSerialization.jsonObject(with: noted.first?.data ?? Data()) as? [String: Any])
            #expect(data["rows"] as? Int == steps.count && data["purpose"] as? String == "complaint")
            #expect(data["from"] as? String == "2026-09-01" && data["until"] as? String == "2026-09-30")
            city.clock.advance(by: 301)
            #expect(try await take(wanted).status == .seeOther, "the code is five minutes old")
        }
    }

    @Test func `lines of JSON hold each entry whole, with its seal`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            _ = try await client.report()
            await city.catchUp()
            let desk = try await GuardDesk(client, .auditor)
            try await desk.prove()
            let file = try await desk.submit(
                Self.page, ["from": "2026-09-01", "purpose": "review", "format": "jsonl"], from: Self.page)
            let lines = try file.text.split(separator: "\n").map { line in
                try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            }
            // Without the entry of the export itself, which comes after the count.
            let all = try await city.product.services.database.read { db in
                try JournalStore(db).allEntries(limit: 10_000)
            }
            #expect(lines.count == all.count - 1)
            let step = try #require(lines.first { $0["kind"] as? String == "case.step" })
            #expect((step["data"] as? [String: Any])?["step"] as? String == "receive")
            #expect((step["hash"] as? String)?.count == 64 && step["seal"] is Int)
        }
    }

    @Test func `what is too much is refused before anything is taken`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let desk = try await GuardDesk(client, .auditor)
            try await desk.prove()
            for (from, until, field) in [
                ("2025-01-01", "2026-09-30", "from"), ("2026-09-30", "2026-09-01", "until"),
                ("", "2026-09-01", "from"),
            ] {
                let answer = try await desk.submit(
                    Self.page, ["from": from, "until": until, "purpose": "review"], from: Self.page)
                #expect(answer.status == .unprocessableContent, "\(from) \(until)")
                #expect(answer.text.contains("\(field)-error"))
            }
            try await city.product.services.database.write { db in
                for number in 0...AuditCommands.mostRows {
                    try JournalStore(db).append(
                        "test.many", subject: UUID(high: 1, low: UInt64(number)), by: nil, at: city.clock.now,
                        data: [String: String]())
                }
            }
            let wide = ["from": "2026-09-01", "purpose": "review", "kind": "test.many"]
            let answer = try await desk.submit(Self.page, wide, from: Self.page)
            #expect(answer.status == .unprocessableContent && answer.text.contains("50000"))
            #expect(try await city.journal("journal.exported").isEmpty)
        }
    }

    @Test(arguments: [
        ("=1+1", "\"'=1+1\""), ("+86", "\"'+86\""), ("-1", "\"'-1\""), ("@x", "\"'@x\""), ("＝1", "\"'＝1\""),
        ("＋1", "\"'＋1\""), ("－1", "\"'－1\""), ("＠1", "\"'＠1\""), ("\t=1", "\"'\t=1\""), ("a\"b", "\"a\"\"b\""),
        ("李,娜", "\"李,娜\""), ("", "\"\""),
    ])
    func `no value of a table is a formula`(value: String, cell: String) {
        #expect(EntryFile.cell(value) == cell)
    }
}
