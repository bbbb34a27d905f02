import Foundation
import Kernel
import Storage

/// A notice with where it came from.
package struct ImportedYear: Sendable, Hashable {
    /// What the journal calls it.
    package let id: UUID
    package let notice: CalendarYear
    package let importedAt: Date
    /// `nil` when it came with the product or by the command line.
    package let importedBy: ID<Account>?
}

/// Keeps the notices of the years.
package struct CalendarStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    /// Everything that is known about working days. A row a year: it may be read whenever it is needed.
    package func calendar() throws -> WorkingCalendar {
        WorkingCalendar(years: try years().map(\.notice))
    }

    package func years() throws -> [ImportedYear] {
        try rows().map(ImportedYear.init)
    }

    /// The notices as they stand, by year.
    func rows() throws -> [Row] {
        try db.rows("\(Self.select) ORDER BY year")
    }

    func calendar(of rows: [Row]) throws -> WorkingCalendar {
        WorkingCalendar(years: try rows.map { try ImportedYear($0).notice })
    }

    package func year(_ year: Int) throws -> ImportedYear? {
        try db.row("\(Self.select) WHERE year = \(year)").map(ImportedYear.init)
    }

    /// Keeps a notice, in the place of the one that was there for its year. The first identity stays.
    package func save(_ year: ImportedYear) throws {
        let notice = year.notice
        try db.execute(
            """
            INSERT INTO calendar_year (
                year, id, document, published, off_days, make_up_days, statutory_days, safe_until, imported_at, imported_by
            ) VALUES (
                \(notice.year), \(year.id), \(notice.document), \(notice.published), \(try Self.json(notice.off)),
                \(try Self.json(notice.makeUp)), \(try Self.json(notice.statutory)), \(notice.safeUntil),
                \(year.importedAt), \(year.importedBy)
            )
            ON CONFLICT (year) DO UPDATE SET
                document = excluded.document, published = excluded.published, off_days = excluded.off_days,
                make_up_days = excluded.make_up_days, statutory_days = excluded.statutory_days,
                safe_until = excluded.safe_until, imported_at = excluded.imported_at, imported_by = excluded.imported_by
            """
        )
    }

    private static let select: SQL = """
        SELECT year, id, document, published, off_days, make_up_days, statutory_days, safe_until, imported_at, imported_by
        FROM calendar_year
        """

    private static func json(_ days: [Day]) throws -> String {
        String(decoding: try JSONEncoder().encode(days), as: UTF8.self)
    }
}

extension ImportedYear {
    fileprivate init(_ row: Row) throws {
        func days(_ column: String) throws -> [Day] {
            try JSONDecoder().decode([Day].self, from: Data((try row[column] as String).utf8))
        }
        self.init(
            id: try row["id"],
            notice: CalendarYear(
                year: try row["year"], document: try row["document"], published: try row["published"],
                off: try days("off_days"), makeUp: try days("make_up_days"), statutory: try days("statutory_days"),
                safeUntil: try row["safe_until"]),
            importedAt: try row["imported_at"], importedBy: try row["imported_by"])
    }
}
