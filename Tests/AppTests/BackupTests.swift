import Foundation
import Kernel
import Media
import SQLiteBackend
import Storage
import TestSupport
import Testing

@testable import App

/// What a backup promises of a small city with photos: nothing is missing afterwards, and no damage goes unnoticed.
@Suite(.enabled(if: TestDatabase.chosen == .sqlite), .timeLimit(.minutes(30)))
struct BackupTests {
    @Test func `what is restored is the city as it was, with its photos and keys`() async throws {
        let city = try await BackedUp()
        let made = try await city.backUp()
        #expect(made.file.lastPathComponent == "nuanxin-20260930T080000Z.backup")
        let summary = try city.reading(made.file).verify()
        #expect(summary.photos == 2)
        #expect(summary.isEncrypted && summary.opensSeals)
        #expect(summary.facts.tables["matter"] == 2)

        let target = try temporaryFolder().appending(path: "restored")
        _ = try city.reading(made.file).restore(to: target)
        let restored = try await city.open(target)
        try await restored.migrate()
        #expect(try await city.photos(of: restored) == city.photos(of: city.product))
        let names = try await city.product.shelf.names()
        #expect(try await restored.shelf.names() == names)
        for name in names {
            #expect(
                try await restored.shelf.unsealedOriginal(name) == city.product.shelf.unsealedOriginal(name))
        }
        #expect(try contents(of: target.appending(path: "keys")) == contents(of: city.data.appending(path: "keys")))
        #expect(try permissions(target) == 0o700)
        #expect(try permissions(target.appending(path: "keys/server.key")) == 0o600)
        #expect(try contents(of: target.deletingLastPathComponent()) == ["restored"])
        #expect(try !contents(of: city.data).contains("backup-work"))
    }

    @Test func `nobody reads a backup without its key, and a plain one has no keys in it`() async throws {
        let city = try await BackedUp()
        let sealed = try await city.backUp().file
        let other = try BackupKey(String(repeating: "other", count: 10))
        #expect(throws: BackupError.otherKey) { try city.reading(sealed, key: other).verify() }
        #expect(throws: BackupError.isEncrypted) { try city.reading(sealed, key: nil).verify() }
        #expect(throws: BackupError.shortKey) { try BackupKey("31 characters are not quite it.") }
        #expect(try Data(contentsOf: sealed).range(of: Data("后厨有老鼠".utf8)) == nil)

        let plain = try await BackupMaking(city.product.settings, key: nil).make(in: city.target).file
        let content = try Data(contentsOf: plain)
        #expect(content.range(of: Data("后厨有老鼠".utf8)) != nil)
        let key = try Data(contentsOf: city.data.appending(path: "keys/sealing.key"))
        #expect(content.range(of: key) == nil)
        let summary = try city.reading(plain, key: nil).verify()
        #expect(summary.facts.keys.isEmpty)
    }

    @Test(arguments: [true, false]) func `every changed byte is found`(isEncrypted: Bool) async throws {
        let city = try await BackedUp()
        let file = try await city.backUp(isEncrypted: isEncrypted).file
        let whole = try Data(contentsOf: file)
        var chance = SeededGenerator(seed: 20_261_121)
        // The head and the first frame's length, the end, and a sample of all the rest.
        var places = Array(0..<49) + Array(whole.count - 20..<whole.count)
        places += (0..<80).map { _ in Int.random(in: 0..<whole.count, using: &chance) }
        for place in places {
            var changed = whole
            changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &chance)
            #expect(throws: BackupError.self, "byte \(place) of \(whole.count)") {
                try city.reading(try city.written(changed), key: isEncrypted ? city.key : nil).verify()
            }
        }
    }

    @Test func `a backup that is cut short, goes on after its end, or has its frames in another order is refused`()
        async throws
    {
        let city = try await BackedUp(photoSide: 1200)
        let whole = try Data(contentsOf: try await city.backUp().file)
        var chance = SeededGenerator(seed: 20_261_121)
        let lengths =
            [0, 1, 44, 45, 48, whole.count - 1] + (0..<30).map { _ in Int.random(in: 50..<whole.count, using: &chance) }
        for length in lengths {
            #expect(throws: BackupError.self, "\(length) bytes of \(whole.count)") {
                try city.reading(try city.written(whole.prefix(length))).verify()
            }
        }
        #expect(throws: BackupError.self) { try city.reading(try city.written(whole + [0])).verify() }
        #expect(throws: BackupError.self) { try city.reading(try city.written(whole + whole)).verify() }
        let frame = ArchiveSeal.frameSize + 20
        let (head, rest) = (whole.prefix(ArchiveSeal.headSize), whole.dropFirst(ArchiveSeal.headSize))
        try #require(rest.count > 2 * frame, "there are two whole frames")
        let swapped = head + rest.dropFirst(frame).prefix(frame) + rest.prefix(frame) + rest.dropFirst(2 * frame)
        #expect(throws: BackupError.self) { try city.reading(try city.written(swapped)).verify() }
        let without = head + rest.prefix(frame) + rest.dropFirst(2 * frame)
        #expect(throws: BackupError.self) { try city.reading(try city.written(without)).verify() }
    }

    @Test func `a backup is never restored over anything`() async throws {
        let city = try await BackedUp()
        let file = try await city.backUp().file
        #expect(throws: BackupError.notEmpty(city.data.path)) { try city.reading(file).restore(to: city.data) }
        let parent = try temporaryFolder()
        let damaged = try city.written(try Data(contentsOf: file).dropLast(1))
        #expect(throws: BackupError.self) { try city.reading(damaged).restore(to: parent.appending(path: "new")) }
        #expect(try contents(of: parent) == [], "nothing half-made is left")
        let empty = parent.appending(path: "empty")
        try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: false)
        _ = try city.reading(file).restore(to: empty)
        #expect(try contents(of: empty).contains("nuanxin.sqlite"))
    }

    @Test func `a photo that is missing or changed is named, and no backup is left`() async throws {
        let city = try await BackedUp()
        let names = try await city.product.shelf.names().map { $0.uuidString.lowercased() }.sorted()
        let original = city.data.appending(path: "photos").appending(
            path: PhotoShelf.Kind.original.path(of: try #require(UUID(uuidString: names[1]))))
        let content = try Data(contentsOf: original)

        var changed = content
        changed[content.count - 1] ^= 1
        try changed.write(to: original)
        let file = try await city.backUp().file
        #expect(throws: BackupError.wrong("the seal of the original \(names[1]) doesn't open (tampered)")) {
            try city.reading(file).verify()
        }
        try FileManager.default.removeItem(at: file)
        try FileManager.default.removeItem(at: original)
        await #expect(throws: BackupError.photoMissing(names[1])) { try await city.backUp() }
        #expect(try contents(of: city.target) == [])
        #expect(try !contents(of: city.data).contains("backup-work"))
    }

    @Test func `a backup of an earlier version is brought up to date when it is served`() async throws {
        let data = try temporaryFolder()
        let steps = Nuanxin.migrations.filter { $0.name != "journal-2-order" }
        let old = try SQLiteDatabase(path: data.appending(path: "nuanxin.sqlite").path)
        try await old.migrate(steps)
        // Without rows nothing has to be sealed, so no keys are needed.
        let settings = try await Settings(flags: ["data": data.path], environment: [:])
        let key = try BackupKey(BackedUp.secret)
        let made = try await BackupMaking(settings, key: key).make(in: temporaryFolder())
        let target = try temporaryFolder().appending(path: "restored")
        _ = try BackupReading(made.file, key: key, settings: settings).restore(to: target)
        let restored = try await Nuanxin(
            Settings(flags: ["data": target.path], environment: [:]), root: Root(named: sourceRoot.path))
        #expect(try await restored.migrate() == ["journal-2-order"])
    }

    @Test func `what an interrupted backup left is cleared away by the next one`() async throws {
        let city = try await BackedUp()
        let partial = city.target.appending(path: "nuanxin-20250101T000000Z.backup.partial")
        try Data("half".utf8).write(to: partial)
        let work = city.data.appending(path: "backup-work/work-abcdef")
        try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
        try Data().write(to: work.appending(path: "lock"))
        let file = try await city.backUp().file
        #expect(try contents(of: city.target) == [file.lastPathComponent])
        #expect(try !contents(of: city.data).contains("backup-work"))
    }
}

private func contents(of folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
}

private func permissions(_ file: URL) throws -> Int? {
    (try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? NSNumber)?.intValue
}
