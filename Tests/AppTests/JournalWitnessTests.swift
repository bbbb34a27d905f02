import Crypto
import Foundation
import Journal
import Kernel
import Storage
import TestSupport
import Testing
import Web

@testable import App

/// What happened in a city can be proved later, to somebody who doesn't trust those who run it.
struct JournalWitnessTests {
    @Test func `how the journal stood is signed, and kept in another place`() async throws {
        let elsewhere = try temporaryFolder()
        let city = try await TestCity(flags: ["checkpoints.url": elsewhere.path])
        #expect(city.product.witness.place.isElsewhere)
        try await report(in: city, number: 1)
        let first = try #require(try await city.product.witness.sign())
        #expect(try await city.product.witness.sign() == nil, "nothing new")
        try await report(in: city, number: 2)
        let second = try #require(try await city.product.witness.sign())
        #expect(first.number < second.number)

        let kept = try await city.product.witness.place.all()
        #expect(kept == [first, second])
        let report = try await audit(city, kept)
        #expect(report == JournalAudit.Report(sealed: second.number, checkpoints: 2))

        try await city.product.services.database.write { db in
            try db.execute("DELETE FROM journal_entry WHERE sequence > \(first.number)")
            try db.execute("DELETE FROM journal_seal WHERE number > \(first.number)")
            try db.execute("DELETE FROM journal_checkpoint WHERE number > \(first.number)")
        }
        #expect(try await audit(city, kept).fault == .cutOff(number: first.number, signed: second.number))
    }

    /// What can't be kept elsewhere isn't held to be signed: it is tried again.
    @Test func `a checkpoint that can't be kept elsewhere is made again later`() async throws {
        let folder = try temporaryFolder().appending(path: "checkpoints")
        try Data("in the way".utf8).write(to: folder)
        let city = try await TestCity(flags: ["checkpoints.url": folder.path])
        try await report(in: city)
        await #expect(throws: (any Error).self) { try await city.product.witness.sign() }
        try FileManager.default.removeItem(at: folder)
        let signed = try #require(try await city.product.witness.sign())
        #expect(try await city.product.witness.place.all() == [signed])
    }

    /// Checkpoints outlive everything else, also what was to be forgotten.
    @Test func `a checkpoint tells nothing of anybody`() async throws {
        let city = try await TestCity()
        try await report(in: city)
        let text = String(decoding: try #require(try await city.product.witness.sign()).encoded(), as: UTF8.self)
        let members = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(Set(members.keys) == ["number", "hash", "at", "signer", "signature"])
    }

    private func report(in city: TestCity, number: UInt64 = 1) async throws {
        let id = UUID(high: UInt64(city.clock.now.milliseconds) << 16 | 0x7000, low: 0x8000_0000_0000_8000 + number)
        try await city.run { client in _ = try await client.report(["id": id.uuidString.lowercased()]) }
        await city.catchUp()
    }

    private func audit(_ city: TestCity, _ checkpoints: [JournalCheckpoint]) async throws -> JournalAudit.Report {
        let signer = try Keys(city.product.settings).journalSigner.publicKey.rawRepresentation
        return try await JournalAudit(city.product.services.database).run(checkpoints: checkpoints, signers: [signer])
    }
}
