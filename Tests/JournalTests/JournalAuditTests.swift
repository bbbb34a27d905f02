import Crypto
import Foundation
import Journal
import Kernel
import Logging
import Storage
import TestSupport
import Testing

/// Whoever changes what has been written down is found out, also with full access to the database.
struct JournalAuditTests {
    private let key = Curve25519.Signing.PrivateKey()
    private var signers: Set<Data> { [key.publicKey.rawRepresentation] }

    @Test(arguments: TestDatabase.available)
    func `a journal that nobody touched is whole, however it grew`(on kind: TestDatabase) async throws {
        let database = try await kind.open(JournalSchema.migrations)
        #expect(try await audit(database) == JournalAudit.Report())
        for round in 1...3 {
            try await note(100, in: database)
            #expect(try await audit(database) == JournalAudit.Report(sealed: (round - 1) * 100, waiting: 100))
            try await seal(database)
            #expect(try await audit(database) == JournalAudit.Report(sealed: round * 100))
        }
        let report = try await audit(database, [try await checkpoint(database)])
        #expect(report == JournalAudit.Report(sealed: 300, checkpoints: 1))
    }

    /// Each kind of tampering at a random place; the journal is put in order again between them.
    @Test(arguments: TestDatabase.available)
    func `of 1,000 tamperings 1,000 are found, and the first bad entry is named`(on kind: TestDatabase) async throws {
        let database = try await kind.open(JournalSchema.migrations)
        try await note(40, in: database)
        try await seal(database)
        let signed = try await checkpoint(database)
        try await Tampering.keep(in: database)
        var random = SeededGenerator(seed: 41)
        for number in 0..<1000 {
            let tampering = Tampering.Kind.allCases[number % Tampering.Kind.allCases.count]
            let place = Int.random(in: 1...40, using: &random)
            let expected = try await Tampering.make(tampering, at: place, chance: random.next(), in: database)
            let fault = try await audit(database, [signed]).fault
            #expect(fault == expected, "tampering \(number): \(tampering) at \(place)")
            try await Tampering.restore(in: database)
        }
        #expect(try await audit(database, [signed]).fault == nil, "it was put in order each time")
    }

    @Test(arguments: TestDatabase.available)
    func `who makes the whole chain anew is found out by what was signed`(on kind: TestDatabase) async throws {
        let database = try await kind.open(JournalSchema.migrations)
        try await note(30, in: database)
        try await seal(database)
        let signed = try await checkpoint(database)
        try await database.write { db in
            try db.execute("UPDATE journal_entry SET kind = 'test.other' WHERE sequence = 7")
            try db.execute("DELETE FROM journal_seal")
            try db.execute("DELETE FROM journal_cursor")
        }
        try await seal(database)
        #expect(try await audit(database).fault == nil, "by itself the new chain is as good as the old one")
        #expect(try await audit(database, [signed]).fault == .otherThanSigned(number: 30))
    }

    @Test(arguments: TestDatabase.available)
    func `only what somebody we trust has signed counts`(on kind: TestDatabase) async throws {
        let database = try await kind.open(JournalSchema.migrations)
        try await note(3, in: database)
        try await seal(database)
        let last = try await database.read { db in try SealStore(db).last() }
        let strange = try JournalCheckpoint(of: last, at: .saturdayMorning, signedWith: .init())
        #expect(try await audit(database, [strange]).fault == .forgedCheckpoint(number: 3))
        let genuine = try await checkpoint(database)
        let later = JournalCheckpoint(
            number: genuine.number, hash: genuine.hash, at: genuine.at + 60, signer: genuine.signer,
            signature: genuine.signature)
        #expect(try await audit(database, [later]).fault == .forgedCheckpoint(number: 3))
        #expect(try JournalCheckpoint(encoded: genuine.encoded()) == genuine)
    }

    private func note(_ count: Int, in database: any Database) async throws {
        try await database.write { db in
            for number in 0..<count {
                try JournalStore(db).append(
                    "test.noted", subject: UUID(high: 1, low: UInt64(number)),
                    by: number % 3 == 0 ? nil : ID(UUID(high: 2, low: 2)), at: .saturdayMorning + Double(number),
                    data: ["number": number])
            }
        }
    }

    private func seal(_ database: any Database) async throws {
        await JournalFeed(database: database, consumers: [JournalSealer()], logger: Logger(label: "test")).catchUp()
    }

    private func checkpoint(_ database: any Database) async throws -> JournalCheckpoint {
        let last = try await database.read { db in try SealStore(db).last() }
        return try JournalCheckpoint(of: last, at: .saturdayMorning, signedWith: key)
    }

    private func audit(
        _ database: any Database, _ checkpoints: [JournalCheckpoint] = []
    ) async throws -> JournalAudit.Report {
        try await JournalAudit(database).run(checkpoints: checkpoints, signers: signers)
    }
}
