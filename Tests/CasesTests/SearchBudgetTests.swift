import Foundation
import HTTPTypes
import HummingbirdTesting
import Journal
import Kernel
import People
import Storage
import TestSupport
import Testing
import Web

@testable import Cases

/// Whoever may see a district's cases may search them, and not read them all out by a program.
struct SearchBudgetTests {
    @Test(arguments: Language.allCases)
    func `who searches more than work needs is asked to wait, keeps what was typed and can read on`(
        _ language: Language
    ) async throws {
        var district = try await TestDistrict()
        district.facts.searches = [Budget("search-hour", 3, per: 3600)]
        let (first, second) = (try await district.report(), try await district.report())
        let limited = district
        try await limited.run { client in
            for path in ["/work?q=%E8%80%81%E9%BC%A0", "/work?view=closed&q=x", "/api/v1/cases?q=x"] {
                #expect(try await client.get(path, as: .wangFang, language: language).status == .ok, "\(path)")
            }
            limited.clock.advance(by: 600)
            let page = try await client.get("/work?q=no-such-words", as: .wangFang, language: language)
            #expect(page.status == .tooManyRequests && page.headers[.retryAfter] == "3000")
            #expect(page.text.contains("id=\"search-error\"") && page.text.contains("50"), "why, and for how long")
            #expect(page.text.contains("value=\"no-such-words\""))
            #expect(page.text.contains("\(first)") && page.text.contains("\(second)"), "the list without the words")
            #expect(!page.text.contains("q=no-such-words"), "its other views don't search either")
            let api = try await client.get("/api/v1/cases?q=x", as: .wangFang, language: language)
            #expect(api.status == .tooManyRequests && api.headers[.retryAfter] == "3000")
            #expect(try api.json()["type"] as? String == "/problems/too-many-searches")
            #expect(leftovers(in: page.text + api.text) == [])

            // Reading goes on, and so does everybody else.
            for path in ["/work", "/work?view=all&category=01", "/api/v1/cases", "/work/cases/\(first)"] {
                #expect(try await client.get(path, as: .wangFang).status == .ok, "\(path)")
            }
            #expect(try await client.get("/work?q=x", as: .sunLi).status == .ok)
            limited.clock.advance(by: 3000)
            #expect(try await client.get("/work?q=x", as: .wangFang).status == .ok)
        }
    }

    @Test func `that somebody came to the end of it is written down once an hour`() async throws {
        var district = try await TestDistrict()
        district.facts.searches = [Budget("search-hour", 1, per: 3600), Budget("search-day", 2, per: 86_400)]
        let limited = district
        try await limited.run { client in
            for wait in [3600.0, 3600, 0] {
                for _ in 0..<5 { _ = try await client.get("/api/v1/cases?q=x", as: .wangFang) }
                limited.clock.advance(by: wait)
            }
            let answer = try await client.get("/api/v1/cases?q=x", as: .wangFang)
            #expect(answer.headers[.retryAfter] == "\(86_400 - 7200)", "the day's budget holds longer")
        }
        let entries = try await limited.read { db in
            try JournalStore(db).allEntries(limit: 100).filter { $0.kind == "search.refused" }
        }
        #expect(entries.count == 3 && entries.allSatisfy { $0.actor == Someone.wangFang.id })
        #expect(entries.allSatisfy { $0.data == Data(#"{"kind":"case"}"#.utf8) }, "never the words")
    }
}
