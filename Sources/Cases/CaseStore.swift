import Foundation
import Kernel
import Storage

/// Keeps cases. Lists and counts take the condition that the policy makes, so that they can't show more than a page does.
package struct CaseStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    package func find(_ id: ID<Case>) throws -> Case? {
        try db.row("\(Self.select) WHERE matter.id = \(id)").map(Case.init)
    }

    package func isTaken(_ number: String) throws -> Bool {
        try db.row("SELECT 1 AS taken FROM matter WHERE number = \(number)") != nil
    }

    /// The case of this number, as people type it.
    package func find(number: String) throws -> Case? {
        try db.row("\(Self.select) WHERE number = \(number)").map(Case.init)
    }

    package func insert(_ matter: Case) throws {
        try db.execute(
            """
            INSERT INTO matter (
                id, number, received_at, reported_category, category, severity, description, lat, lng, accuracy,
                position_source, address, area, territory_path, office_id, state, outcome, result, closed_at,
                extension_request, reopen_request, merged_into, merged_from, version
            ) VALUES (
                \(matter.id), \(matter.number), \(matter.receivedAt), \(matter.reportedCategory), \(matter.category),
                \(matter.severity), \(matter.description), \(matter.place.position?.lat), \(matter.place.position?.lng),
                \(matter.place.accuracy), \(matter.place.source), \(matter.place.address), \(matter.area),
                \(matter.territory), \(matter.office), \(matter.state), \(matter.outcome), \(matter.result), \(matter.closedAt),
                \(matter.extensionRequest), \(matter.reopenRequest), \(matter.mergedInto), \(matter.mergedFrom), \(matter.version)
            )
            """
        )
    }

    /// Keeps what a step changed.
    ///
    /// - Throws: ``CaseError/stale`` when somebody else changed the case since it was read.
    package func update(_ matter: Case) throws {
        let changed = try db.execute(
            """
            UPDATE matter SET
                category = \(matter.category), severity = \(matter.severity), territory_path = \(matter.territory),
                office_id = \(matter.office), handler_id = \(matter.handler), state = \(matter.state),
                outcome = \(matter.outcome), body = \(matter.body), receipt = \(matter.receipt),
                result = \(matter.result), rectify_by = \(matter.rectifyBy),
                extension_request = \(matter.extensionRequest), extension_asked_by = \(matter.extensionAskedBy),
                reopen_request = \(matter.reopenRequest), rating = \(matter.rating), closed_at = \(matter.closedAt),
                closed_by = \(matter.closedBy), merged_into = \(matter.mergedInto),
                merged_from = \(matter.mergedFrom), version = \(matter.version)
            WHERE id = \(matter.id) AND version = \(matter.version - 1)
            """
        )
        guard changed == 1 else { throw CaseError.stale }
    }

    /// Keeps which of its clocks comes first, for lists by due date. `nil`: none runs, or its day can't be reckoned yet.
    package func setDue(_ id: ID<Case>, at due: Date?, clock: String?) throws {
        try db.execute("UPDATE matter SET due_at = \(due), due_clock = \(clock) WHERE id = \(id)")
    }

    package func list(_ query: CaseQuery, where allowed: SQL, limit: Int) throws -> [CaseRow] {
        let conditions = [allowed] + query.conditions
        return try db.rows(
            """
            \(Self.select) WHERE \(conditions.all)
            ORDER BY \(query.order) LIMIT \(limit)
            """
        ).map { row in CaseRow(matter: try Case(row), dueAt: try row["due_at"], dueClock: try row["due_clock"]) }
    }

    package func count(_ query: CaseQuery, where allowed: SQL) throws -> Int {
        var unpaged = query
        unpaged.after = nil
        let conditions = [allowed] + unpaged.conditions
        return try db.value("SELECT COUNT(*) FROM matter WHERE \(conditions.all)")
    }

    /// The cases that `account` reported, the newest first.
    package func reported(by account: ID<Account>, before: (Date, ID<Case>)? = nil, limit: Int) throws -> [CaseRow] {
        var conditions: [SQL] = [try ReporterStore(db).isReported(by: account)]
        if let (time, id) = before {
            conditions.append("(received_at, matter.id) < (\(time), \(id))")
        }
        return try db.rows(
            """
            \(Self.select) JOIN reporter ON reporter.matter_id = matter.id
            WHERE \(conditions.all) ORDER BY received_at DESC, matter.id DESC LIMIT \(limit)
            """
        ).map { row in CaseRow(matter: try Case(row), dueAt: try row["due_at"], dueClock: try row["due_clock"]) }
    }

    /// How many open cases of each office somebody handles.
    package func open(assignedTo handler: ID<Account>) throws -> [ID<OfficeEntity>: Int] {
        let rows = try db.rows(
            """
            SELECT office_id, COUNT(*) FROM matter WHERE \(Self.isOpen(of: handler)) GROUP BY office_id
            """)
        return try rows.reduce(into: [:]) { $0[try $1[0]] = try $1[1] }
    }

    /// The open cases that somebody handles, the oldest first.
    func all(openOf handler: ID<Account>) throws -> [Case] {
        try db.rows(
            """
            \(Self.select) WHERE \(Self.isOpen(of: handler)) ORDER BY received_at, matter.id
            """
        ).map(Case.init)
    }

    private static func isOpen(of handler: ID<Account>) -> SQL {
        "handler_id = \(handler) AND state NOT IN ('closed', 'declined')"
    }

    package func categories(of matters: [ID<Case>]) throws -> [ID<Case>: String] {
        let rows = try db.rows("SELECT id, category FROM matter WHERE id IN (\(each: matters))")
        return try rows.reduce(into: [:]) { $0[try $1["id"]] = try $1["category"] }
    }

    /// How many cases ended, or stand, how; for the public figures.
    package func figures() throws -> [(state: Case.State, outcome: Case.Outcome?, count: Int)] {
        try db.rows("SELECT state, outcome, COUNT(*) AS cases FROM matter GROUP BY state, outcome").map { row in
            (try row["state"], try row["outcome"], try row["cases"])
        }
    }

    static let select: SQL = """
        SELECT matter.id AS id, number, received_at, reported_category, category, severity, description, lat, lng,
            accuracy, position_source, address, area, territory_path, office_id, handler_id, state, outcome, body, receipt,
            result, rectify_by, extension_request, extension_asked_by, reopen_request, rating, closed_at, closed_by,
            merged_into, merged_from, due_at, due_clock, version, words_erased_at IS NOT NULL AS are_words_erased
        FROM matter
        """
}

