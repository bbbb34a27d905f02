import ArgumentParser
import Foundation
import Storage

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Writes everything of the data folder to one encrypted file, while the server goes on.",
        discussion: "The key is the setting backup.key (NUANXIN_BACKUP_KEY), 32 characters at least. Keep it elsewhere."
    )

    @OptionGroup var common: CommonOptions

    @Option(help: "The folder for the file, which gets its name from the time.")
    var to: String

    @Flag(help: "Not encrypted, and without the keys of the data folder.")
    var plain = false

    func run() async throws {
        try await plainly {
            let settings = try await Settings(flags: common.flags())
            let key = plain ? nil : try settings.requiredBackupKey()
            let began = ContinuousClock.now
            let made = try await BackupMaking(settings, key: key)
                .make(in: URL(filePath: to, directoryHint: .isDirectory))
            print(made.file.path)
            print(
                "\(made.bytes) bytes, \(made.facts.tables.values.reduce(0, +)) rows, \(made.facts.photos) photos, "
                    + seconds(since: began))
            if plain {
                print(
                    "anybody can read it; the keys of the data folder aren't in it, and without them no original opens")
            } else if settings.sealingKey != nil || settings.serverKey != nil {
                print("sealing.key or server.key come from the settings and aren't in it: keep them too")
            }
        }
    }
}

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Reads all of a backup and says whether it is whole.")

    @OptionGroup var common: CommonOptions

    @Argument(help: "The backup.")
    var file: String

    func run() async throws {
        try await plainly {
            let settings = try await Settings(flags: common.flags())
            let began = ContinuousClock.now
            let summary = try BackupReading(URL(filePath: file), key: settings.backupKey(), settings: settings).verify()
            print("\(summary.sentence), \(seconds(since: began))")
            summary.warnOfNewer()
        }
    }
}

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Makes a new data folder of a backup, after the same checks as verify. Give it by --data.")

    @OptionGroup var common: CommonOptions

    @Argument(help: "The backup.")
    var file: String

    func run() async throws {
        try await plainly {
            guard let data = common.data else { throw SettingsError("restore: name the new folder with --data") }
            let settings = try await Settings(flags: common.flags())
            let began = ContinuousClock.now
            let summary = try BackupReading(URL(filePath: file), key: settings.backupKey(), settings: settings)
                .restore(to: settings.data)
            print("\(summary.sentence), \(seconds(since: began))")
            summary.warnOfNewer()
            if summary.facts.keys.isEmpty { print("it holds no keys: put those of the old folder into \(data)/keys") }
        }
    }
}

func seconds(since began: ContinuousClock.Instant) -> String {
    let tenths = Int(began.duration(to: .now) / .milliseconds(100))
    return "\(tenths / 10).\(tenths % 10) s"
}

extension BackupReading.Summary {
    fileprivate var sentence: String {
        "whole: made \(facts.madeAt), \(facts.tables.values.reduce(0, +)) rows, \(photos) photos "
            + "(\(opensSeals ? "all seals open" : "seals not opened, their key isn't here")), "
            + "\(isEncrypted ? "encrypted" : "plain"), \(bytes) bytes"
    }

    fileprivate func warnOfNewer() {
        let known = Set(Nuanxin.migrations.map(\.name))
        guard let newer = facts.migrations.keys.sorted().first(where: { !known.contains($0) }) else { return }
        print("warning: made by a newer version (migration \(newer)), which this one may refuse to serve")
    }
}

extension Settings {
    func backupKey() throws -> BackupKey? { try backupSecret.map { try BackupKey($0) } }

    fileprivate func requiredBackupKey() throws -> BackupKey {
        guard let key = try backupKey() else { throw BackupError.noKey }
        return key
    }
}
