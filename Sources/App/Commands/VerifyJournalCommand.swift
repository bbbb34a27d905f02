import ArgumentParser
import Crypto
import Foundation
import Journal
import Kernel
import Media
import Storage

struct VerifyJournalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-journal",
        abstract: "Reckons the chain of the journal anew, and compares it with what was signed.",
        discussion: """
            It ends with 0 when all is well, and names the first fault otherwise. A chain that somebody with access to \
            the database has made anew from some entry on, or cut off at its end, shows only by checkpoints in another \
            place: checkpoints.url, or --checkpoints.
            """)

    @OptionGroup var common: CommonOptions

    @Option(help: "Where copies of the checkpoints are: a folder, or s3://… (default: checkpoints.url).")
    var checkpoints: String?

    @Option(help: "The public key of another server whose checkpoints count too, in base64; can be given again.")
    var signer: [String] = []

    func run() async throws {
        try await plainly {
            let settings = try await Settings(flags: common.flags())
            let place = try checkpoints.map { try CheckpointPlace(named: $0, settings) } ?? CheckpointPlace(settings)
            let database = try Nuanxin.database(settings)
            var signers: Set = [try Keys(settings).journalSigner.publicKey.rawRepresentation]
            for text in signer {
                guard let key = Data(base64Encoded: text), key.count == 32 else {
                    throw SettingsError("--signer: a public key is 32 bytes in base64")
                }
                signers.insert(key)
            }
            let began = ContinuousClock.now
            let here = try await database.read { db in try SealStore(db).checkpoints() }
            let report = try await JournalAudit(database).run(
                checkpoints: Array(Set(here + (try await place.all()))), signers: signers)
            await place.store.close()
            if let fault = report.fault { throw SettingsError("the journal is not whole: \(fault.sentence)") }
            print(
                "the journal is whole: \(report.sealed) entries sealed, \(report.waiting) since, "
                    + "\(report.checkpoints) checkpoints, \(seconds(since: began))")
            if !place.isElsewhere {
                print("warning: no second place keeps checkpoints (checkpoints.url): a cut at the end would not show")
            }
        }
    }
}

extension JournalAudit.Fault {
    var sentence: String {
        switch self {
        case .changed(let sequence): "entry \(sequence) is not as it was sealed"
        case .missing(let sequence): "entry \(sequence) is missing"
        case .inserted(let sequence): "entry \(sequence) was put among entries that were sealed before it"
        case .noSeal(let number): "the seal number \(number) is missing"
        case .cutOff(let number, let signed):
            "it ends with seal number \(number), but number \(signed) has been signed: its end was cut off"
        case .otherThanSigned(let number): "seal number \(number) is not the one that was signed"
        case .forgedCheckpoint(let number): "the checkpoint of seal number \(number) is signed by nobody we know"
        }
    }
}
