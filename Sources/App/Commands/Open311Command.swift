import ArgumentParser
import Foundation
import Kernel
import Open311
import Web

struct Open311Command: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open311",
        abstract: "Programs that send requests by GeoReport (Open311), and hand-overs to others.",
        subcommands: [KeyCommand.self, SendCommand.self])

    struct KeyCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "key", abstract: "Keys of programs: give one, take it back, list them.",
            subcommands: [AddCommand.self, RevokeCommand.self, ListCommand.self])
    }

    struct AddCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Gives a key and shows it, this once.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "Whose key it is, for the record; no person's name.") var name: String
        @Option(help: "The code of the territory in which it may report.") var territory: String
        @Option(help: "Until which day, such as 2027-06-30; a year when left out.") var until: String?
        @Option(help: "How many requests in an hour.") var perHour = 60

        func run() async throws {
            try await plainly {
                let product = try await common.open()
                var last = Day(of: product.services.now()) + 365
                if let until {
                    guard let day = Day(until) else {
                        throw SettingsError("until: \(until) is not a day such as 2027-06-30")
                    }
                    last = day
                }
                let made = try await product.open311.keys.add(
                    name, territory: territory, perHour: perHour, until: last)
                print("key \(made.key.id) until \(last)")
                print("api_key: \(made.text)")
            }
        }
    }

    struct RevokeCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke", abstract: "Takes a key back, at once and for good.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "The key's identity, as `list` shows it.") var key: String
        @Option(help: "Why, for the record.") var reason: String

        func run() async throws {
            try await plainly {
                guard let id = ID<ProgramKey>(key) else { throw SettingsError("key: \(key) is not an identity") }
                try await common.open().open311.keys.revoke(id, because: reason)
                print("taken back")
            }
        }
    }

    struct ListCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "All keys, the newest first.")
        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await plainly {
                let product = try await common.open()
                let now = product.services.now()
                for key in try await product.open311.keys.list() {
                    let state =
                        key.revokedAt.map { "taken back \(Day(of: $0))" }
                        ?? (key.holds(at: now) ? "until \(Day(of: key.until - 1))" : "ended")
                    print("\(key.id)  \(key.name)  \(key.territory.rawValue)  \(key.perHour)/h  \(state)")
                }
            }
        }
    }

    struct SendCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "send", abstract: "Does now what the server does every few seconds: hand on what is due.")
        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await plainly {
                var count = 0
                let sender = try await common.open().open311.sender
                while case let done = try await sender.turn(), done > 0 { count += done }
                print("handled \(count)")
            }
        }
    }
}
