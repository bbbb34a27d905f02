import ArgumentParser
import Cases
import Foundation
import Media
import Synchronization

struct PhotosCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "photos", abstract: "Moves photos between the data folder and an S3, and checks them.",
        subcommands: [MovePhotosCommand.self, CheckPhotosCommand.self])
}

struct MovePhotosCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "move", abstract: "Copies all photos to another place, and reads each copy back.",
        discussion: """
            It may be ended at any moment; begun again it goes on where it was. It changes no setting: when it is through, \
            set photos.url and start the server anew. Give the keys of an S3 by NUANXIN_PHOTOS_ACCESS_KEY and \
            NUANXIN_PHOTOS_SECRET_KEY, not in the address: others on this machine can read a command line.
            """)

    @OptionGroup var common: CommonOptions

    @Option(help: "Where to: folder (the data folder), or s3://host/bucket/prefix?region=…")
    var to: String

    @Option(help: "Where from, in the same way (default: where the settings say that photos are).")
    var from: String?

    @Flag(help: "Afterwards compare everything once more, and remove it from where it was.")
    var removeSource = false

    func run() async throws {
        try await plainly {
            let settings = try await Settings(flags: common.flags())
            let source = try from.map { try PhotoPlace(named: $0, settings, setting: "--from") } ?? PhotoPlace(settings)
            let target = try PhotoPlace(named: to, settings, setting: "--to")
            let (here, there) = (
                source.store(in: settings.data, patience: .working), target.store(in: settings.data, patience: .working)
            )
            guard here.name != there.name else { throw SettingsError("--to: \(there.name) is where the photos are") }
            say("from \(here.name) to \(there.name)")
            let move = PhotoMove(from: here, to: there, ledgers: settings.data.appending(path: "photos-moved"))
            let pace = Pace()
            let copied = try await move.copyAll { progress in
                if pace.isTime { say(Self.line(progress)) }
            }
            say(Self.line(copied))
            if removeSource {
                let removed = try await move.removeSource { count in
                    if pace.isTime { say("\(count) of \(copied.done) removed") }
                }
                say("\(removed) removed from \(here.name)")
            }
            await here.close()
            await there.close()
            say("done; nothing is left to copy")
        }
    }

    private static func line(_ progress: PhotoMove.Progress) -> String {
        let before = progress.doneBefore > 0 ? ", \(progress.doneBefore) of them earlier" : ""
        let gone = progress.gone > 0 ? ", \(progress.gone) gone in between" : ""
        return "\(progress.done) of \(progress.objects) files copied and compared\(before)\(gone); "
            + "\(megabytes(progress.doneBytes)) of \(megabytes(progress.bytes)) MB; \(progress.left) left"
    }

    private static func megabytes(_ bytes: Int) -> String {
        (Double(bytes) / 1_000_000).formatted(.number.precision(.fractionLength(1)).locale(Locale(identifier: "en")))
    }
}

struct CheckPhotosCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Compares the photos with the database: what is missing, damaged, or known to nobody.",
        discussion: "A line for each fault; ends with 1 when there is any.")

    @OptionGroup var common: CommonOptions

    @Flag(help: "Look at names and sizes only, and read no photo.")
    var quick = false

    @Flag(help: "Remove what the database doesn't know, if it is older than an hour.")
    var removeOrphans = false

    func run() async throws {
        try await plainly {
            let product = try await common.open(patience: .working)
            let check = ShelfCheck(product.services, shelf: product.shelf)
            let outcome = try await check.run(reading: !quick, removingOrphans: removeOrphans) { say("\($0)") }
            await product.shelf.close()
            if outcome.removed > 0 { say("\(outcome.removed) orphaned photos removed") }
            guard let first = outcome.faults.first else {
                return say("\(outcome.photos) photos: all are there and \(quick ? "have their sizes" : "whole")")
            }
            throw SettingsError("\(outcome.photos) photos, \(outcome.faults.count) faults; the first: \(first)")
        }
    }
}

/// Prints a line at once, also into a pipe.
private func say(_ line: String) {
    FileHandle.standardOutput.write(Data("\(line)\n".utf8))
}

/// Says now and then that it is time for another line.
private final class Pace: Sendable {
    private let last = Mutex(ContinuousClock.now)

    var isTime: Bool {
        last.withLock { last in
            guard last.duration(to: .now) >= .seconds(2) else { return false }
            last = .now
            return true
        }
    }
}
