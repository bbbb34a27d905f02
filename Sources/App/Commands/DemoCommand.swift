import ArgumentParser
import Foundation
import Kernel

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Makes the demo city in an empty data folder: Shenyang, invented people, 90 days of their life.",
        discussion: """
            The same seed and day make the same city. Its accounts are listed in demo-accounts.json in the data folder; \
            all people, shops and telephone numbers are fictional.
            """)

    @OptionGroup var common: CommonOptions

    @Option(help: "Another number makes another city.")
    var seed: UInt64 = 1

    @Option(help: "The last day of the city's life, such as 2026-11-21 (default: today in Shanghai).")
    var today: String?

    func run() async throws {
        try await plainly {
            let day = try today.map { text in
                guard let day = Day(text) else { throw SettingsError("today: \(text) is not a day such as 2026-11-21") }
                return day
            }
            let city = try DemoCity(
                await Settings(flags: common.flags()), root: common.makeRoot(), seed: seed, today: day, now: Date())
            try await city.make { line in
                // At once, also into a pipe: somebody waits for it.
                FileHandle.standardOutput.write(Data("\(line)\n".utf8))
            }
        }
    }
}
