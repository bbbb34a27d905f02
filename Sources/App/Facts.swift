import Access
import Audit
import Cases
import Deadlines
import Directory
import Foundation
import Incidents
import Kernel
import Open311
import People
import Retention
import Vault
import Web

/// The facts in `Data`, read and checked at start: a mistake in them stops the server, not an officer.
package struct Facts: Sendable {
    package let policy: Policy
    package internal(set) var cases: CaseFacts
    package let clocks: ClockBook
    package let sectors: Sectors
    package let purposes: Purposes
    package let unusual: UnusualRules
    package let incidents: IncidentFacts
    package let retention: RetentionFacts
    package let open311: Open311Facts

    package init(_ root: Root) throws {
        let misspelt = try FactShape.files.keys.sorted().flatMap { try Self.misspelt($0, root) }
        guard misspelt.isEmpty else { throw SettingsError(misspelt.joined(separator: "\n")) }
        policy = try Self.decode("policy.json", root) { try JSONDecoder().decode(Policy.self, from: $0) }
        clocks = try Self.decode("clocks.json", root) { try JSONDecoder().decode(ClockBook.self, from: $0) }
        sectors = try Self.decode("sectors.json", root, Sectors.init(json:))
        purposes = try Self.decode("purposes.json", root) { try JSONDecoder().decode(Purposes.self, from: $0) }
        unusual = try Self.decode("unusual.json", root) { try JSONDecoder().decode(UnusualRules.self, from: $0) }
        incidents = try Self.decode("incidents.json", root) { try JSONDecoder().decode(IncidentFacts.self, from: $0) }
        retention = try Self.decode("retention.json", root) { try JSONDecoder().decode(RetentionFacts.self, from: $0) }
        open311 = try Self.decode("open311.json", root) { try JSONDecoder().decode(Open311Facts.self, from: $0) }
        let searches = try Self.decode("searches.json", root) { try JSONDecoder().decode(SearchBudget.self, from: $0) }
        guard searches.isPossible else {
            throw SettingsError("searches: perHour must be 1 at least, and perDay no less than perHour")
        }
        cases = CaseFacts(
            categories: try Self.decode("categories.json", root, Categories.init(json:)),
            workflow: try Self.decode("workflow.json", root, Workflow.init(json:)), clocks: clocks,
            bodies: try Self.decode("bodies.json", root, Bodies.init(json:)),
            looks: try Self.decode("looks.json", root) { try JSONDecoder().decode(LookBudget.self, from: $0) },
            purposes: purposes, sectors: sectors, searches: searches.budgets)
        let faults = try faults()
        guard faults.isEmpty else { throw SettingsError(faults.joined(separator: "\n")) }
    }

    /// What is wrong with the files, one sentence each.
    private func faults() throws -> [String] {
        let names = Set(clocks.names)
        let actions = policy.actions(on: "case").union(policy.actions(on: "report"))
        return policy.faults(knownActions: knownActions, knownFields: ["case": CaseAccess.fields])
            + clocks.problems.map { "clocks: \($0)" }
            + sectors.faults() + purposes.faults + unusual.faults + incidents.faults
            + retention.faults(Nuanxin.retentionRules) + open311.faults(cases.categories)
            + cases.categories.faults(knownClocks: names, knownSectors: Set(sectors.all.map(\.path)))
            + (cases.looks.perDay > 0
                ? [] : ["looks: perDay must be 1 at least, or no handler could ever ask a reporter"])
            + cases.workflow.faults(
                knownClocks: names, allowedActions: actions, knownWords: try Workflow.knownWords())
    }

    /// What can be done with each kind of thing.
    private var knownActions: [String: Set<String>] {
        let steps = Set(cases.workflow.steps.map(\.name))
        return [
            "myData": ["read", "export", "correct", "withdraw", "delete", "changePhone", "askForProof"],
            "profile": ["read", "change"], "session": ["read", "end"], "notice": ["read", "mark"],
            "case": steps.union(["read", "hold"]), "report": steps.union(["create", "read"]), "evidence": ["read"],
            "reporter": ["read"], "calendar": ["read", "import"], "territory": ["read", "import"],
            "office": ["read", "import"], "organisation": ["read", "import"], "interest": ["read", "declare"],
            "enrolment": ["create"], "dataRequest": ["ask", "read", "answer"],
            "staff": ["read", "create", "grant", "suspend", "reset", "depart"],
            "journal": ["read", "export", "verify", "examine"], "incident": ["read", "open", "write"],
            "retention": ["read"], "publicRequest": ["read"], "delivery": ["read", "retry", "drop"],
        ]
    }

    /// Members of a file that nobody reads.
    private static func misspelt(_ name: String, _ root: Root) throws -> [String] {
        let data = try root.data(name)
        do {
            let document = try JSONValue(parsing: data)
            return FactShape.files[name]?.faults(in: document).map { "Data/\(name): \($0)" } ?? []
        } catch let problem as JSONProblem {
            let line = data.prefix(problem.offset).count { $0 == UInt8(ascii: "\n") } + 1
            return ["Data/\(name): line \(line) is no JSON: \(problem.reason.rawValue)"]
        }
    }

    private static func decode<Value>(_ name: String, _ root: Root, _ read: (Data) throws -> Value) throws -> Value {
        do {
            return try read(root.data(name))
        } catch let error as DecodingError {
            throw SettingsError("Data/\(name): \(Self.sentence(error))")
        }
    }

    private static func sentence(_ error: DecodingError) -> String {
        let context: DecodingError.Context =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
                .dataCorrupted(let context):
                context
            @unknown default: .init(codingPath: [], debugDescription: "\(error)")
            }
        let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
        return path.isEmpty ? context.debugDescription : "\(path): \(context.debugDescription)"
    }
}
