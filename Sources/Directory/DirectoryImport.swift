import Foundation
import Kernel
import Storage

/// Takes files into the directory, inside one transaction. A file with a problem is refused as a whole: half a table is
/// worse than none.
package struct DirectoryImport {
    private let db: any Transaction
    private let isDryRun: Bool

    package init(_ db: any Transaction, isDryRun: Bool = false) {
        self.db = db
        self.isDryRun = isDryRun
    }

    /// The national table. Territories that are not in it any more stay, because matters refer to them.
    package func take(_ table: TerritoryTable) throws -> ImportReport {
        let store = DirectoryStore(db)
        var report = ImportReport()
        report.problems = table.problems
        let before = try store.territories(downTo: .township)
        for territory in table.territories { report.count(territory, before: before[territory.code]) }
        report.absent = before.count - report.changed - report.unchanged
        guard report.problems.isEmpty, !report.changesNothing, !isDryRun else { return report }
        try store.save(table.territories.filter { before[$0.code] != $0 })
        try store.refreshPaths()
        report.isStored = true
        return report
    }

    /// Outlines, with the communities and grids that come along. Each outline counts, whatever it did to its territory.
    package func take(_ file: OutlineFile) throws -> ImportReport {
        let store = DirectoryStore(db)
        var report = ImportReport()
        let known = try store.territories(file.codes)
        let checked = file.checked(against: known)
        report.problems = checked.problems
        let before = try store.outlines(of: checked.outlines.map(\.code))
        let added = Dictionary(uniqueKeysWithValues: checked.territories.map { ($0.code, $0) })
        for outline in checked.outlines {
            let isRenamed = added[outline.code].map { known[outline.code] != $0 } ?? false
            if let old = before[outline.code], !isRenamed {
                report.count(outline, before: old)
            } else if before[outline.code] == nil {
                report.added += 1
            } else {
                report.changed += 1
            }
        }
        guard report.problems.isEmpty, !report.changesNothing, !isDryRun else { return report }
        try store.save(checked.territories.filter { known[$0.code] != $0 })
        try store.refreshPaths()
        for outline in checked.outlines where before[outline.code] != outline {
            guard let level = (added[outline.code] ?? known[outline.code])?.level else { continue }
            try store.save(outline, level: level)
        }
        report.isStored = true
        return report
    }

    /// Offices with their duties, by their codes. Offices that are not in the file stay. Also says which offices were added
    /// or changed; `makeID` makes the identity of a new one.
    package func take(
        _ file: OfficeFile, makeID: () -> ID<OfficeEntity>
    ) throws -> (report: ImportReport, touched: [(id: ID<OfficeEntity>, draft: OfficeFile.Draft)]) {
        let store = DirectoryStore(db)
        var report = ImportReport()
        let before = try store.drafts()
        let territories = try store.territories(file.territories)
        let checked = file.checked(territories: territories, offices: before.mapValues(\.draft.parent))
        report.problems = checked.problems
        for draft in checked.drafts { report.count(draft, before: before[draft.code]?.draft) }
        report.absent = before.count - report.changed - report.unchanged
        var touched: [(id: ID<OfficeEntity>, draft: OfficeFile.Draft)] = []
        guard report.problems.isEmpty, !isDryRun else { return (report, touched) }
        var ids = before.mapValues(\.id)
        for draft in checked.drafts where before[draft.code]?.draft != draft {
            let id = ids[draft.code] ?? makeID()
            ids[draft.code] = id
            try store.save(
                draft, id: id, parent: draft.parent.flatMap { ids[$0] }, paths: territories.mapValues(\.path))
            touched.append((id, draft))
        }
        report.isStored = !touched.isEmpty
        return (report, touched)
    }

    /// Organisations by their codes. Those that are not in the file stay. Also says which were added or changed; `makeID`
    /// makes the identity of a new one.
    package func take(
        _ file: OrganisationFile, makeID: () -> ID<OrganisationEntity>
    ) throws -> (report: ImportReport, touched: [(id: ID<OrganisationEntity>, draft: OrganisationFile.Draft)]) {
        let store = DirectoryStore(db)
        var report = ImportReport()
        let before = try store.organisationDrafts()
        let territories = try store.territories(file.territories)
        let checked = file.checked(
            territories: Set(territories.keys), organisations: before.mapValues(\.draft.parent))
        report.problems = checked.problems
        for draft in checked.drafts { report.count(draft, before: before[draft.code]?.draft) }
        report.absent = before.count - report.changed - report.unchanged
        var touched: [(id: ID<OrganisationEntity>, draft: OrganisationFile.Draft)] = []
        guard report.problems.isEmpty, !isDryRun else { return (report, touched) }
        var ids = before.mapValues(\.id)
        for draft in checked.drafts where before[draft.code]?.draft != draft {
            let id = ids[draft.code] ?? makeID()
            ids[draft.code] = id
            try store.save(draft, id: id, parent: draft.parent.flatMap { ids[$0] })
            touched.append((id, draft))
        }
        report.isStored = !touched.isEmpty
        return (report, touched)
    }
}
