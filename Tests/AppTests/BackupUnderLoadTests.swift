import Foundation
import Kernel
import SQLiteBackend
import Storage
import Synchronization
import TestSupport
import Testing

@testable import App

@Suite(.enabled(if: TestDatabase.chosen == .sqlite), .timeLimit(.minutes(30)))
struct BackupUnderLoadTests {
    @Test func `ten backups made while people report are each one moment, with all that was acknowledged before`()
        async throws
    {
        let city = try await BackedUp()
        city.city.clock.advance(by: 60)
        let crowd = Crowd()
        try await city.city.run { client in
            try await withThrowingTaskGroup { group in
                for someone in [Someone.zhangWei, .liuYang, .zhangWei, .liuYang] {
                    group.addTask {
                        while crowd.isGoing { crowd.add(try await client.report(as: someone)) }
                    }
                }
                group.addTask {
                    defer { crowd.goHome() }
                    for _ in 0..<10 {
                        let before = crowd.sent.count
                        while crowd.sent.count < before + 3 { await Task.yield() }
                        let known = crowd.sent
                        let made = try await city.backUp()
                        try await Self.look(at: made, of: city, known: known)
                    }
                }
                try await group.waitForAll()
            }
        }
        #expect(crowd.sent.count > 30)
    }

    /// All that one report writes came together, or not at all.
    private static func look(at made: BackupMaking.Made, of city: BackedUp, known: [String]) async throws {
        let target = try temporaryFolder().appending(path: "restored")
        _ = try city.reading(made.file).restore(to: target)
        let restored = try SQLiteSnapshot(path: target.appending(path: "nuanxin.sqlite").path)
        let (reports, owners) = try restored.read { db in
            let owners = try ["matter_id FROM reporter", "matter_id FROM matter_step", "subject FROM journal_entry"]
                .map { source in
                    let condition: SQL = source.hasPrefix("subject") ? "WHERE kind = 'case.step'" : ""
                    let (column, table) = (source.split(separator: " ")[0], source.split(separator: " ")[2])
                    return try db.rows(
                        "SELECT \(identifier: String(column)) FROM \(identifier: String(table)) \(condition)"
                    ).map { try $0[0] as UUID }.sorted()
                }
            return (try db.rows("SELECT id FROM matter").map { try $0[0] as UUID }.sorted(), owners)
        }
        try restored.close()
        for owner in owners { #expect(owner == reports) }
        let missing = Set(known.compactMap(UUID.init(uuidString:))).subtracting(reports)
        #expect(missing.isEmpty, "\(missing.count) acknowledged reports are missing")
        #expect(reports.count == made.facts.tables["matter"])
    }
}

/// What people sent and was acknowledged, for as long as they go on.
private final class Crowd: Sendable {
    private let state = Mutex((sent: [String](), isGoing: true))

    var sent: [String] { state.withLock { $0.sent } }
    var isGoing: Bool { state.withLock { $0.isGoing } }

    func add(_ id: String) { state.withLock { $0.sent.append(id) } }
    func goHome() { state.withLock { $0.isGoing = false } }
}
