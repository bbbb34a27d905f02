import Foundation
import Hummingbird
import HummingbirdTesting
import Journal
import Kernel
import Media
import Storage
import TestSupport
import Testing
import Web

@testable import App
@testable import Cases
@testable import Retention

/// What goes at the end of its span, what stays, and that nothing that was published changes by it.
@Suite struct RetentionTests {
    @Test(arguments: [11, 12, 13] as [UInt64])
    func `a run does what the plan says, and a second run does nothing`(seed: UInt64) async throws {
        let world = try await AgedWorld(seed: seed)
        let (city, commands) = (world.city, world.commands)
        try await city.run { client in
            let figures = try await client.get("/public/figures").text
            let held = try await world.contents(of: world.matters.filter { !world.mayChange($0) })
            let plan = try await commands.plan()
            #expect(plan.lines.map(\.now.rows).reduce(0, +) > 20, "a world of which much is due")
            let counts = try await commands.run(because: .command)
            for line in plan.lines {
                #expect(counts[line.kind] ?? RetentionCount() == line.now, "\(line.kind)")
            }
            #expect(try await commands.run(because: .command).values.allSatisfy { $0 == RetentionCount() })
            let after = try await commands.plan()
            #expect(after.lines.allSatisfy { $0.now == RetentionCount() })
            #expect(after.lines.map(\.soon) == plan.lines.map(\.soon), "what comes next is as before")
            #expect(try await client.get("/public/figures").text == figures)
            #expect(try await world.contents(of: world.matters.filter { !world.mayChange($0) }) == held)

            // What the journal says of it: how much, and nothing of whose it was.
            let entries = try await city.journal("retention.erased")
            var written: [String: Int] = [:]
            for entry in entries {
                let data = try JSONSerialization.jsonObject(with: entry.data) as? [String: Any] ?? [:]
                #expect(Set(data.keys) == ["kind", "rows", "photos"] && entry.actor == nil)
                written[data["kind"] as? String ?? "", default: 0] += data["rows"] as? Int ?? 0
            }
            #expect(written == counts.mapValues(\.rows).filter { $0.value > 0 })
            let runs = try await commands.runs(limit: 5)
            #expect(runs.map(\.count.rows) == [0, counts.values.map(\.rows).reduce(0, +)])
        }
    }

    @Test(arguments: [21, 22] as [UInt64])
    func `just what is over goes, and of that nothing is left that says who or what`(seed: UInt64) async throws {
        let world = try await AgedWorld(seed: seed, cases: 48)
        let links = world.dueAfter90Days(at: world.now)
        let words = world.dueAfter5Years(at: world.now)
        #expect(!links.isEmpty && !words.isEmpty && words.count < links.count)
        // Those who set up the city had their posts for its first year.
        let others = try await world.city.count(
            "SELECT COUNT(*) FROM account WHERE kind = 'staff' AND login NOT LIKE 'left-%'")
        let counts = try await world.commands.run(because: .command)
        #expect(world.dueNames(at: world.now) > 0 && world.dueEnrolments(at: world.now) > 0)
        #expect(counts["staff-names"]?.rows == world.dueNames(at: world.now) + others)
        #expect(counts["enrolments"]?.rows == world.dueEnrolments(at: world.now))
        let services = world.city.product.services
        for matter in world.matters {
            let (isCut, isErased) = (links.contains { $0.id == matter.id }, words.contains { $0.id == matter.id })
            let (found, account, entries) = try await services.database.read { db in
                (
                    try CaseStore(db).find(ID(matter.id)), try ReporterStore(db).recipient(of: ID(matter.id)),
                    try TimelineStore(db).entries(of: ID(matter.id))
                )
            }
            let kept = try #require(found)
            #expect((account == nil) == isCut)
            #expect(kept.areWordsErased == isErased)
            #expect(kept.description == (isErased ? "" : "后厨有老鼠"))
            #expect((kept.place.position == nil) == isErased && (kept.handler == nil) == isErased)
            #expect((kept.place.address == "") == isErased)
            #expect(entries.allSatisfy { ($0.note == nil) == isErased && ($0.detail.handler == nil) == isErased })
            // What is counted stays in any case.
            #expect(kept.territory.rawValue == TestCity.shenhe && kept.category == "0104")
            #expect(kept.closedAt == matter.closedAt && entries.count == 1)
            let rows = try await services.database.read { db in try PhotoStore(db).photos(of: ID(matter.id)) }
            #expect(rows.count == (isErased ? 0 : matter.photos.count))
            #expect(rows.allSatisfy { $0.hasOriginal == !isCut })
            #expect(rows.allSatisfy { ($0.evidence.position == nil) == isCut && ($0.originalHash.count < 32) == isCut })
            for photo in matter.photos {
                let kinds: [PhotoShelf.Kind] = isErased ? [] : isCut ? [.large, .small] : [.original, .large, .small]
                #expect(try await world.files(of: photo) == kinds)
            }
        }
        for (photo, at) in world.waiting {
            #expect(try await world.files(of: photo).isEmpty == (at < world.now - 86_400))
        }
        let faults = try await ShelfCheck(services, shelf: world.city.product.shelf).run(reading: false).faults
        #expect(faults.allSatisfy { if case .damaged = $0 { true } else { false } }, "no file is missing or orphaned")
    }

