import Access
import Foundation
import Journal
import Kernel
import Storage
import Web

/// Imports the holiday notices of years.
package struct CalendarCommands: Sendable {
    private let services: Services

    package init(_ services: Services) {
        self.services = services
    }

    /// Keeps what was read, and says which years it changed. Either all of it is right or none of it is kept.
    package func keep(_ read: CalendarImport, by caller: Caller) async throws -> [Int] {
        try await write(read, by: caller)
    }

    /// The same for the person at the command line.
    package func keepAsOperator(_ read: CalendarImport) async throws -> [Int] {
        try await write(read, by: nil)
    }

    /// What comes with the product, for a database that has no calendar yet.
    package func keepIfEmpty(_ read: CalendarImport) async throws -> [Int] {
        let isEmpty = try await services.database.read { try CalendarStore($0).years().isEmpty }
        return isEmpty ? try await write(read, by: nil) : []
    }

    /// Which years the import would change.
    package func preview(_ read: CalendarImport) async throws -> [Int] {
        try await services.database.read { db in
            let old = Dictionary(try CalendarStore(db).years().map { ($0.notice.year, $0.notice) }) { $1 }
            return read.years.filter { old[$0.year] != $0 }.map(\.year)
        }
    }

    private func write(_ read: CalendarImport, by caller: Caller?) async throws -> [Int] {
        guard read.findings.isEmpty else { throw CalendarError.invalid(read.findings) }
        let now = services.now()
        let imports = read.years.map { (notice: $0, id: services.makeUUID(now)) }
        return try await services.database.write { [services] db in
            if let caller {
                let current = try services.rights(caller, now, db)
                guard services.policy.allows(current, "import", on: Subject(kind: "calendar")) else {
                    throw NotAllowed()
                }
            }
            let actor = caller?.id
            let store = CalendarStore(db)
            let journal = JournalStore(db)
            var changed: [Int] = []
            for (notice, id) in imports {
                let old = try store.year(notice.year)
                guard old?.notice != notice else { continue }
                let year = ImportedYear(id: old?.id ?? id, notice: notice, importedAt: now, importedBy: actor)
                try store.save(year)
                try journal.append(
                    "calendar.imported", subject: year.id, by: actor, at: now,
                    data: CalendarImported(
                        year: notice.year, document: notice.document, off: notice.off.count,
                        makeUp: notice.makeUp.count, isReplaced: old != nil))
                changed.append(notice.year)
            }
            return changed
        }
    }
}

/// The particulars of `calendar.imported`.
package struct CalendarImported: Sendable, Codable, Hashable {
    package let year: Int
    package let document: String
    /// How many days off and make-up days it has.
    package let off: Int
    package let makeUp: Int
    package let isReplaced: Bool

    package init(year: Int, document: String, off: Int, makeUp: Int, isReplaced: Bool) {
        self.year = year
        self.document = document
        self.off = off
        self.makeUp = makeUp
        self.isReplaced = isReplaced
    }
}
