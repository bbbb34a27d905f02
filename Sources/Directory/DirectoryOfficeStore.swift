import Foundation
import Kernel
import Storage

extension DirectoryStore {
    package func office(_ id: ID<OfficeEntity>) throws -> Office? {
        try db.row("\(Self.selectOffice) WHERE f.id = \(id)").map(Office.init)
    }

    package func office(code: String) throws -> Office? {
        try db.row("\(Self.selectOffice) WHERE f.code = \(code)").map(Office.init)
    }

    /// Every office, by code: a city has some hundreds.
    package func allOffices() throws -> [Office] {
        try db.rows("\(Self.selectOffice) ORDER BY f.code").map(Office.init)
    }

    /// The offices whose name or code contains `text`, by code, after `code`.
    package func offices(named text: String?, after code: String? = nil, limit: Int) throws -> [Office] {
        var conditions: [SQL] = ["f.code > \(code ?? "")"]
        if let text {
            conditions.append(
                [.contains("f.name", text), .contains("f.english_name", text), .contains("f.code", text)].any)
        }
        return try db.rows("\(Self.selectOffice) WHERE \(conditions.all) ORDER BY f.code LIMIT \(limit)")
            .map(Office.init)
    }

    /// What each of the offices answers for, by territory and category.
    package func duties(of offices: [ID<OfficeEntity>]) throws -> [ID<OfficeEntity>: [Duty]] {
        let rows = try db.rows(
            """
            SELECT d.office_id, d.category, d.territory_path AS duty_path, t.name AS duty_place, d.priority
            FROM office_duty d JOIN territory t ON t.code = d.territory_code
            WHERE d.office_id IN (\(each: offices)) ORDER BY d.territory_path, d.category
            """
        ).map { (office: try $0["office_id"] as ID<OfficeEntity>, duty: try Duty($0)) }
        return Dictionary(grouping: rows, by: \.office).mapValues { $0.map(\.duty) }
    }

    /// The offices with a duty for `category` in the territory at the end of `path`, in no particular order: ``Routing``
    /// picks one.
    package func offices(answering category: String, in path: TerritoryPath) throws -> [Routing.Candidate] {
        // A category's code has four digits, its group's two: every beginning of it is asked for by itself, so that the
        // index finds them.
        let beginnings = (0...category.count).map { String(category.prefix($0)) }
        return try db.rows(
            """
            SELECT \(Self.officeColumns), d.category, d.territory_path AS duty_path, dt.name AS duty_place, d.priority
            FROM office_duty d JOIN office f ON f.id = d.office_id JOIN territory t ON t.code = f.territory_code
                JOIN territory dt ON dt.code = d.territory_code
            WHERE d.territory_path IN (\(each: path.line)) AND d.category IN (\(each: beginnings))
            """
        ).map { Routing.Candidate(office: try Office($0), duty: try Duty($0)) }
    }

    /// The duty desk that takes what nobody answers for in `path`; the root desk when that is `nil`.
    package func dutyDesk(for path: TerritoryPath?) throws -> Office {
        try Routing.dutyDesk(for: path, desks: dutyDesks(for: path))
    }

    /// The office a matter goes to first, and why.
    package func route(category: String, at path: TerritoryPath?) throws -> Route {
        try Routing.route(
            category: category, territory: path,
            candidates: path.map { try offices(answering: category, in: $0) } ?? [], desks: dutyDesks(for: path))
    }

