import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import Kernel
import Logging
import People
import Storage
import TestSupport
import Testing
import Web

@testable import App

/// What is read of what weighs, and what is asked for beyond one's scope, leaves an entry.
@Suite struct WatchedReadingTests {
    @Test func `whoever sees the evidence of photos stands in the journal, once in ten minutes`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report(photos: [try Pictures.jpeg(31)])
            try await client.bringToCheck(id)
            let page = "/work/cases/\(id)"
            _ = try await client.page(page, as: .liNa)
            #expect(try await city.journal("evidence.read").isEmpty, "the camera wrote nothing")
            try await city.product.services.database.write { [now = city.clock.now] db in
                try db.execute("UPDATE photo_evidence SET captured_at = \(now)")
            }
            for _ in 0..<2 { #expect(try await client.page(page, as: .liNa).text.contains("照片 1")) }
            city.clock.advance(by: 599)
            _ = try await client.page(page, as: .liNa)
            #expect(try await city.journal("evidence.read").count == 1)
            city.clock.advance(by: 2)
            _ = try await client.page(page, as: .liNa)
            let looks = try await city.journal("evidence.read")
            let liNa = try city.person(.liNa).id
            #expect(
                looks.map(\.actor) == [liNa, liNa] && looks.allSatisfy { $0.subject.uuidString.lowercased() == id })
            #expect(looks.allSatisfy { String(decoding: $0.data, as: UTF8.self) == "{}" })
            // Their reporter sees their own photos, and is nobody's business.
            _ = try await client.page("/reports/\(id)", as: .zhangWei)
            #expect(try await city.journal("evidence.read").count == 2)
        }
    }

    @Test func `what is hidden from somebody of the staff is noted apart from the answer, and once in a minute`()
        async throws
    {
        let city = try await TestCity()
        let journal = RefusalJournal(services: city.product.services, logger: Logger(label: "test"))
        try await city.run { client in
            func entries() async throws -> [JournalEntry] {
                await journal.turn()
                return try await city.journal("access.refused")
            }
            let id = try await client.report(photos: [try Pictures.jpeg(32)])
            let other = try await client.report()
            let own = try await client.get("/reports/\(id)", as: .zhangWei).json()
            let photo = try #require((own["photos"] as? [[String: Any]])?.first?["id"] as? String)
            _ = try await entries()
            let nothing = client.newKey()
            #expect(try await client.get("/cases/\(nothing)", as: .zhouMin).status == .notFound)
            #expect(try await client.get("/photos/\(nothing)/small", as: .zhouMin).status == .notFound)
            #expect(try await client.get("/cases/\(id)", as: .wangFang).status == .ok)
            #expect(try await client.page("/work/cases/\(id)", as: .liuYang).status == .notFound, "a rider")
            #expect(try await entries().isEmpty, "nothing was there, or nothing was refused, or it was no staff")

            for address in ["/cases/\(id)", "/cases/\(other)", "/cases/\(id)"] {
                #expect(try await client.get(address, as: .zhouMin).status == .notFound)
            }
            #expect(try await client.page("/work/cases/\(other)", as: .zhouMin).status == .notFound)
            #expect(try await client.get("/photos/\(photo)/small", as: .zhouMin).status == .notFound)
            let refused = try await entries()
            let zhouMin = try city.person(.zhouMin).id
            #expect(refused.map(\.actor) == [zhouMin, zhouMin])
            #expect(refused.allSatisfy { $0.subject.uuidString.lowercased() == id })
            #expect(
                refused.map { String(decoding: $0.data, as: UTF8.self) } == [#"{"kind":"case"}"#, #"{"kind":"photo"}"#])
            city.clock.advance(by: 61)
            #expect(try await client.get("/cases/\(other)", as: .zhouMin).status == .notFound)
            #expect(try await entries().count == 3)
        }
    }
}

/// Refusals that wait to be written down.
@Suite struct RefusalsTests {
    private let case1 = UUID(high: 1, low: 1)
    private let zhou = ID<Account>(UUID(high: 2, low: 2))
    private let wu = ID<Account>(UUID(high: 2, low: 3))

    @Test func `there is one for a person, a kind and a minute, and none is lost that couldn't be written`() {
        let refusals = Refusals()
        let now = Date.saturdayMorning
        for second in 0..<60 { refusals.note("case", case1, hiddenFrom: zhou, at: now + Double(second)) }
        refusals.note("case", case1, hiddenFrom: wu, at: now)
        refusals.note("photo", case1, hiddenFrom: zhou, at: now)
        let taken = refusals.take(at: now + 60)
        #expect(taken.count == 3 && refusals.take(at: now + 60).isEmpty)
        refusals.note("case", case1, hiddenFrom: zhou, at: now + 60)
        refusals.putBack(taken)
        #expect(refusals.take(at: now + 61).map(\.at) == [now, now, now, now + 60])
    }
}
