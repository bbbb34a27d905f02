import Crypto
import Foundation
import Kernel
import Storage
import TestSupport
import Testing

@testable import Vault

/// Sealing and opening: what opens where, with what, and what is said when it doesn't.
struct SealsTests {
    private static let row = UUID(high: 7, low: 7)
    private static let place = SealedPlace("secret", "word", row)
    private static let word = Data("13812345678".utf8)

    @Test(arguments: TestDatabase.available)
    func `a value opens where it was sealed and nowhere else, and not when a single byte was changed`(
        _ kind: TestDatabase
    ) async throws {
        let database = try await kind.open(VaultSchema.migrations)
        try await database.write { db in
            let seals = try db.seals
            let sealed = try seals.seal(Self.word, of: .contact, at: Self.place)
            #expect(try seals.open(sealed, at: Self.place) == Self.word)
            #expect(sealed.range(of: Self.word) == nil)
            #expect(try seals.seal(Self.word, of: .contact, at: Self.place) != sealed)
            for place in [
                SealedPlace("secrets", "word", Self.row), SealedPlace("secret", "words", Self.row),
                SealedPlace("secret", "word", UUID(high: 7, low: 8)),
            ] {
                #expect(throws: VaultError.tampered) { try seals.open(sealed, at: place) }
            }
            for index in sealed.indices {
                var altered = sealed
                altered[index] ^= 1
                let error = #expect(throws: VaultError.self) { try seals.open(altered, at: Self.place) }
                switch index {
                case 0: #expect(error == .unknownAlgorithm(0))
                case 1...16: #expect(error.map { if case .unknownKey = $0 { true } else { false } } == true)
                default: #expect(error == .tampered)
                }
            }
            for length in 0..<sealed.count {
                #expect(throws: VaultError.self) { try seals.open(sealed.prefix(length), at: Self.place) }
            }
            #expect(throws: VaultError.unknownAlgorithm(2)) { try seals.open(Data([2]) + sealed, at: Self.place) }
            #expect(throws: VaultError.notSealed) { try seals.open(Data(), at: Self.place) }
        }
    }

    @Test(arguments: TestDatabase.available)
    func `each class has keys of its own, and a key is wrapped under the master key`(_ kind: TestDatabase) async throws
    {
        let database = try await kind.open(VaultSchema.migrations)
        try await database.write { db in
            for keyClass in KeyClass.allCases {
                _ = try db.seals.seal(Self.word, of: keyClass, at: Self.place)
                _ = try db.seals.index(Self.word, of: keyClass, named: "x")
            }
            let keys = try VaultKeyStore(db).all()
            #expect(keys.count == 2 * KeyClass.allCases.count)
            #expect(keys.allSatisfy { $0.state == .current && $0.master == "first" && $0.wrapped.count == 61 })
            let vault = Vault.test
            let bytes = try keys.map { key in try vault.key(of: key).withUnsafeBytes { Data($0) } }
            #expect(Set(bytes).count == keys.count)
            for (key, plain) in zip(keys, bytes) { #expect(key.wrapped.range(of: plain) == nil) }
            // A key of one class doesn't open as one of another.
            let moved = VaultKey(
                id: keys[0].id, keyClass: .party, purpose: keys[0].purpose, wrapped: keys[0].wrapped,
                master: keys[0].master, state: .current, createdAt: keys[0].createdAt)
            #expect(throws: VaultError.tampered) { try Vault.test.key(of: moved) }
        }
    }

    @Test(arguments: TestDatabase.available)
    func `a blind index is the same for the same value, and another for another column, class and database`(
        _ kind: TestDatabase
    ) async throws {
        let database = try await kind.open(VaultSchema.migrations)
        let other = try await kind.open(VaultSchema.migrations)
        let first = try await database.write { db in
            let seals = try db.seals
            let index = try seals.index(Self.word, of: .contact, named: "a")
            #expect(try seals.index(Self.word, of: .contact, named: "a") == index)
            #expect(try seals.indexes(Self.word, of: .contact, named: "a") == [index])
            #expect(try seals.index(Self.word, of: .contact, named: "b") != index)
            #expect(try seals.index(Self.word, of: .reporter, named: "a") != index)
            #expect(try seals.index(Data("13812345679".utf8), of: .contact, named: "a") != index)
            #expect(index != Data(SHA256.hash(data: Self.word)))
            return index
        }
        let second = try await other.write { db in try db.seals.index(Self.word, of: .contact, named: "a") }
        #expect(first != second)
        #expect(try await database.read { db in try db.seals.indexes(Self.word, of: .contact, named: "a") } == [first])
    }

    @Test(arguments: TestDatabase.available)
    func `a missing master key and a database without keys are said in words`(_ kind: TestDatabase) async throws {
        let database = try await kind.open(VaultSchema.migrations)
        let sealed = try await database.write { db in
            try db.seals.seal(Self.word, of: .contact, at: Self.place)
        }
        let base = try #require(database as? VaultDatabase).base
        let stranger = VaultDatabase(base, vault: .test(MasterKeys(current: .test("other"))))
        let error = await #expect(throws: VaultError.unknownMasterKey("first")) {
            _ = try await stranger.read { db in try db.seals.open(sealed, at: Self.place) }
        }
        #expect(error.map { "\($0)".contains("sealing.older") } == true)
        await #expect(throws: VaultError.noMasterKeys) {
            _ = try await base.read { db in try db.seals.open(sealed, at: Self.place) }
        }
        let successor = VaultDatabase(
            base, vault: .test(MasterKeys(current: .test("other"), older: [.test("first")])))
        #expect(try await successor.read { db in try db.seals.open(sealed, at: Self.place) } == Self.word)
    }

    @Test func `a key never shows itself`() throws {
        let key = SymmetricKey(size: .bits256)
        let secret = key.withUnsafeBytes { Data($0) }
        let master = MasterKey(id: "0123", key: key)
        for text in ["\(master)", String(reflecting: master), "\(Vault.test)", String(reflecting: Vault.test)] {
            var dumped = ""
            dump(master, to: &dumped)
            for form in [secret.base64EncodedString(), secret.map { String($0, radix: 16) }.joined()] {
                #expect(!text.contains(form) && !dumped.contains(form))
            }
        }
        #expect("\(master)" == "master key 0123" && "\(Vault.test)" == "vault")
    }

    /// Several nodes seal the first value of a class at the same moment.
    @Test(arguments: TestDatabase.available)
    func `nodes that begin at once agree on one key`(_ kind: TestDatabase) async throws {
        let database = try await kind.open(VaultSchema.migrations)
        let base = try #require(database as? VaultDatabase).base
        let sealed = try await withThrowingTaskGroup(of: Data.self) { group in
            for _ in 0..<8 {
                let node = VaultDatabase(base, vault: .test)
                group.addTask {
                    try await node.write { db in try db.seals.seal(Self.word, of: .party, at: Self.place) }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let keys = Set(try sealed.map { try SealedForm.key(of: $0) })
        #expect(keys.count == 1)
        #expect(try await database.read { db in try VaultKeyStore(db).all().count } == 1)
        for value in sealed {
            #expect(try await database.read { db in try db.seals.open(value, at: Self.place) } == Self.word)
        }
    }
}
