import Access
import Foundation
import Kernel
import Web

/// What somebody looks for in the journal. All of it holds at once; what is left out doesn't matter.
package struct JournalSearch: Sendable, Hashable {
    /// The first and the last day, by the clocks of Shanghai.
    package var from: Day?
    package var until: Day?
    package var kind: String?
    /// Those who held this role when they did it.
    package var role: Role?
    /// Under what the person stands in the journal: staff as themselves, riders under their pseudonym.
    package var actor: ID<Account>?
    package var subject: UUID?

    package init(
        from: Day? = nil, until: Day? = nil, kind: String? = nil, role: Role? = nil, actor: ID<Account>? = nil,
        subject: UUID? = nil
    ) {
        self.from = from
        self.until = until
        self.kind = kind
        self.role = role
        self.actor = actor
        self.subject = subject
    }

    /// A place in the order of what was found: the newest first.
    package struct Place: Sendable, Hashable {
        package let at: Date
        package let sequence: Int

        package init(at: Date, sequence: Int) {
            self.at = at
            self.sequence = sequence
        }

        var cursor: Cursor { Cursor(["\(at.milliseconds)", "\(sequence)"]) }

        init(_ cursor: String) throws {
            let cursor = try Cursor(cursor, parts: 2)
            guard let sequence = Int(cursor.parts[1]) else { throw InvalidFields("cursor", "bad-cursor") }
            self.init(at: try cursor.instant(0), sequence: sequence)
        }
    }

    /// The roles of those who work here, in the order of their words.
    static let roles = Role.allCases.filter { $0 != .everyone && $0 != .rider }

    /// The first instant, and the first after the last.
    var start: Date? { from?.start }
    var end: Date? { until?.end }

    var isEmpty: Bool { self == JournalSearch() }

    /// As the parameters of an address. Nobody's name or login is among them.
    var query: String {
        [
            ("from", from?.description), ("until", until?.description), ("kind", kind), ("role", role?.rawValue),
            ("actor", actor?.text), ("subject", subject.map { ID<Account>($0).text }),
        ].compactMap { name, value in value.map { "\(name)=\(percentEncoded($0))" } }.joined(separator: "&")
    }

    /// Reads what ``query`` wrote.
    init(_ fields: inout QueryFields) {
        from = fields.day("from", optional: true)
        until = fields.day("until", optional: true)
        kind = fields.text("kind", 1...60, optional: true)
        role = fields.choice("role", optional: true)
        actor = Self.id("actor", &fields)
        subject = Self.id("subject", &fields)?.uuid
    }

    private static func id(_ name: String, _ fields: inout QueryFields) -> ID<Account>? {
        guard let text = fields.text(name, 1...40, optional: true) else { return nil }
        guard let id = ID<Account>(text) else {
            fields.problem(name, "not-an-id")
            return nil
        }
        return id
    }
}
