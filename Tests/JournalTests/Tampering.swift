import Foundation
import Journal
import Kernel
import Storage

/// What somebody with the database in their hands may try.
enum Tampering {
    enum Kind: CaseIterable {
        case time, actor, noActor, kindOfEntry, subject, data, delete, deleteWithSeal, insert
        case swap, swapSeals, sealHash, sealNumber, cutTail
    }

    /// Does it at an entry of 40, and says what an audit with a checkpoint at the end must find.
    static func make(
        _ kind: Kind, at place: Int, chance: UInt64, in database: any Database
    ) async throws -> JournalAudit.Fault {
        try await database.write { db in
            switch kind {
            case .time: try db.execute("UPDATE journal_entry SET at = at + 1 WHERE sequence = \(place)")
            case .actor:
                let actor = UUID(high: 3, low: chance)
                try db.execute("UPDATE journal_entry SET actor_id = \(actor) WHERE sequence = \(place)")
            case .noActor:
                let someone = UUID(high: 3, low: chance)
                try db.execute(
                    """
                    UPDATE journal_entry SET actor_id = CASE WHEN actor_id IS NULL THEN \(someone) END
                    WHERE sequence = \(place)
                    """)
            case .kindOfEntry: try db.execute("UPDATE journal_entry SET kind = 'test.note' WHERE sequence = \(place)")
            case .subject:
                let subject = UUID(high: chance, low: 1)
                try db.execute("UPDATE journal_entry SET subject = \(subject) WHERE sequence = \(place)")
            case .data: try db.execute("UPDATE journal_entry SET data = data || ' ' WHERE sequence = \(place)")
            case .delete:
                try db.execute("DELETE FROM journal_entry WHERE sequence = \(place)")
                return .missing(sequence: place)
            case .deleteWithSeal:
                try db.execute("DELETE FROM journal_entry WHERE sequence = \(place)")
                try db.execute("DELETE FROM journal_seal WHERE sequence = \(place)")
                return place == 40 ? .cutOff(number: 39, signed: 40) : .noSeal(number: place)
            case .insert:
                let sequence = -Int(chance % 1000)
                try insert(
                    [
                        .integer(Int64(sequence)), .integer(1), .null, .text("test.noted"),
                        .uuid(UUID(high: 9, low: 9)),
                        .text("{}"), .integer(0),
                    ],
                    in: db)
                return .inserted(sequence: sequence)
            case .swap:
                let other = place == 40 ? 39 : place + 1
                var both = try entries(where: "sequence IN (\(each: [place, other]))", in: db)
                (both[0][0], both[1][0]) = (both[1][0], both[0][0])
                try db.execute("DELETE FROM journal_entry WHERE sequence IN (\(each: [place, other]))")
                for entry in both { try insert(entry, in: db) }
                return .changed(sequence: min(place, other))
            case .swapSeals:
                let other = place == 40 ? 39 : place + 1
                try db.execute("UPDATE journal_seal SET sequence = 1000 WHERE sequence = \(place)")
                try db.execute("UPDATE journal_seal SET sequence = \(place) WHERE sequence = \(other)")
                try db.execute("UPDATE journal_seal SET sequence = \(other) WHERE sequence = 1000")
                return .changed(sequence: max(place, other))
            case .sealHash:
                let other = Data(repeating: UInt8(chance & 0xff), count: 32)
                try db.execute("UPDATE journal_seal SET hash = \(other) WHERE number = \(place)")
            case .sealNumber:
                try db.execute("UPDATE journal_seal SET number = 1000 WHERE number = \(place)")
                return .noSeal(number: place)
            case .cutTail:
                try db.execute("DELETE FROM journal_entry WHERE sequence >= \(place)")
                try db.execute("DELETE FROM journal_seal WHERE sequence >= \(place)")
                try db.execute("UPDATE journal_cursor SET sequence = \(place - 1)")
                return .cutOff(number: place - 1, signed: 40)
            }
            return .changed(sequence: place)
        }
    }

    /// Keeps entries and seals as they are, to be put back.
    static func keep(in database: any Database) async throws {
        try await database.write { db in
            try db.execute("CREATE TABLE kept_entry AS SELECT \(columns) FROM journal_entry")
            try db.execute("CREATE TABLE kept_seal AS SELECT number, sequence, hash FROM journal_seal")
        }
    }

    /// Puts all of them back: a statement for each table, since it is done a thousand times.
    static func restore(in database: any Database) async throws {
        try await database.write { db in
            try db.execute("DELETE FROM journal_entry")
            try db.execute("DELETE FROM journal_seal")
            try db.execute(
                "INSERT INTO journal_entry (\(columns)) \(overriding(db)) SELECT \(columns) FROM kept_entry")
            try db.execute(
                "INSERT INTO journal_seal (number, sequence, hash) SELECT number, sequence, hash FROM kept_seal")
            try db.execute("UPDATE journal_cursor SET sequence = 40")
        }
    }

    private static let columns: SQL = "sequence, at, actor_id, kind, subject, data, xact"

    private static func overriding(_ db: any Transaction) -> SQL {
        db.dialect == .postgres ? "OVERRIDING SYSTEM VALUE" : ""
    }

    private static func entries(where condition: SQL, in db: any Transaction) throws -> [[SQLValue]] {
        try db.rows(
            """
            SELECT \(columns) FROM journal_entry WHERE \(condition) ORDER BY sequence
            """
        ).map { row in try (0..<7).map { try row[$0] } }
    }

    private static func insert(_ entry: [SQLValue], in db: any Transaction) throws {
        let values: SQL = entry.map { "\($0)" }.joined(by: ", ")
        try db.execute("INSERT INTO journal_entry (\(columns)) \(overriding(db)) VALUES (\(values))")
    }
}
