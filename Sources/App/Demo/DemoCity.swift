import Cases
import Deadlines
import Directory
import Foundation
import Journal
import Kernel
import Logging
import Media
import Notices
import People
import Storage
import Web

/// Makes the demo city: Shenyang with real codes and drawn outlines, invented people, and 90 days of their life up to a day.
///
/// The same seed and day make the same city: identities, numbers, times, texts, passwords. Only what must be random stays
/// so: the keys, the salts of passwords, the nonces of sealed photos.
package struct DemoCity: Sendable {
    private let settings: Settings
    private let root: Root
    private let seed: UInt64
    private let end: Date
    private let makesPhotos: Bool

    /// `today` is the last day of the city's life, the day of `now` when left out; nothing is later than `now`, the real
    /// time. Without `makesPhotos` no photo is put on the shelf. Throws when `today` lies in the future.
    package init(
        _ settings: Settings, root: Root, seed: UInt64 = 1, today: Day? = nil, now: Date, makesPhotos: Bool = true
    ) throws {
        self.settings = settings
        self.root = root
        self.seed = seed
        self.makesPhotos = makesPhotos
        end = try Self.end(of: today ?? Day(of: now), now: now)
    }

    /// Half past three on that day; before that, the evening before.
    static func end(of today: Day, now: Date) throws -> Date {
        let afternoon = today.start + 15.5 * 3600
        if afternoon <= now { return afternoon }
        guard today.start <= now else { throw SettingsError("today: \(today) lies in the future") }
        return today.start
    }

    /// Makes everything, and tells `progress` what was done after how long. The list of accounts is written last: without
    /// it a folder holds half a city.
    @discardableResult
    package func make(progress: @escaping @Sendable (String) -> Void = { _ in }) async throws -> [DemoAccount] {
        try refuseOldCity()
        let began = ContinuousClock.now
        func tell(_ what: String) {
            let took = (ContinuousClock.now - began) / .seconds(1)
            progress("\((took * 10).rounded() / 10) s  \(what)")
        }
        let stories = try DemoStories(root)
        // Before the first day of its life, people set it up.
        let source = DemoSource(seed: seed, start: Day(of: end - 95 * 86_400).start + 9 * 3600)
        let product = try await Nuanxin(
            settings, root: root, gateway: NoGateway(), passwordCost: PasswordHash.Cost(logRounds: 10)
        ) { services in
            services.now = { source.now }
            services.makeUUID = { source.makeUUID(at: $0) }
            services.makeName = { source.makeName() }
        }
        try await product.migrate()
        let isEmpty = try await product.services.database.read { db in
            try AccountStore(db).list(.staff, limit: 1).isEmpty
        }
        guard isEmpty else { throw SettingsError("demo: there are people in the database already: give an empty one") }
        try await product.shelf.open()
        tell("tables and calendar")
        try await importDirectory(product)
        tell("territories, outlines and offices")

        let plan = try await product.services.database.read { [seed, end] db in
            let days = DemoDays(until: end, in: try CalendarStore(db).calendar())
            return try DemoPlan(stories, DemoPlaces(stories, in: db), days: days, seed: seed)
        }
        let photos = plan.photos
        async let kept = makesPhotos ? DemoPictures(product).keep(photos) : DemoPictures.pretended(photos)
        let staff = try await DemoStaff(product, seed: seed)
        tell("\(staff.members.count) members of staff")
        let pictures = try await kept
        tell("\(photos.count) photos")
        try await DemoStage(product, source, staff, plan, pictures: pictures).play()
        source.move(to: end)
        try await DemoDesk(product: product, staff: staff, end: end).arrange()
        try await DemoBusinesses(product: product, source: source, staff: staff, end: end).add()
        try await DemoPersonalData(product, source, plan, staff, end: end).add()
        try await DemoOversight(product, source, plan, staff, end: end).add()
        tell("\(plan.riders.people.count) riders, \(plan.reports.count) reports")
        try await tellReporters(product, plan)
        tell("messages")
        let accounts = DemoAccount.all(staff, plan.riders)
        try DemoAccount.write(accounts, in: settings.data)
        tell("\(DemoAccount.fileName): \(accounts.count) accounts")
        return accounts
    }

    private func refuseOldCity() throws {
        let data = settings.data
        guard FileManager.default.fileExists(atPath: data.appending(path: "nuanxin.sqlite").path) else { return }
        let isFinished = FileManager.default.fileExists(atPath: data.appending(path: DemoAccount.fileName).path)
        throw SettingsError(
            isFinished
                ? "\(data.path) already has a demo city: name another folder, or remove this one first"
                : "\(data.path) already has a database and no finished demo city: name another folder")
    }

    private func importDirectory(_ product: Nuanxin) async throws {
        let divisions: Data
        do {
            divisions = try Data(contentsOf: root.divisions)
        } catch {
            throw SettingsError(
                ".setup/divisions.json can't be read (scripts/setup fetches it): \(error.localizedDescription)")
        }
        let commands = DirectoryCommands(product.services)
        let reports = [
            ("divisions.json", try await commands.importTerritories(TerritoryTable(json: divisions), by: .console)),
            (
                "shenyang-schematic.geojson",
                try await commands.importOutlines(
                    OutlineFile(geoJSON: root.data("demo/shenyang-schematic.geojson")), by: .console)
            ),
            (
                "offices.json",
                try await commands.importOffices(OfficeFile(root.data("demo/offices.json")), by: .console)
            ),
            (
                "organisations.json",
                try await commands.importOrganisations(
                    OrganisationFile(root.data("demo/organisations.json")), by: .console)
            ),
        ]
        for (file, report) in reports where !report.isStored {
            throw SettingsError("\(file): \(report.problems.first?.line ?? "nothing in it")")
        }
    }

    /// Fills the inboxes from the journal. Most have read what came before yesterday, some are further behind; those whom
    /// one can sign in as have read all but the last three.
    private func tellReporters(_ product: Nuanxin, _ plan: DemoPlan) async throws {
        let database = product.services.database
        let consumers = product.consumers
        await JournalFeed(database: database, consumers: consumers, logger: Logger(label: "nuanxin.demo")).catchUp()
        let riders = Set(plan.reports.map(\.rider)).sorted()
        try await database.write { [end] db in
            let journal = JournalStore(db)
            for consumer in consumers {
                guard try !journal.hasEntries(after: journal.cursor(of: consumer.name)) else {
                    throw SettingsError("demo: \(consumer.name) couldn't handle the journal")
                }
            }
            for rider in riders {
                let account = plan.riders.people[rider].id
                let notices = NoticeStore(db)
                var readUpTo = end - (rider.isMultiple(of: 5) ? 140 : 30) * 3600
                if DemoRider(rawValue: rider) != nil,
                    let last = try notices.list(of: account, limit: 20).filter({ !$0.isLook }).prefix(3).last
                {
                    readUpTo = last.at - 1
                }
                try notices.markRead(of: account, upTo: readUpTo, at: min(end, readUpTo + 9 * 3600))
            }
        }
    }
}