    @Test func `what the plan says of the next 30 days comes true`() async throws {
        let world = try await AgedWorld(seed: 31)
        let before = try await world.commands.plan()
        world.city.clock.advance(by: RetentionPlan.outlook)
        let after = try await world.commands.plan()
        #expect(before.lines.contains { $0.soon.rows > 0 })
        for (old, new) in zip(before.lines, after.lines) { #expect(new.now == old.now + old.soon, "\(old.kind)") }
    }

    @Test(arguments: [1, 2, 4]) func `a run that is interrupted is gone on with`(batches: Int) async throws {
        let world = try await AgedWorld(seed: 41)
        let plan = try await world.commands.plan()
        let services = world.city.product.services
        let stopped = Interrupting(after: batches)
        let desk = world.city.product.desk
        let commands = RetentionCommands(
            services, facts: world.city.product.facts.retention, rules: Nuanxin.retentionRules, batch: 3
        ) {
            if stopped.isTime() { throw Interrupting.Stop() }
            try await desk.removeErased()
        }
        await #expect(throws: Interrupting.Stop.self) { try await commands.run(because: .job) }
        let left = try await commands.plan()
        #expect(left != plan && left.lines.map(\.now.rows).reduce(0, +) > 0)
        let first = try await commands.runs(limit: 1)
        #expect(first.first?.endedAt == nil)
        world.city.clock.set(to: Day(of: world.now).start + 3 * 3600)
        #expect(try await commands.isTime(), "what was interrupted doesn't count as done")
        world.city.clock.set(to: world.now)
        let rest = try await commands.run(because: .job)
        for (all, part) in zip(plan.lines, left.lines) {
            #expect(rest[all.kind] ?? RetentionCount() == part.now, "\(all.kind)")
            let written = try await world.written(all.kind)
            #expect(written == all.now.rows, "\(all.kind) in the journal, once each")
        }
        #expect(try await commands.plan().lines.allSatisfy { $0.now == RetentionCount() })
        #expect(try await !commands.isTime())
    }

    @Test func `the job's time comes once a day`() async throws {
        let city = try await TestCity(at: Date(shanghai: "2026-11-21 02:59"))
        let commands = city.product.retention.commands
        #expect(try await !commands.isTime())
        city.clock.set(to: Date(shanghai: "2026-11-21 03:00"))
        #expect(try await commands.isTime())
        try await commands.run(because: .job)
        #expect(try await !commands.isTime())
        city.clock.set(to: Date(shanghai: "2026-11-22 02:59"))
        #expect(try await !commands.isTime())
        city.clock.set(to: Date(shanghai: "2026-11-22 15:00"))
        #expect(try await commands.isTime(), "also when the server stood still at that hour")
    }

    @Test func `files that can't be removed now are removed later, and known as such meanwhile`() async throws {
        let world = try await AgedWorld(seed: 51)
        let services = world.city.product.services
        let photos = world.dueAfter5Years(at: world.now).flatMap(\.photos)
        let commands = RetentionCommands(
            services, facts: world.city.product.facts.retention, rules: Nuanxin.retentionRules
        ) {}
        _ = try await commands.run(because: .command)
        #expect(!photos.isEmpty)
        for photo in photos { #expect(try await world.files(of: photo).count == 3) }
        let check = ShelfCheck(services, shelf: world.city.product.shelf)
        let isOrphaned = try await check.run(reading: false).faults.contains {
            if case .orphaned = $0 { true } else { false }
        }
        #expect(!isOrphaned, "they are about to go")
        try await world.city.product.desk.removeErased()
        for photo in photos { #expect(try await world.files(of: photo).isEmpty) }
        #expect(try await world.city.count("SELECT COUNT(*) FROM photo_removal") == 0)
    }
}