/// A case in a list, with the deadline that comes first.
package struct CaseRow: Sendable {
    package let matter: Case
    package let dueAt: Date?
    package let dueClock: String?
}

extension Case.State: SQLConvertible {}
extension Case.Outcome: SQLConvertible {}
extension Case.Request: SQLConvertible {}
extension Case.Rating: SQLConvertible {}
extension Case.Place.Source: SQLConvertible {}

extension Case {
    init(_ row: Row) throws {
        let lat: Double? = try row["lat"]
        let lng: Double? = try row["lng"]
        self.init(
            id: try row["id"], number: try row["number"], receivedAt: try row["received_at"],
            category: try row["category"], reportedCategory: try row["reported_category"],
            severity: try row["severity"], description: try row["description"],
            place: Place(
                position: lat.flatMap { lat in lng.map { Position(lat: lat, lng: $0) } }, accuracy: try row["accuracy"],
                source: try row["position_source"], address: try row["address"]), area: try row["area"],
            territory: try row["territory_path"], office: try row["office_id"], state: try row["state"])
        handler = try row["handler_id"]
        outcome = try row["outcome"]
        body = try row["body"]
        receipt = try row["receipt"]
        result = try row["result"]
        rectifyBy = try row["rectify_by"]
        extensionRequest = try row["extension_request"]
        extensionAskedBy = try row["extension_asked_by"]
        reopenRequest = try row["reopen_request"]
        rating = try row["rating"]
        closedAt = try row["closed_at"]
        closedBy = try row["closed_by"]
        mergedInto = try row["merged_into"]
        mergedFrom = try row["merged_from"]
        version = try row["version"]
        areWordsErased = try row["are_words_erased"]
    }
}
