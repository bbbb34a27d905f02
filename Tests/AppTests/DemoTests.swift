import Access
import Cases
import Deadlines
import Directory
import Foundation
import Hummingbird
import HummingbirdTesting
import Kernel
import Media
import People
import Storage
import TestSupport
import Testing
import Web

@testable import App

@Suite(.serialized)
struct DemoTests {
    @Test func `the demo city has the published figures`() async throws {
        let city = try await MadeCity.shared.value
        try await city.asking { client in
            let figures = try await client.api(.get, "public/figures").json()
            #expect(figures["registered"] as? Int == 1635)
            #expect(figures["received"] as? Int == 113)
            #expect(figures["verified"] as? Int == 50)
            #expect(figures["inProgress"] as? Int == 63)
            for none in ["unfounded", "duplicate", "declined", "handedOver"] {
                #expect(figures[none] as? Int == 0, "\(none)")
            }
        }
    }

    @Test func `the list of accounts has two of each role in different places`() async throws {
        let city = try await MadeCity.shared.value
        let file = try Data(contentsOf: city.folder.appending(path: "demo-accounts.json"))
        let accounts = try JSONDecoder().decode([DemoAccount].self, from: file)

        let guards = Set(Role.guards.map(\.rawValue))
        for role in Set(Role.allCases.map(\.rawValue)).subtracting(guards).subtracting(["everyone"]) {
            let holders = accounts.filter { $0.roles == [role] }
            #expect(Set(holders.map(\.territory)).count >= 2, "\(role)")
        }
        for guarding in guards { #expect(accounts.count { $0.roles == [guarding] } == 2, "\(guarding)") }
        #expect(Set(accounts.filter { $0.roles == ["officer"] }.map(\.organisation)).count >= 8)
        for account in accounts {
            if account.roles == ["rider"] {
                #expect(account.phone.flatMap { Phone($0) } != nil && account.login == nil)
            } else {
                let login = try #require(account.login.flatMap { Login($0) })
                try PasswordRule.check(#require(account.password), for: login)
                #expect(account.totpSecret.flatMap { OneTimePassword(base32: $0) } != nil && account.phone == nil)
            }
        }
        let logins = accounts.compactMap(\.login)
        #expect(Set(logins).count == logins.count)
    }

    @Test func `people of the list can sign in, riders by the code that is shown`() async throws {
        let city = try await MadeCity.shared.value
        try await city.asking { client in
            for login in ["sh-intake", "hn-food-1", "sh-lead", "admin-1"] {
                let account = try #require(city.accounts.first { $0.login == login })
                let secret = try #require(OneTimePassword(base32: account.totpSecret ?? ""))
                let code = secret.code(at: OneTimePassword.step(at: MadeCity.now))
                let password = account.password ?? ""
                let answer = try await client.api(
                    .post, "session", json: #"{"login":"\#(login)","password":"\#(password)","totp":"\#(code)"}"#)
                #expect(try answer.json()["token"] is String, "\(login): \(answer.text)")
            }
            let phone = try #require(city.accounts.first?.phone)
            let shown = try await client.api(.post, "session/code", json: #"{"phone":"\#(phone)"}"#).json()
            let code = try #require(shown["demoCode"] as? String)
            let answer = try await client.api(.post, "session", json: #"{"phone":"\#(phone)","code":"\#(code)"}"#)
            let token = try #require(answer.json()["token"] as? String)
            let reports = try await client.api(.get, "reports", token: token).json()
            #expect((reports["items"] as? [Any])?.count == 6)
        }
    }

    @Test func `riders of the list see their reports in several states and have unread messages`() async throws {
        let city = try await MadeCity.shared.value
        for phone in ["13800000001", "13800000002"] {
            let (rows, unread) = try await city.product.services.database.read { db in
                let number = try #require(Phone(phone))
                let person = try #require(try AccountStore(db).person(with: number))
                let unread = try db.value(
                    "SELECT COUNT(*) FROM notice WHERE account_id = \(person.id) AND read_at IS NULL", as: Int.self)
                return (try CaseStore(db).reported(by: person.id, limit: 20), unread)
            }
            // Three steps; somebody looked at who the first rider is besides.
            #expect(unread == (phone == "13800000001" ? 4 : 3), "\(phone)")
            #expect(Set(rows.map(\.matter.state)).isSuperset(of: [.checking, .handedOver, .closed]))
            #expect(rows.contains { $0.matter.state == .closed && $0.matter.rating == nil })
        }
    }

    @Test func `every case has a photo that can be shown`() async throws {
        let city = try await MadeCity.shared.value
        let photos = try await city.product.services.database.read { db in
            try CaseStore(db).list(CaseQuery(), where: "TRUE", limit: 200).map { row in
                try PhotoStore(db).photos(of: row.matter.id)
            }
        }
        #expect(photos.allSatisfy { $0.contains { $0.step == nil } })
        let check = ShelfCheck(city.product.services, shelf: city.product.shelf)
        let outcome = try await check.run(reading: true)
        #expect(outcome.faults.isEmpty && outcome.photos == photos.joined().count)
        for photo in photos.joined().prefix(3) {
            #expect(try await city.product.shelf.read(photo.id.uuid, .small).count > 1000)
        }
    }

    @Test func `the life of the city lasts 90 days and ends with its last day`() async throws {
        let stories = try await MadeCity.shared.value.stories()
        let times = stories.flatMap { $0.timeline.map(\.at) }
        #expect(try #require(times.max()) < MadeCity.now)
        #expect(stories.allSatisfy { MadeCity.day - Day(of: $0.matter.receivedAt) < 90 })
        #expect(stories.contains { MadeCity.day - Day(of: $0.matter.receivedAt) > 80 })
        for story in stories {
            #expect(story.timeline.map(\.at) == story.timeline.map(\.at).sorted())
            #expect(story.matter.state != .closed || story.matter.result != nil)
        }
        #expect(stories.contains { $0.matter.extensionRequest == .asked })
        #expect(stories.contains { $0.matter.reopenRequest == .asked })
        #expect(stories.contains { $0.clocks.contains { $0.state == .paused } })
        let due = stories.flatMap(\.clocks).filter { $0.name == "report-decision" && $0.state == .running }
            .compactMap(\.dueAt)
        #expect(due.contains { $0 < MadeCity.now })
        #expect(due.count { $0 > MadeCity.now && $0 < MadeCity.now + 6 * 86_400 } >= 5)
    }

    @Test func `the same seed and day make the same city, another seed another one`() async throws {
        let city = try await MadeCity.shared.value
        let again = try await MadeCity(makesPhotos: false)
        #expect(again.accounts == city.accounts)
        let (first, second) = (try await city.stories(), try await again.stories())
        #expect(first.map(\.matter) == second.map(\.matter))
        #expect(first.map(\.timeline) == second.map(\.timeline))
        #expect(first.map(\.clocks) == second.map(\.clocks))

        let plans = try await city.product.services.database.read { db in
            let days = DemoDays(until: MadeCity.now, in: try CalendarStore(db).calendar())
            let stories = try DemoStories(city.product.root)
            return try [7, 8].map { try DemoPlan(stories, DemoPlaces(stories, in: db), days: days, seed: $0) }
        }
        #expect(plans[0].reports.map(\.id) != plans[1].reports.map(\.id))
    }

    @Test func `a plan keeps its order on any day of the year`() async throws {
        let city = try await MadeCity.shared.value
        try await city.product.services.database.read { db in
            let stories = try DemoStories(city.product.root)
            let places = try DemoPlaces(stories, in: db)
            let calendar = try CalendarStore(db).calendar()
            for offset in stride(from: 0, to: 380, by: 9) {
                let day = try #require(Day(year: 2026, month: 1, day: 3)) + offset
                let end = day.start + (offset.isMultiple(of: 2) ? 15.5 * 3600 : 0)
                // It throws when a step comes too early or too late.
                let plan = try DemoPlan(
                    stories, places, days: DemoDays(until: end, in: calendar), seed: UInt64(offset))
                #expect(plan.reports.count == 113 && plan.riders.people.count == 1635)
                #expect(Set(plan.reports.map(\.description)).count >= 100)
            }
        }
    }

    @Test func `a folder with a database is left alone`() async throws {
        let city = try await MadeCity.shared.value
        let second = try DemoCity(city.settings, root: Root(named: sourceRoot.path), now: MadeCity.now)
        await #expect(throws: SettingsError.self) { try await second.make() }
    }

    @Test func `the city ends at half past three, before that the evening before, and never in the future`() throws {
        let day = MadeCity.day
        #expect(try DemoCity.end(of: day, now: day.start + 20 * 3600) == day.start + 15.5 * 3600)
        #expect(try DemoCity.end(of: day, now: day.start + 9 * 3600) == day.start)
        #expect(throws: SettingsError.self) { try DemoCity.end(of: day + 1, now: day.start + 9 * 3600) }
    }

    @Test func `stories speak of categories, bodies and pictures that exist`() throws {
        let root = try Root(named: sourceRoot.path)
        let stories = try DemoStories(root)
        let facts = try Facts(root).cases
        for story in stories.stories {
            for code in [story.category, story.becomes, story.returnsAs].compactMap(\.self) {
                #expect(facts.categories.category(code) != nil, "\(code)")
            }
            #expect(story.body.map { facts.bodies[$0] != nil } ?? true)
            #expect(!story.isRectifiable || (story.orders != nil && story.fixes != nil))
        }
        for picture in stories.pictures {
            let file = root.url.appending(path: "Data/demo/photos/\(picture).svg")
            #expect(FileManager.default.fileExists(atPath: file.path), "\(picture)")
        }
    }
}

/// A demo city that the tests share: making one takes seconds.
struct MadeCity: Sendable {
    static let day = Day(number: 20_778)  // 2026-11-21
    /// When it is looked at.
    static let now = day.start + 16 * 3600
    static let shared = Task { try await MadeCity() }

    let folder: URL
    let settings: Settings
    let accounts: [DemoAccount]
    let product: Nuanxin

    init(makesPhotos: Bool = true) async throws {
        folder = try temporaryFolder()
        settings = try await TestDatabase.settings(in: folder)
        let root = try Root(named: sourceRoot.path)
        accounts = try await DemoCity(
            settings, root: root, seed: 7, today: Self.day, now: Self.now, makesPhotos: makesPhotos
        )
        .make()
        product = try await Nuanxin(settings, root: root) { $0.now = { Self.now } }
    }

    func asking(_ test: @escaping @Sendable (any TestClientProtocol) async throws -> Void) async throws {
        try await Application(router: try product.router()).test(.router) { client in try await test(client) }
    }

    /// All cases with their timelines, by arrival.
    func stories() async throws -> [CaseStory] {
        try await product.services.database.read { db in
            try CaseStore(db).list(CaseQuery(), where: "TRUE", limit: 200).map { try CaseStory($0.matter, in: db) }
        }
    }
}
