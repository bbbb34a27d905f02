import ArgumentParser
import Foundation
import Hummingbird
import Logging
import Media
import Metrics
import ServiceLifecycle
import UnixSignals

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serves the pages and the API until it is told to stop (SIGTERM, SIGINT).")

    @OptionGroup var common: CommonOptions

    @Option(help: "The port (NUANXIN_PORT; default: 8080). 0 takes a free one.")
    var port: Int?

    @Option(help: "The address to listen on (NUANXIN_HOST; default: 127.0.0.1).")
    var host: String?

    func run() async throws {
        try await plainly {
            let product = try await common.open(["port": port.map(String.init), "host": host])
            // Only here: another command beside a running server must not touch uploads on their way in.
            let isAlone = product.settings.databaseURL == nil
            try await product.shelf.open(removingWhatIsOlderThan: isAlone ? .distantFuture : Date() - 3600)
            product.settings.startLogging()
            MetricsSystem.bootstrap(PrometheusRegistry.shared)
            try await product.server(logger: Logger(label: "nuanxin")).runService(gracefulShutdownSignals: [
                .sigterm, .sigint,
            ])
        }
    }
}

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Brings the database's tables up to date. `serve` does so too.")

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await plainly {
            let product = try await Nuanxin(Settings(flags: common.flags()), root: common.makeRoot())
            let taken = try await product.migrate()
            print(taken.isEmpty ? "the tables are up to date" : taken.map { "done: \($0)" }.joined(separator: "\n"))
        }
    }
}

struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Does only what runs in the background, beside nodes that serve with NUANXIN_BACKGROUND=false.",
        discussion: "Any number may run: one of them leads each piece of work, and another takes over when it is gone.")

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await plainly {
            let product = try await common.open()
            guard product.settings.databaseURL != nil else {
                throw SettingsError("worker: with SQLite, serve does this itself; give database.url")
            }
            product.settings.startLogging()
            let logger = Logger(label: "nuanxin.worker")
            logger.info("working in the background")
            try await ServiceGroup(
                services: [PhotoConnections(shelf: product.shelf)] + product.background(logger: logger),
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            ).run()
        }
    }
}

extension Settings {
    /// From here on the log goes to the standard error, from its level on.
    fileprivate func startLogging() {
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = Logger.Level(rawValue: logLevel) ?? .info
            return handler
        }
    }
}
