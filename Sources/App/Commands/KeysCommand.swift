import ArgumentParser
import Foundation
import Vault
import Web

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Lists and changes the keys that phones, names and reporters are sealed with.",
        discussion: """
            Data keys lie in the database, wrapped by the sealing key (keys/sealing.key or NUANXIN_SEALING_KEY). All of this may \
            be done while servers run; what is interrupted goes on with `reseal`.
            """,
        subcommands: [ListKeysCommand.self, RotateKeysCommand.self, ResealCommand.self, RewrapCommand.self])
}

struct ListKeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Shows each data key: class, use, state, age, and how many values lie under it.")

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await plainly {
            let product = try await common.open()
            let now = product.services.now()
            for key in try await product.rotation.list() {
                let days = Int(now.timeIntervalSince(key.createdAt) / 86_400)
                print(
                    "\(key.id.uuidString.lowercased())  \(key.keyClass.rawValue) \(key.purpose.rawValue)  "
                        + "\(key.state.rawValue)  \(days) days  \(key.count) values  under \(key.master)")
            }
        }
    }
}

struct RotateKeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Makes new data keys, and seals everything anew with them.",
        discussion: "The old ones are kept, so that older backups open.")

    @OptionGroup var common: CommonOptions

    @Option(
        name: .customLong("class"),
        help: "Of one class only: \(KeyClass.allCases.map(\.rawValue).joined(separator: ", ")).")
    var keyClass: String?

    func run() async throws {
        try await plainly {
            let classes = try keyClass.map { name in
                guard let keyClass = KeyClass(rawValue: name) else {
                    throw SettingsError("--class: there is no \(name)")
                }
                return [keyClass]
            }
            let product = try await common.open()
            try await product.rotation.renew(classes ?? KeyClass.allCases)
            try await reseal(with: product.rotation)
        }
    }
}

struct ResealCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reseal", abstract: "Goes on with a rotation that was interrupted.")

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await plainly { try await reseal(with: common.open().rotation) }
    }
}

struct RewrapCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rewrap", abstract: "Wraps all data keys with the current sealing key.",
        discussion: "After the sealing key was changed: afterwards only originals of photos still need the one before.")

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await plainly {
            let count = try await common.open().rotation.rewrap()
            print(count == 0 ? "all data keys lie under the current sealing key" : "\(count) data keys wrapped anew")
        }
    }
}

private func reseal(with rotation: KeyRotation) async throws {
    let count = try await rotation.reseal { table, rows in print("\(table): \(rows) rows") }
    print("\(count) rows sealed anew; nothing lies under older keys")
}
