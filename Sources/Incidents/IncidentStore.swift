import Foundation
import Kernel
import Storage

/// Keeps incidents. Lines are only added.
package struct IncidentStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    package func insert(_ incident: Incident, openedAt: Date) throws {
        try db.execute(
            """
            INSERT INTO incident (id, number, kind, opened_at, is_open)
            VALUES (\(incident.id), \(incident.number), \(incident.kind), \(openedAt), \(true))
            """)
        for line in incident.lines { try insert(line, of: incident.id) }
    }

    package func insert(_ line: Incident.Line, of incident: ID<Incident>) throws {
        try db.execute(
            """
            INSERT INTO incident_line (id, incident_id, position, at, by_id, kind, happened_at, level, persons, words,
                reference, corrects)
            VALUES (\(line.id), \(incident), \(line.position), \(line.at), \(line.by), \(line.kind), \(line.happenedAt),
                \(line.level), \(line.persons), \(line.words), \(line.reference), \(line.corrects))
            """)
        if line.kind == .closed {
            try db.execute("UPDATE incident SET is_open = \(false) WHERE id = \(incident)")
        }
    }

    package func find(_ id: ID<Incident>) throws -> Incident? {
        try incidents("SELECT id, number, kind FROM incident WHERE id = \(id)").first
    }

    /// Those that aren't closed, the oldest first. There are few at a time.
    package func open(limit: Int) throws -> [Incident] {
        try incidents(
            """
            SELECT id, number, kind FROM incident WHERE is_open = \(true) ORDER BY opened_at, id LIMIT \(limit)
            """)
    }

    /// Those that are closed, the newest first.
    package func closed(limit: Int) throws -> [Incident] {
        try incidents(
            """
            SELECT id, number, kind FROM incident WHERE is_open = \(false) ORDER BY opened_at DESC, id DESC
            LIMIT \(limit)
            """)
    }

    package func count(numbered prefix: String) throws -> Int {
        try db.value("SELECT COUNT(*) FROM incident WHERE \(.starts("number", with: prefix))")
    }

    private func incidents(_ statement: SQL) throws -> [Incident] {
        let heads = try db.rows(statement).map { row in
            (id: try row[0] as ID<Incident>, number: try row[1] as String, kind: try row[2] as String)
        }
        let lines = try db.rows(
            """
            SELECT incident_id, id, position, at, by_id, kind, happened_at, level, persons, words, reference, corrects
            FROM incident_line WHERE incident_id IN (\(each: heads.map(\.id))) ORDER BY incident_id, position
            """
        ).map { row in
            (
                incident: try row[0] as ID<Incident>,
                line: Incident.Line(
                    id: try row[1], position: try row[2], at: try row[3], by: try row[4], kind: try row[5],
                    happenedAt: try row[6], level: try row[7], persons: try row[8], words: try row[9],
                    reference: try row[10], corrects: try row[11])
            )
        }
        let byIncident = Dictionary(grouping: lines, by: \.incident)
        return heads.map { head in
            Incident(
                id: head.id, number: head.number, kind: head.kind, lines: byIncident[head.id]?.map(\.line) ?? [])
        }
    }
}

extension Incident.Line.Kind: SQLConvertible {}
