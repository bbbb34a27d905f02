import Foundation
import Kernel
import Storage

extension DirectoryStore {
    /// In no particular order.
    package func organisations(_ ids: [ID<OrganisationEntity>]) throws -> [Organisation] {
        guard !ids.isEmpty else { return [] }
        return try db.rows("\(Self.selectOrganisation) WHERE id IN (\(each: ids))").map(Organisation.init)
    }

    /// Those that `chosen`, a statement that gives identities, chooses, by code.
    package func organisations(among chosen: SQL) throws -> [Organisation] {
        try db.rows("\(Self.selectOrganisation) WHERE id IN (\(chosen)) ORDER BY code").map(Organisation.init)
    }

    package func organisation(code: String) throws -> Organisation? {
        try db.row("\(Self.selectOrganisation) WHERE code = \(code.uppercased())").map(Organisation.init)
    }

    /// Those whose name or code contains `text`, by code, after `code`.
    package func organisations(
        named text: String?, after code: String? = nil, limit: Int
    ) throws -> [Organisation] {
        var conditions: [SQL] = ["code > \(code ?? "")"]
        if let text { conditions.append([.contains("name", text), .contains("code", text)].any) }
        return try db.rows("\(Self.selectOrganisation) WHERE \(conditions.all) ORDER BY code LIMIT \(limit)")
            .map(Organisation.init)
    }

    /// Those with just this name, by code.
    func organisations(called name: String, limit: Int) throws -> [Organisation] {
        try db.rows("\(Self.selectOrganisation) WHERE name = \(name) ORDER BY code LIMIT \(limit)")
            .map(Organisation.init)
    }

    /// Those that `chosen`, a statement that gives identities, chooses, with all that they belong to, up to the top.
    package func withParents(among chosen: SQL) throws -> Set<ID<OrganisationEntity>> {
        Set(try db.rows("\(Self.above(chosen)) SELECT id FROM above").map { try $0[0] })
    }

    /// The condition that one of `chosen`, a statement that gives identities, is one of `ids` or belongs to one of them.
    package static func belongs(_ chosen: SQL, to ids: [ID<OrganisationEntity>]) -> SQL {
        """
        EXISTS (
            \(above(chosen))
            SELECT 1 FROM above WHERE above.id IN (\(each: ids)))
        """
    }

    private static func above(_ chosen: SQL) -> SQL {
        """
        WITH RECURSIVE above (id) AS (
            \(chosen)
            UNION SELECT child.parent_id FROM organisation AS child JOIN above ON child.id = above.id
            WHERE child.parent_id IS NOT NULL)
        """
    }

    /// Adds or changes an organisation.
    func save(_ draft: OrganisationFile.Draft, id: ID<OrganisationEntity>, parent: ID<OrganisationEntity>?) throws {
        try db.execute(
            """
            INSERT INTO organisation (id, code, kind, name, territory_code, parent_id)
            VALUES (\(id), \(draft.code), \(draft.kind), \(draft.name), \(draft.territory), \(parent))
            ON CONFLICT (code) DO UPDATE SET kind = excluded.kind, name = excluded.name,
                territory_code = excluded.territory_code, parent_id = excluded.parent_id
            """
        )
    }

    /// Every organisation as an import would describe it, by its code.
    func organisationDrafts() throws -> [String: (id: ID<OrganisationEntity>, draft: OrganisationFile.Draft)] {
        let rows = try db.rows(
            """
            SELECT o.id, o.code, o.kind, o.name, o.territory_code, p.code AS parent_code
            FROM organisation o LEFT JOIN organisation p ON p.id = o.parent_id
            """)
        return try Dictionary(
            uniqueKeysWithValues: rows.map { row in
                let draft = OrganisationFile.Draft(
                    code: try row["code"], kind: try row["kind"], name: try row["name"],
                    territory: try row["territory_code"], parent: try row["parent_code"])
                return (draft.code, (try row["id"], draft))
            })
    }

    private static let selectOrganisation: SQL = """
        SELECT id, code, kind, name, territory_code, parent_id FROM organisation
        """
}

extension Organisation.Kind: SQLConvertible {}

extension Organisation {
    fileprivate init(_ row: Row) throws {
        self.init(
            id: try row["id"], code: try row["code"], kind: try row["kind"], name: try row["name"],
            territory: try row["territory_code"], parent: try row["parent_id"])
    }
}
