import Access
import Foundation
import Journal
import Kernel
import Storage

/// Finds entries of the journal for those who look over it. It changes nothing.
package struct EntryStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    package struct Found: Sendable {
        /// The newest first.
        package let entries: [JournalEntry]
        /// Where to go on; `nil` at the end.
        package let next: JournalSearch.Place?
        /// Whether it stopped because it had looked through as many as it may, and not because it had found enough.
        package let isCut: Bool
    }

    /// The next `limit` entries, of at most `reach` that are looked at.
    ///
    /// One condition picks the entries by an index: the subject, else the actor, else the kind, else the time alone. The others
    /// are tried on those, `reach` of them at most. So a page costs the same however long the journal is; the entries of one
    /// subject, which are few, are sorted first.
    package func search(
        _ search: JournalSearch, before place: JournalSearch.Place? = nil, limit: Int, reach: Int
    ) throws -> Found {
        let (within, tried) = conditions(of: search, before: place)
        let entries = try db.rows(statement(search, before: place, limit: limit, reach: reach)).map(JournalEntry.init)
        if entries.count > limit {
            let shown = Array(entries.prefix(limit))
            return Found(entries: shown, next: shown.last.map(JournalSearch.Place.init), isCut: false)
        }
        guard !tried.isEmpty,
            let last = try db.row(
                """
                SELECT at, sequence FROM journal_entry WHERE \(within.all) ORDER BY at DESC, sequence DESC
                LIMIT 1 OFFSET \(reach - 1)
                """)
        else { return Found(entries: entries, next: nil, isCut: false) }
        return Found(
            entries: entries, next: JournalSearch.Place(at: try last[0], sequence: try last[1]), isCut: true)
    }

    /// What ``search(_:before:limit:reach:)`` asks for the entries themselves.
    func statement(_ search: JournalSearch, before place: JournalSearch.Place?, limit: Int, reach: Int) -> SQL {
        let (within, tried) = conditions(of: search, before: place)
        let looked: SQL = """
            SELECT \(Self.columns) FROM journal_entry WHERE \(within.all) ORDER BY at DESC, sequence DESC
            """
        guard !tried.isEmpty else { return "\(looked) LIMIT \(limit + 1)" }
        return """
            SELECT \(Self.columns) FROM (\(looked) LIMIT \(reach)) AS looked WHERE \(tried.all)
            ORDER BY at DESC, sequence DESC LIMIT \(limit + 1)
            """
    }

    /// How many entries fit, counted up to `limit`. It looks at all of the span that the search names.
    package func count(_ search: JournalSearch, upTo limit: Int) throws -> Int {
        let (picked, tried) = conditions(of: search)
        return try db.value(
            """
            SELECT COUNT(*) FROM (
                SELECT sequence FROM journal_entry AS looked WHERE \((picked + tried).all) LIMIT \(limit)) AS found
            """)
    }

    package func entry(_ sequence: Int) throws -> JournalEntry? {
        try db.row("SELECT \(Self.columns) FROM journal_entry WHERE sequence = \(sequence)").map(JournalEntry.init)
    }

    /// The seals of some entries: their places in the chain.
    package func seals(of sequences: [Int]) throws -> [Int: JournalSeal] {
        try db.rows("SELECT sequence, number, hash FROM journal_seal WHERE sequence IN (\(each: sequences))").reduce(
            into: [:]
        ) { seals, row in seals[try row[0]] = JournalSeal(number: try row[1], hash: try row[2]) }
    }

    /// Every kind of entry that there is. It costs as much as there are kinds, not entries: each step jumps to the next.
    package func kinds() throws -> [String] {
        try db.rows(
            """
            WITH RECURSIVE step (kind) AS (
                SELECT MIN(kind) FROM journal_entry
                UNION ALL
                SELECT (SELECT MIN(kind) FROM journal_entry WHERE journal_entry.kind > step.kind) FROM step
                WHERE step.kind IS NOT NULL)
            SELECT kind FROM step WHERE kind IS NOT NULL
            """
        ).map { try $0[0] }
    }

    /// The numbers by which people know cases. Nothing else of a case is read here.
    package func caseNumbers(of subjects: Set<UUID>) throws -> [UUID: String] {
        try db.rows("SELECT id, number FROM matter WHERE id IN (\(each: Array(subjects)))").reduce(into: [:]) {
            $0[try $1[0]] = try $1[1]
        }
    }

    package func caseWith(number: String) throws -> UUID? {
        try db.row("SELECT id FROM matter WHERE number = \(number)")?[0]
    }

    /// The first, which an index answers, and what has to be tried on each entry that it gives.
    private func conditions(
        of search: JournalSearch, before place: JournalSearch.Place? = nil
    ) -> (picked: [SQL], tried: [SQL]) {
        var conditions: [SQL] = []
        if let subject = search.subject { conditions.append("subject = \(subject)") }
        if let actor = search.actor { conditions.append("actor_id = \(actor)") }
        if let kind = search.kind { conditions.append("kind = \(kind)") }
        var picked = Array(conditions.prefix(1))
        var tried = Array(conditions.dropFirst())
        if let start = search.start { picked.append("at >= \(start)") }
        if let end = search.end { picked.append("at < \(end)") }
        if let place { picked.append("(at, sequence) < (\(place.at), \(place.sequence))") }
        if let role = search.role {
            tried.append(
                """
                EXISTS (
                    SELECT 1 FROM grant_of_role
                    WHERE grant_of_role.account_id = looked.actor_id AND grant_of_role.role = \(role.rawValue)
                        AND grant_of_role.from_at <= looked.at
                        AND (grant_of_role.until_at IS NULL OR grant_of_role.until_at > looked.at))
                """)
        }
        return (picked, tried)
    }

    private static let columns: SQL = "xact, sequence, at, actor_id, kind, subject, data"
}

extension JournalSearch.Place {
    fileprivate init(_ entry: JournalEntry) {
        self.init(at: entry.at, sequence: entry.sequence)
    }
}

extension JournalEntry {
    fileprivate init(_ row: Row) throws {
        self.init(
            position: JournalPosition(transaction: try row[0], sequence: try row[1]), at: try row[2],
            actor: try row[3], kind: try row[4], subject: try row[5], data: Data((try row[6] as String).utf8))
    }
}
