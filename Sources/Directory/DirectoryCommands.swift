import Access
import Foundation
import Journal
import Kernel
import Storage
import Web

/// Who brings a file in.
package enum Importer: Sendable {
    /// Somebody at the server's own console, who could change the database anyway.
    case console
    case account(Caller)

    var id: ID<Account>? {
        switch self {
        case .console: nil
        case .account(let caller): caller.id
        }
    }
}

/// What can be done to the directory: check who asks, do it, write it down.
package struct DirectoryCommands: Sendable {
    private let services: Services

    package init(_ services: Services) {
        self.services = services
    }

    /// Takes in the national table (`.setup/divisions.json`).
    package func importTerritories(
        _ table: TerritoryTable, by importer: Importer, isDryRun: Bool = false
    ) async throws -> ImportReport {
        try await store(by: importer, "territory.import", note: table.codeSystem.rawValue) { db in
            try DirectoryImport(db, isDryRun: isDryRun).take(table)
        }
    }

    /// Takes in outlines, with the communities and grids that come along.
    package func importOutlines(
        _ file: OutlineFile, by importer: Importer, isDryRun: Bool = false
    ) async throws -> ImportReport {
        try await store(by: importer, "territory.outline-import", note: file.system.rawValue) { db in
            try DirectoryImport(db, isDryRun: isDryRun).take(file)
        }
    }

    /// Takes in offices. Each that is new or changed gets an entry of its own in the journal.
    package func importOffices(
        _ file: OfficeFile, by importer: Importer, isDryRun: Bool = false
    ) async throws -> ImportReport {
        let now = services.now()
        return try await services.database.write { [services] db in
            try check(importer, may: "import", "office", at: now, in: db)
            let (report, touched) = try DirectoryImport(db, isDryRun: isDryRun).take(file) { services.makeID() }
            for office in touched {
                try JournalStore(db).append(
                    "office.import", subject: office.id.uuid, by: importer.id, at: now,
                    data: OfficeImported(office.draft))
            }
            return report
        }
    }

    /// Takes in organisations. Each that is new or changed gets an entry of its own in the journal.
    package func importOrganisations(
        _ file: OrganisationFile, by importer: Importer, isDryRun: Bool = false
    ) async throws -> ImportReport {
        let now = services.now()
        return try await services.database.write { [services] db in
            try check(importer, may: "import", "organisation", at: now, in: db)
            let (report, touched) = try DirectoryImport(db, isDryRun: isDryRun).take(file) { services.makeID() }
            for organisation in touched {
                try JournalStore(db).append(
                    "organisation.import", subject: organisation.id.uuid, by: importer.id, at: now,
                    data: ["code": organisation.draft.code])
            }
            return report
        }
    }

    private func check(
        _ importer: Importer, may action: String, _ kind: String, at now: Date, in db: any Transaction
    ) throws {
        guard case .account(let caller) = importer else { return }
        guard services.policy.allows(try services.rights(caller, now, db), action, on: Subject(kind: kind)) else {
            throw NotAllowed()
        }
    }

    /// Runs an import and, when it changed something, writes it down under an identity of its own: a territory has a code
    /// and no identity.
    private func store(
        by importer: Importer, _ kind: String, note: String,
        _ work: @escaping @Sendable (any Transaction) throws -> ImportReport
    ) async throws -> ImportReport {
        let now = services.now()
        let subject = services.makeUUID(now)
        return try await services.database.write { db in
            try check(importer, may: "import", "territory", at: now, in: db)
            let report = try work(db)
            if report.isStored {
                try JournalStore(db).append(
                    kind, subject: subject, by: importer.id, at: now, data: TerritoriesImported(note, report))
            }
            return report
        }
    }
}

/// The particulars of `territory.import` and `territory.outline-import`.
private struct TerritoriesImported: Encodable {
    /// The code system of a table, the coordinate system of outlines.
    let system: String
    let added: Int
    let changed: Int

    init(_ system: String, _ report: ImportReport) {
        self.system = system
        added = report.added
        changed = report.changed
    }
}

/// The particulars of `office.import`.
private struct OfficeImported: Encodable {
    let code: String
    let territory: String
    let isDutyDesk: Bool

    init(_ draft: OfficeFile.Draft) {
        code = draft.code
        territory = draft.territory.rawValue
        isDutyDesk = draft.isDutyDesk
    }
}
