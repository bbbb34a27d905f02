import Cases
import Foundation
import Hummingbird
import HummingbirdTesting
import Kernel
import Media
import MyData
import People
import Retention
import Storage
import TestSupport
import Testing
import Web

@testable import App

/// Backups beside what was erased: nothing is missing in them, and nobody comes back by them.
@Suite(.enabled(if: TestDatabase.chosen == .sqlite), .timeLimit(.minutes(30)))
struct RestoredErasureTests {
    @Test func `a backup without originals is whole, and what was erased since then goes again`() async throws {
        let city = try await BackedUp()
        try await city.city.run { client in
            let cases = try await city.product.services.database.read { db in
                try db.rows("SELECT id FROM matter ORDER BY id").map { try $0[0] as ID<Case> }
            }
            try await client.close(cases[0].text)
        }
        let before = try await city.backUp().file
        city.city.clock.advance(by: 91 * 86_400)
        let counts = try await city.product.retention.commands.run(because: .command)
        #expect(counts["photo-originals"]?.photos == 1)
        let check = ShelfCheck(city.product.services, shelf: city.product.shelf)
        #expect(try await check.run(reading: true).faults == [])

        let after = try await city.backUp().file
        let summary = try city.reading(after).verify()
        #expect(summary.photos == 2)
        let target = try temporaryFolder().appending(path: "restored")
        _ = try city.reading(after).restore(to: target)
        let restored = try await city.open(target, at: city.city.clock)
        try await restored.migrate()
        #expect(try await ShelfCheck(restored.services, shelf: restored.shelf).run(reading: true).faults == [])
        #expect(try await restored.retention.commands.plan().lines.allSatisfy { $0.now.rows == 0 })

        // The older one has it all; the next run is older than its spans.
        let old = try temporaryFolder().appending(path: "old")
        _ = try city.reading(before).restore(to: old)
        let again = try await city.open(old, at: city.city.clock)
        try await again.migrate()
        #expect(try await again.retention.commands.run(because: .job)["photo-originals"]?.photos == 1)
        #expect(try await ShelfCheck(again.services, shelf: again.shelf).run(reading: true).faults == [])
    }

    @Test func `somebody who was erased after the backup is erased again before anybody sees them`() async throws {
        let city = try await BackedUp()
        let before = try await city.backUp().file
        let rider = try city.city.person(.zhangWei).id
        try await city.city.run { client in
            let token = try await city.city.token(.zhangWei)
            try await client.prove(token)
            _ = try await client.api(.post, "/me/requests", json: ["kind": "deletion"], token: token)
        }
        city.city.clock.advance(by: 4 * 86_400)
        _ = try await city.product.myData.requests.run()
        _ = try await city.backUp()
        let list = ErasureList(in: city.target)
        #expect(try list.accounts() == [rider])

        let target = try temporaryFolder().appending(path: "restored")
        _ = try city.reading(before).restore(to: target)
        #expect(ErasureList(in: target).isThere)
        let restored = try await city.open(target, at: city.city.clock)
        try await restored.migrate()
        let left = try await restored.services.database.read { db in
            try db.value("SELECT COUNT(*) FROM account_contact WHERE account_id = \(rider)", as: Int.self)
        }
        #expect(left == 0)
        #expect(!ErasureList(in: target).isThere, "it has done its work")
        // Whoever was not erased is still there.
        let other = try city.city.person(.liuYang).id
        let person = try await restored.services.database.read { db in try AccountStore(db).find(other) }
        #expect(person.door != .closed)
    }

    @Test func `the list only grows, and one that can't be read stops everything`() throws {
        let folder = try temporaryFolder()
        let list = ErasureList(in: folder)
        let ids = (1...3).map { ID<Account>(UUID(high: 7, low: UInt64($0))) }
        try list.add(ids.prefix(2))
        try list.add([ids[2]])
        try list.add([])
        #expect(try list.accounts() == Set(ids))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [ErasureList.name])
        try Data("{}".utf8).write(to: folder.appending(path: ErasureList.name))
        #expect(throws: BackupError.self) { try list.accounts() }
        #expect(throws: BackupError.self) { try list.add(ids) }
    }
}

extension BackedUp {
    fileprivate func open(_ folder: URL, at clock: TestClock) async throws -> Nuanxin {
        try await Nuanxin(
            Settings(flags: ["data": folder.path], environment: [:]), root: Root(named: sourceRoot.path), gateway: nil
        ) { $0.now = { clock.now } }
    }
}
