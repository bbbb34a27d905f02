import ArgumentParser
import Foundation
import Kernel
import Media
import Retention
import Storage
import Web

struct RetentionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention", abstract: "What is kept for how long (Data/retention.json): a dry run, and erasing.",
        subcommands: [PlanCommand.self, RunCommand.self, ErasuresCommand.self])

    struct PlanCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "plan", abstract: "Says what would be erased now and within 30 days. Changes nothing.")
        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await plainly {
                let product = try await common.open()
                let commands = product.retention.commands
                let plan = try await commands.plan()
                print(line("kind", "kept", "due now", "in 30 days", "oldest kept"))
                for item in plan.lines {
                    let span = commands.facts[item.kind]?.span
                    print(
                        line(
                            item.kind, span.map { "\($0)" } ?? "for good", words(item.now), words(item.soon),
                            item.oldest.map { Day(of: $0).description } ?? "-"))
                }
                let due = plan.lines.map(\.now).reduce(RetentionCount(), +)
                print("\(due.rows) rows and \(due.photos) photos are due")
            }
        }
    }

    struct ErasuresCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "erasures",
            abstract: "Writes who was erased into a list beside backups of PostgreSQL; `backup` does so by itself.",
            discussion: "Put the file into the data folder after restoring: the next start erases them again.")
        @OptionGroup var common: CommonOptions
        @Option(help: "The folder with the backups.") var to: String

        func run() async throws {
            try await plainly {
                let product = try await common.open()
                let accounts = try await product.services.database.read { db in
                    try BackupStore(db).erasedAccounts()
                }
                try ErasureList(in: URL(filePath: to, directoryHint: .isDirectory)).add(accounts)
                print("\(accounts.count) accounts were erased; they are in \(to)/\(ErasureList.name)")
            }
        }
    }

    struct RunCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "run", abstract: "Erases now what is due, as the job does once a day.",
            discussion: "It may be ended at any moment; begun again it goes on where it was.")
        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await plainly {
                let product = try await common.open(patience: .working)
                let counts = try await product.retention.commands.run(because: .command)
                await product.shelf.close()
                for (kind, count) in counts.sorted(by: { $0.key < $1.key }) where count.rows > 0 {
                    print("\(kind)  \(words(count))")
                }
                let all = counts.values.reduce(RetentionCount(), +)
                print(all.rows == 0 ? "nothing was due" : "erased \(all.rows) rows and \(all.photos) photos")
            }
        }
    }
}

private func words(_ count: RetentionCount) -> String {
    count.photos == 0 ? "\(count.rows)" : "\(count.rows) (\(count.photos) photos)"
}

private func line(_ cells: String...) -> String {
    cells.enumerated().map { index, cell in
        index == cells.count - 1 ? cell : cell.padding(toLength: max(20, cell.count + 1), withPad: " ", startingAt: 0)
    }.joined()
}
