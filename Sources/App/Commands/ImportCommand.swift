import ArgumentParser
import Deadlines
import Directory
import Foundation

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Takes in a file of territories, holidays, offices or organisations.",
        subcommands: [TerritoriesCommand.self, CalendarCommand.self, OfficesCommand.self, OrganisationsCommand.self]
    )
}

struct ImportOptions: ParsableArguments {
    @OptionGroup var common: CommonOptions

    @Argument(help: "The file.")
    var file: String

    @Flag(help: "Only say what is wrong, one problem a line as JSON; nothing is stored.")
    var dryRun = false

    func content() throws -> Data {
        do {
            return try Data(contentsOf: URL(filePath: file))
        } catch {
            throw SettingsError("\(file) can't be read: \(error.localizedDescription)")
        }
    }

    /// Prints each problem as a line of JSON and says how it went; ends with 1 when there was any problem.
    func report(_ problems: [some Encodable], added: Int, changed: Int, isStored: Bool) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        for problem in problems {
            print(String(decoding: try encoder.encode(problem), as: UTF8.self))
        }
        let summary = "\(added) new, \(changed) changed, \(problems.count) problems"
        let state = isStored ? "stored" : dryRun ? "not stored (dry run)" : "nothing stored"
        FileHandle.standardError.write(Data("\(summary): \(state)\n".utf8))
        if !problems.isEmpty { throw ExitCode(1) }
    }
}

struct TerritoriesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "territories",
        abstract: "The national table (.setup/divisions.json), or outlines as GeoJSON in WGS-84 or GCJ-02.")

    @OptionGroup var options: ImportOptions

    @Option(help: "The coordinates of the outlines when the file doesn't say: wgs-84 or gcj-02.")
    var crs: String?

    func run() async throws {
        try await plainly {
            let content = try options.content()
            let product = try await options.common.open()
            let commands = DirectoryCommands(product.services)
            let isGeoJSON = content.prefix(4096).range(of: Data("FeatureCollection".utf8)) != nil
            let report =
                isGeoJSON
                ? try await commands.importOutlines(
                    OutlineFile(geoJSON: content, in: try crs.map(Self.system)), by: .console, isDryRun: options.dryRun)
                : try await commands.importTerritories(
                    TerritoryTable(json: content), by: .console, isDryRun: options.dryRun)
            try options.report(
                report.problems, added: report.added, changed: report.changed, isStored: report.isStored)
        }
    }

    private static func system(_ name: String) throws -> CoordinateSystem {
        guard let system = CoordinateSystem(named: name) else {
            throw SettingsError("crs: \(name) is neither wgs-84 nor gcj-02")
        }
        return system
    }
}

struct CalendarCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calendar", abstract: "Holidays and make-up days of a year, as JSON or CSV.")

    @OptionGroup var options: ImportOptions

    @Option(help: "The year, for CSV.")
    var year: String?

    @Option(help: "The notice's number, for CSV, such as 国办发明电〔2025〕7号.")
    var document: String?

    func run() async throws {
        try await plainly {
            let text = String(decoding: try options.content(), as: UTF8.self)
            let read = CalendarImport(text, notice: .init(year: year, document: document))
            let product = try await options.common.open()
            let problems = read.findings
            let commands = CalendarCommands(product.services)
            let isStored = problems.isEmpty && !options.dryRun
            let years = isStored ? try await commands.keepAsOperator(read) : try await commands.preview(read)
            try options.report(problems, added: years.count, changed: 0, isStored: isStored)
        }
    }
}

struct OfficesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "offices", abstract: "Offices and what they answer for, as JSON or CSV.")

    @OptionGroup var options: ImportOptions

    func run() async throws {
        try await plainly {
            let file = OfficeFile(try options.content())
            let product = try await options.common.open()
            let report = try await DirectoryCommands(product.services)
                .importOffices(file, by: .console, isDryRun: options.dryRun)
            try options.report(
                report.problems, added: report.added, changed: report.changed, isStored: report.isStored)
        }
    }
}

struct OrganisationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "organisations", abstract: "Businesses that cases may be about, as JSON or CSV.")

    @OptionGroup var options: ImportOptions

    func run() async throws {
        try await plainly {
            let file = OrganisationFile(try options.content())
            let product = try await options.common.open()
            let report = try await DirectoryCommands(product.services)
                .importOrganisations(file, by: .console, isDryRun: options.dryRun)
            try options.report(
                report.problems, added: report.added, changed: report.changed, isStored: report.isStored)
        }
    }
}
