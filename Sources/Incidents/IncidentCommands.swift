import Access
import Foundation
import Journal
import Kernel
import Storage
import Web

/// What is done about a security incident. Each line is an entry of the journal too, with instants and without words.
package struct IncidentCommands: Sendable {
    private let services: Services
    private let facts: IncidentFacts

    package init(_ services: Services, facts: IncidentFacts) {
        self.services = services
        self.facts = facts
    }

    /// What somebody writes.
    package struct Draft: Sendable, Hashable {
        package var kind: Incident.Line.Kind
        package var happenedAt: Date?
        package var level: String?
        package var persons: Int?
        package var words: String
        package var reference: String?
        package var corrects: Int?

        package init(
            _ kind: Incident.Line.Kind, _ words: String, happenedAt: Date? = nil, level: String? = nil,
            persons: Int? = nil, reference: String? = nil, corrects: Int? = nil
        ) {
            self.kind = kind
            self.words = words
            self.happenedAt = happenedAt
            self.level = level
            self.persons = persons
            self.reference = reference
            self.corrects = corrects
        }
    }

    private struct LineData: Encodable, Sendable {
        let number: String
        let position: Int
        /// In milliseconds: whether the hours were kept can be reckoned from the journal alone.
        let happenedAt: Int?
        let level: String?
        let persons: Int?
        let corrects: Int?
    }

    /// Opens an incident: from now on its clock runs, from the moment at which it was noticed.
    @discardableResult
    package func open(_ kind: String, _ draft: Draft, by caller: Caller) async throws -> Incident {
        let now = services.now()
        let id: ID<Incident> = ID(services.makeUUID(now))
        let lineID = services.makeUUID(now)
        guard facts.kind(kind) != nil else { throw InvalidFields("kind", "no-such-choice") }
        guard let noticedAt = draft.happenedAt else { throw InvalidFields("happenedAt", "missing") }
        guard noticedAt <= now else { throw IncidentError.inTheFuture }
        try check(draft)
        return try await services.write(as: caller) { [policy = services.policy] db, caller in
            guard policy.allows(caller, "open", on: .incident) else { throw NotAllowed() }
            let store = IncidentStore(db)
            let year = Day(of: now).year
            let number = Incident.number(try store.count(numbered: "AQ-\(year)-") + 1, in: year)
            let line = Incident.Line(
                id: lineID, position: 0, at: now, by: caller.id, kind: .opened, happenedAt: noticedAt,
                level: draft.level, persons: draft.persons, words: draft.words)
            let incident = Incident(id: id, number: number, kind: kind, lines: [line])
            try store.insert(incident, openedAt: now)
            try note(line, of: incident, in: db)
            return incident
        }
    }

    /// Writes a line about an incident that is there.
    @discardableResult
    package func add(_ draft: Draft, to id: ID<Incident>, by caller: Caller) async throws -> Incident {
        let now = services.now()
        let lineID = services.makeUUID(now)
        try check(draft)
        if [.reported, .told].contains(draft.kind), draft.happenedAt == nil {
            throw InvalidFields("happenedAt", "missing")
        }
        return try await services.write(as: caller) { [policy = services.policy, facts] db, caller in
            guard policy.allows(caller, "write", on: .incident) else { throw NotAllowed() }
            let store = IncidentStore(db)
            guard var incident = try store.find(id) else { throw NoSuchPage() }
            let line = Incident.Line(
                id: lineID, position: incident.lines.count, at: now, by: caller.id, kind: draft.kind,
                happenedAt: draft.kind.hasInstant ? draft.happenedAt : nil,
                level: draft.kind == .assessed ? draft.level : nil,
                persons: draft.kind == .assessed ? draft.persons : nil, words: draft.words,
                reference: draft.kind == .reported ? draft.reference : nil,
                corrects: draft.kind == .correction ? draft.corrects : nil)
            try incident.add(line, facts)
            try store.insert(line, of: id)
            try note(line, of: incident, in: db)
            return incident
        }
    }

    private func check(_ draft: Draft) throws {
        if let level = draft.level, facts.level(level) == nil { throw InvalidFields("level", "no-such-choice") }
        guard !draft.words.isEmpty else { throw InvalidFields("words", "missing") }
    }

    private func note(_ line: Incident.Line, of incident: Incident, in db: any Transaction) throws {
        try JournalStore(db).append(
            "incident.\(line.kind.rawValue)", subject: incident.id.uuid, by: line.by, at: line.at,
            data: LineData(
                number: incident.number, position: line.position, happenedAt: line.happenedAt?.milliseconds,
                level: line.level, persons: line.persons, corrects: line.corrects))
    }
}

extension Subject {
    static var incident: Subject { Subject(kind: "incident") }
}