    /// Adds or changes an office; its duties become those of the draft.
    func save(
        _ draft: OfficeFile.Draft, id: ID<OfficeEntity>, parent: ID<OfficeEntity>?,
        paths: [TerritoryCode: TerritoryPath]
    ) throws {
        try db.execute(
            """
            INSERT INTO office (id, code, kind, name, english_name, territory_code, territory_path, parent_id, hotline,
                hours, is_duty_desk)
            VALUES (\(id), \(draft.code), \(draft.kind), \(draft.name.chinese), \(draft.name.english),
                \(draft.territory), \(paths[draft.territory]), \(parent), \(draft.hotline), \(draft.hours?.text),
                \(draft.isDutyDesk))
            ON CONFLICT (code) DO UPDATE SET kind = excluded.kind, name = excluded.name,
                english_name = excluded.english_name, territory_code = excluded.territory_code,
                territory_path = excluded.territory_path, parent_id = excluded.parent_id, hotline = excluded.hotline,
                hours = excluded.hours, is_duty_desk = excluded.is_duty_desk
            """
        )
        try db.execute("DELETE FROM office_duty WHERE office_id = \(id)")
        for duty in draft.duties.sorted(by: {
            ($0.territory.rawValue, $0.category) < ($1.territory.rawValue, $1.category)
        }) {
            try db.execute(
                """
                INSERT INTO office_duty (office_id, category, territory_code, territory_path, priority)
                VALUES (\(id), \(duty.category), \(duty.territory), \(paths[duty.territory]), \(duty.priority))
                """
            )
        }
    }

    /// Every office as an import would describe it, by its code.
    func drafts() throws -> [String: (id: ID<OfficeEntity>, draft: OfficeFile.Draft)] {
        let dutyRows = try db.rows("SELECT office_id, category, territory_code, priority FROM office_duty")
        let duties = try Dictionary(
            grouping: dutyRows.map { row in
                (
                    office: try row["office_id"] as ID<OfficeEntity>,
                    duty: OfficeFile.DraftDuty(
                        category: try row["category"], territory: try row["territory_code"],
                        priority: try row["priority"])
                )
            }, by: \.office)
        let rows = try db.rows(
            """
            SELECT f.id, f.code, f.kind, f.name, f.english_name, f.territory_code, p.code AS parent_code, f.hotline,
                f.hours, f.is_duty_desk
            FROM office f LEFT JOIN office p ON p.id = f.parent_id
            """
        )
        let drafts = try rows.map { row in
            let id: ID<OfficeEntity> = try row["id"]
            let draft = OfficeFile.Draft(
                code: try row["code"], kind: try row["kind"],
                name: LocalizedText(chinese: try row["name"], english: try row["english_name"]),
                territory: try row["territory_code"], parent: try row["parent_code"],
                isDutyDesk: try row["is_duty_desk"], hotline: try row["hotline"],
                hours: (try row["hours"] as String?).flatMap(OpeningHours.init),
                duties: Set(duties[id]?.map(\.duty) ?? []))
            return (draft.code, (id: id, draft: draft))
        }
        return Dictionary(uniqueKeysWithValues: drafts)
    }

    /// The desks that could take a matter of `path`: those round it, and the widest of all.
    private func dutyDesks(for path: TerritoryPath?) throws -> [Office] {
        let line = path?.line ?? []
        return try db.rows(
            """
            \(Self.selectOffice) WHERE f.is_duty_desk AND f.kind <> 'external' AND (f.territory_path IN (\(each: line))
                OR f.code = (SELECT r.code FROM office r WHERE r.is_duty_desk AND r.kind <> 'external'
                             ORDER BY LENGTH(r.territory_path), r.code LIMIT 1))
            """
        ).map(Office.init)
    }

    private static let officeColumns: SQL = """
        f.id, f.code, f.kind, f.name, f.english_name, f.territory_path, t.name AS place, f.parent_id, f.hotline, f.hours,
        f.is_duty_desk
        """

    private static let selectOffice: SQL =
        "SELECT \(officeColumns) FROM office f JOIN territory t ON t.code = f.territory_code"
}

extension Office.Kind: SQLConvertible {}

extension Office {
    fileprivate init(_ row: Row) throws {
        self.init(
            id: try row["id"], code: try row["code"], kind: try row["kind"],
            name: LocalizedText(chinese: try row["name"], english: try row["english_name"]),
            territory: try row["territory_path"], place: try row["place"], parent: try row["parent_id"],
            hotline: try row["hotline"], hours: (try row["hours"] as String?).flatMap(OpeningHours.init),
            isDutyDesk: try row["is_duty_desk"])
    }
}

extension Duty {
    fileprivate init(_ row: Row) throws {
        self.init(
            category: try row["category"], territory: try row["duty_path"], place: try row["duty_place"],
            priority: try row["priority"])
    }
}
