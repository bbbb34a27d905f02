import Cases
import Foundation
import HTTPTypes
import HummingbirdTesting
import Journal
import Kernel
import Storage
import TestSupport
import Testing
import Vault
import Web

@testable import App
@testable import People

/// The whole product with sealed phones, names and reporters: nothing in plain, nothing that joins, keys changed under load.
struct VaultInTheCityTests {
    /// Whoever holds a copy of the database and no key.
    @Test func `no table holds a phone or a rider's name, and no row holds both a case and its reporter`() async throws
    {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report(["identity": "named"], photos: [Pictures.jpeg(6)])
            try await client.close(id)
            _ = try await client.api(
                .post, "/reports/\(id)/rating", as: .zhangWei, json: ["rating": "notSolved", "note": "又来了"])
            _ = try await client.api(.post, "/reports/\(id)/reopening", as: .zhangWei, json: ["note": "又来了"])
            await city.catchUp()
            let rider = try city.person(.zhangWei)
            let matter = try #require(UUID(uuidString: id))
            let words = [Someone.zhangWei.phone, Someone.zhangWei.name, Someone.liNa.name]
            let found = try await city.product.services.database.read { db -> Found in
                var found = Found()
                let ids = try Set(
                    [matter] + db.rows("SELECT id FROM matter_step").map { try $0[0] as UUID }
                        + db.rows("SELECT id FROM photo").map { try $0[0] as UUID })
                for table in try db.rows(.tables).map({ try $0["name"] as String }) {
                    let columns = try db.rows(.columns(of: table)).map { try $0["name"] as String }
                    for row in try db.rows("SELECT * FROM \(identifier: table)") {
                        let values = try columns.indices.map { try row[$0] as SQLValue }
                        found.add(values, of: table, rider: rider.id.uuid, ids: ids, words: words)
                    }
                }
                return found
            }
            #expect(found.rows > 50)
            #expect(found.joins.isEmpty, "\(found.joins)")
            #expect(found.plain.isEmpty, "\(found.plain)")
            #expect(!found.tables.contains("journal_entry"), "\(found.tables)")
            #expect(found.tables.isSubset(of: ["account", "account_contact", "session", "notice"]), "\(found.tables)")
        }
    }

    private struct Found: Sendable {
        var rows = 0
        var joins: Set<String> = []
        var plain: Set<String> = []
        /// Where the rider's identity stands.
        var tables: Set<String> = []

        mutating func add(_ values: [SQLValue], of table: String, rider: UUID, ids: Set<UUID>, words: [String]) {
            rows += 1
            let isRider = values.contains { Self.holds($0, rider) }
            if isRider { tables.insert(table) }
            if isRider, values.contains(where: { value in ids.contains { Self.holds(value, $0) } }) {
                joins.insert(table)
            }
            for case .text(let text) in values where words.contains(where: text.contains) { plain.insert(table) }
            for case .bytes(let bytes) in values
            where words.contains(where: { bytes.range(of: Data($0.utf8)) != nil }) { plain.insert(table) }
        }

        private static func holds(_ value: SQLValue, _ id: UUID) -> Bool {
            switch value {
            case .uuid(let uuid): uuid == id
            case .bytes(let bytes): bytes.range(of: id.bytes) != nil
            case .text(let text): text.lowercased().contains(id.uuidString.lowercased())
            default: false
            }
        }
    }

    @Test func `who has looked at too many reporters in a day is refused in words, and that is written down`()
        async throws
    {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report(["identity": "named"])
            try await client.bringToCheck(id, by: .liNa)
            let budget = city.product.facts.cases.looks.perDay
            #expect(budget == 30)
            for _ in 0..<budget {
                let answer = try await client.api(.post, "/cases/\(id)/reporter?purpose=reward", as: .liNa)
                #expect(answer.status == .ok)
            }
            let refused = try await client.api(.post, "/cases/\(id)/reporter", as: .liNa)
            #expect(refused.status == .tooManyRequests)
            #expect(try refused.json()["type"] as? String == "/problems/case-too-many-looks")
            #expect(!refused.text.contains(Someone.zhangWei.phone))
            let unknown = try await client.api(.post, "/cases/\(id)/reporter?purpose=curiosity", as: .liNa)
            #expect(unknown.status.code == 400 || unknown.status.code == 422)
            let looks = try await city.journal("reporter.read")
            #expect(looks.count == 30 && looks.allSatisfy { $0.data == Data(#"{"purpose":"reward"}"#.utf8) })
            #expect(try await city.journal("reporter.read-refused").count == 1)
        }
    }

    @Test func `keys are changed while people report, sign in and look: no error, nothing lost`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            try await withThrowingTaskGroup { group in
                for someone in [Someone.zhangWei, .liuYang] {
                    group.addTask {
                        for _ in 0..<12 {
                            let id = try await client.report(as: someone)
                            let shown = try await client.get("/reports/\(id)", as: someone)
                            #expect(shown.status == .ok)
                            let me = try await client.get("/me", as: someone)
                            #expect(me.text.contains(someone.name))
                        }
                    }
                }
                group.addTask {
                    let rotation = city.product.rotation
                    for _ in 0..<3 {
                        try await rotation.renew(KeyClass.allCases)
                        try await rotation.reseal()
                    }
                }
                try await group.waitForAll()
            }
            await city.catchUp()
            for someone in [Someone.zhangWei, .liuYang] {
                let reports = try await client.get("/reports?limit=100", as: someone).json()["items"] as? [Any]
                let notices = try await client.get("/notices?limit=100", as: someone).json()["items"] as? [Any]
                #expect(reports?.count == 12 && notices?.count == 12)
            }
        }
        try await city.product.rotation.reseal()
        let keys = try await city.product.rotation.list()
        #expect(keys.filter { $0.state == .current }.count == 4)
        #expect(keys.filter { $0.state != .current }.allSatisfy { $0.state == .retired && $0.count == 0 })
        #expect(keys.filter { $0.state == .retired }.count >= 6)
        let contacts = keys.first { $0.keyClass == .contact && $0.purpose == .seal && $0.state == .current }
        #expect(contacts?.count == Someone.allCases.count)
    }

    @Test(.enabled(if: TestDatabase.chosen == .sqlite))
    func `a backup from before two rotations and a new sealing key restores and opens`() async throws {
        let city = try await BackedUp()
        let made = try await city.backUp()
        let rotation = city.product.rotation
        for _ in 0..<2 {
            try await rotation.renew(KeyClass.allCases)
            try await rotation.reseal()
        }
        // A new sealing key by the settings; the one before stays on the ring.
        let old = try Data(contentsOf: city.data.appending(path: "keys/sealing.key")).base64EncodedString()
        let settings = try await Settings(
            flags: ["data": city.data.path],
            environment: [
                "NUANXIN_SEALING_KEY": Data(repeating: 9, count: 32).base64EncodedString(),
                "NUANXIN_SEALING_OLDER": old,
            ])
        let successor = try await Nuanxin(settings, root: Root(named: sourceRoot.path))
        #expect(try await successor.rotation.rewrap() > 0)
        #expect(try await Set(successor.rotation.list().map(\.master)).count == 1)
        #expect(try await Self.names(in: successor) == [Someone.zhangWei.name])

        let target = try temporaryFolder().appending(path: "restored")
        _ = try city.reading(made.file).restore(to: target)
        let restored = try await city.open(target)
        try await restored.migrate()
        #expect(try await Self.names(in: restored) == [Someone.zhangWei.name])
        try await restored.rotation.renew(KeyClass.allCases)
        #expect(try await restored.rotation.reseal() > 0)
        #expect(try await Self.names(in: restored) == [Someone.zhangWei.name])
    }

    /// Who reported, of all cases.
    private static func names(in product: Nuanxin) async throws -> Set<String> {
        try await product.services.database.read { db in
            let matters = try db.rows("SELECT id FROM matter").map { try $0[0] as ID<Case> }
            return try Set(
                matters.compactMap { matter in
                    try ReporterStore(db).recipient(of: matter).map { try AccountStore(db).find($0).profile.name ?? "" }
                })
        }
    }

    @Test func `who was forgotten can't come in, stands in no list, and nothing leads from the journal to them`()
        async throws
    {
        let city = try await TestCity()
        let rider = try city.person(.zhangWei)
        try await city.product.services.database.write { db in
            try AccountJournal(db).append("account.changed", about: rider.id, by: rider.id, at: city.clock.now)
        }
        let entries = try await city.journal("account.changed")
        #expect(entries.map(\.subject) != [rider.id.uuid] && entries.first?.actor?.uuid == entries.first?.subject)
        try await city.product.services.database.write { db in
            try AccountStore(db).forget(rider, because: "asked for it")
            let person = try AccountStore(db).find(rider.id)
            #expect(person.door == .closed && person.kind == .rider && person.state == .closed && person.phone == nil)
            #expect(person.profile == Profile() && person.createdAt == Day(of: rider.createdAt).start)
            let phone = try #require(rider.phone)
            #expect(try AccountStore(db).person(with: phone) == nil)
            #expect(try AccountStore(db).list(.rider, limit: 10).count == 2)
        }
        let pseudonyms = try await city.count("SELECT COUNT(pseudonym) FROM account")
        #expect(pseudonyms == 1)
    }
}
