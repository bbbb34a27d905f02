import ArgumentParser
import Foundation
import Kernel
import Media
import Storage
import Web

/// The executable `nuanxin`.
package struct NuanxinCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "nuanxin",
        abstract: "暖新: the working platform for delivery riders, drivers and those who look after them.",
        discussion: """
            Settings come from flags, then from variables (NUANXIN_DATA, NUANXIN_PORT, …), then from nuanxin.json in the \
            data folder. docs/operations.md lists them all.
            """,
        subcommands: [
            ServeCommand.self, WorkerCommand.self, MigrateCommand.self, CheckCommand.self, DemoCommand.self,
            ImportCommand.self, AccountCommand.self, DataRequestCommand.self, RetentionCommand.self, PhotosCommand.self,
            Open311Command.self,
            BackupCommand.self,
            VerifyCommand.self, RestoreCommand.self, MoveCommand.self, KeysCommand.self, VerifyJournalCommand.self,
        ]
    )

    package init() {}

    /// Runs what the command line asks for, and ends the process with its exit code.
    package static func launch() async {
        await main()
    }
}

/// What every command takes.
struct CommonOptions: ParsableArguments {
    @Option(help: "The folder for the database, the photos and the keys (NUANXIN_DATA; default: data).")
    var data: String?

    @Option(help: "The folder with Data, Public and .setup (NUANXIN_ROOT; found by itself as a rule).")
    var root: String?

    func flags(_ more: [String: String?] = [:]) -> [String: String] {
        more.merging(["data": data]) { $1 }.compactMapValues(\.self)
    }

    func makeRoot() throws -> Root {
        try Root(named: root ?? ProcessInfo.processInfo.environment["NUANXIN_ROOT"])
    }

    /// The product with its tables up to date.
    func open(_ more: [String: String?] = [:], patience: S3Patience = .serving) async throws -> Nuanxin {
        let product = try await Nuanxin(Settings(flags: flags(more)), root: makeRoot(), patience: patience)
        guard try await !product.services.database.read(ProvinceStore.isHalfMoved) else { throw MoveError.halfMoved }
        try await product.migrate()
        return product
    }
}

/// What a person at the console reads of an error: the words of the pages where there are some.
private func sentence(for error: any Error) -> String {
    // Whoever runs a command wants the reason, not a request for patience.
    if let error = error as? ShelfError { return "\(error)" }
    guard let problem = (error as? any ProblemError)?.problem, let site = try? Site(Nuanxin.bundles) else {
        return "\(error)"
    }
    let words = ProblemWords(problem, t: site.strings(in: .en))
    return ([words.detail] + words.fields.map { "\($0.field): \($0.detail)" }).joined(separator: " ")
}

/// Prints what went wrong as one plain sentence and ends with 1.
func plainly(_ work: () async throws -> Void) async throws {
    do {
        try await work()
    } catch let code as ExitCode {
        throw code
    } catch {
        FileHandle.standardError.write(Data("nuanxin: \(sentence(for: error))\n".utf8))
        throw ExitCode(1)
    }
}
