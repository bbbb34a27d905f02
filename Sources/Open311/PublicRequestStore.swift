import Cases
import Foundation
import Kernel
import Storage

/// Keeps what the public list shows. It is written by what happens to cases and read by nobody who could want more of them.
package struct PublicRequestStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    /// A request with whether its cell may be told: enough others lie in it.
    package struct Shown: Sendable, Hashable {
        package let request: PublicRequest
        let isCellShown: Bool

        var position: Position? { isCellShown ? request.cell?.centre : nil }
    }

    /// Adds a request, or brings it up to date; since when it is there and shown stays.
    package func save(_ request: PublicRequest) throws {
        try db.execute(
            """
            INSERT INTO open311_request (matter_id, number, category, stage, is_open, day, shown_from, updated_day, area,
                cell)
            VALUES (\(request.matter), \(request.number), \(request.category), \(request.stage), \(request.stage.isOpen),
                \(request.day), \(request.shownFrom), \(request.updated), \(request.area), \(request.cell?.code))
            ON CONFLICT (matter_id) DO UPDATE SET category = excluded.category, stage = excluded.stage,
                is_open = excluded.is_open, updated_day = excluded.updated_day
            """)
    }

    package func remove(_ matter: ID<Case>) throws {
        try db.execute("DELETE FROM open311_request WHERE matter_id = \(matter)")
    }

    /// Those that fit, the newest first. `allowed` is the policy's word.
    func list(_ filter: RequestFilter, of facts: Open311Facts, on today: Day, where allowed: SQL) throws -> [Shown] {
        let conditions = [allowed, isShown(facts, today)]
        let spans: SQL = "day >= \(filter.first) AND day <= \(filter.last)"
        let order: SQL = "ORDER BY day DESC, number DESC"
        let end = filter.offset + filter.size
        let part: SQL
        if let area = filter.area {
            let near = GeoCell.around(area.point, radius: area.radius).map(\.code)
            part = """
                SELECT \(Self.columns) FROM open311_request AS request
                WHERE cell IN (\(each: near)) AND \(spans) AND \(narrowed(filter)) AND \(conditions.all)
                AND \(Self.isCellShown(facts, today))
                """
        } else if filter.categories == nil, filter.isOpen == nil {
            part = """
                SELECT \(Self.columns) FROM open311_request AS request WHERE \(spans) AND \(conditions.all)
                """
        } else {
            // For each kind the first rows by its own index: none of them has to be looked at that isn't of the kind.
            let kinds = (filter.categories ?? facts.shown).flatMap { code in
                (filter.isOpen.map { [$0] } ?? [true, false]).map { (code: code, isOpen: $0) }
            }
            part = kinds.enumerated().map { place, kind -> SQL in
                """
                SELECT * FROM (SELECT \(Self.columns) FROM open311_request AS request
                WHERE category = \(kind.code) AND is_open = \(kind.isOpen) AND \(spans) AND \(conditions.all)
                \(order) LIMIT \(end)) AS \(identifier: "kind\(place)")
                """
            }.joined(by: " UNION ALL ")
        }
        return try shown("\(part)", order: order, limit: filter.size, offset: filter.offset, facts, today)
    }

    /// Those with these numbers.
    func find(_ numbers: [String], of facts: Open311Facts, on today: Day, where allowed: SQL) throws -> [Shown] {
        try shown(
            """
            SELECT \(Self.columns) FROM open311_request AS request
            WHERE number IN (\(each: numbers)) AND \([allowed, isShown(facts, today)].all)
            """, order: "ORDER BY day DESC, number DESC", limit: numbers.count, offset: 0, facts, today)
    }

    private func narrowed(_ filter: RequestFilter) -> SQL {
        var conditions: [SQL] = []
        if let categories = filter.categories { conditions.append("category IN (\(each: categories))") }
        if let isOpen = filter.isOpen { conditions.append("is_open = \(isOpen)") }
        return conditions.all
    }

    /// Of a kind that is shown now, and not from today.
    private func isShown(_ facts: Open311Facts, _ today: Day) -> SQL {
        "(category IN (\(each: facts.shown)) AND shown_from <= \(today))"
    }

    private func shown(
        _ part: SQL, order: SQL, limit: Int, offset: Int, _ facts: Open311Facts, _ today: Day
    ) throws -> [Shown] {
        try db.rows(
            """
            SELECT matter_id, number, category, stage, day, shown_from, updated_day, area, cell,
                \(Self.isCellShown(facts, today)) AS is_cell_shown
            FROM (SELECT * FROM (\(part)) AS parts \(order) LIMIT \(limit) OFFSET \(offset)) AS request \(order)
            """
        ).map { row in
            Shown(
                request: PublicRequest(
                    matter: try row[0], number: try row[1], category: try row[2], stage: try row[3], day: try row[4],
                    shownFrom: try row[5], updated: try row[6], area: try row[7],
                    cell: try (row[8] as String?).flatMap { GeoCell($0) }),
                isCellShown: try row[9])
        }
    }

    /// Whether so many that everybody sees lie in the cell of `request` that it says nothing of one of them.
    private static func isCellShown(_ facts: Open311Facts, _ today: Day) -> SQL {
        """
        ((SELECT 1 FROM open311_request AS other WHERE other.cell = request.cell
        AND other.shown_from <= \(today) AND other.category IN (\(each: facts.shown))
        ORDER BY other.day, other.number LIMIT 1 OFFSET \(facts.fewest - 1)) IS NOT NULL)
        """
    }

    private static let columns: SQL = """
        matter_id, number, category, stage, day, shown_from, updated_day, area, cell
        """
}

extension PublicRequest.Stage: SQLConvertible {}
