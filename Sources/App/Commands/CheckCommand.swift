import Access
import ArgumentParser
import Cases
import Deadlines
import Directory
import Foundation
import Kernel
import Media
import People
import Retention
import Storage
import Web

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Checks the settings, the facts in Data and what the server needs to work.")

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await plainly {
            let root = try common.makeRoot()
            let facts = try Facts(root)
            print(
                "facts: in order (\(facts.cases.categories.groups.map(\.categories.count).reduce(0, +)) categories, "
                    + "\(facts.cases.workflow.steps.count) steps, \(facts.clocks.rules.count) clocks, "
                    + "\(facts.cases.bodies.all.count) bodies, \(facts.policy.rules.count) rules, "
                    + "\(facts.purposes.purposes.count) purposes, \(facts.retention.kinds.count) spans)")
            let product = try await Nuanxin(Settings(flags: common.flags()), root: root)
            try await product.migrate()
            // Makes the folder that they work in, and touches nothing that is there.
            try await product.shelf.open(removingWhatIsOlderThan: .distantPast)
            print("photo tools: \(try await product.workshop.toolVersion())")
            do {
                print("reader of sheets: \(try await product.people.sheets.version())")
            } catch {
                print("warning: sites can't send sheets in .xlsx: is xlsx2csv installed?")
            }
            do {
                try await product.shelf.checkReachable()
            } catch {
                throw SettingsError("\(product.shelf.store.name): \(error)")
            }
            print("photos: in \(product.shelf.store.name)")
            if case .bucket(let address) = try PhotoPlace(product.settings), !address.usesTLS, !address.isLoopback {
                print("warning: photos go to \(address.host) without TLS: everybody on the way can see them")
            }
            let place = product.witness.place
            print("checkpoints of the journal: in \(place.store.name), signed by \(product.witness.signer)")
            if !place.isElsewhere {
                print("warning: they lie beside the database: name a second place by checkpoints.url")
            }
            let now = product.services.now()
            let (calendar, desks) = try await product.services.database.read { db in
                (try CalendarStore(db).calendar(), try DirectoryStore(db).allOffices().filter(\.isDutyDesk).count)
            }
            var faults: [String] = []
            if let year = calendar.missingYear(for: Day(of: now) + 45) {
                print("warning: the holidays of \(year) are not imported: deadlines that need them show as unknown")
            }
            if calendar.years.isEmpty { faults.append("no calendar is imported") }
            if desks == 0 { faults.append("no office is a duty desk: a report would have no owner") }
            guard faults.isEmpty else { throw SettingsError(faults.joined(separator: "\n")) }
            print("all is well")
        }
    }
}
