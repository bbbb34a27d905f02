import Foundation
import Kernel
import Web

/// A place in a list of cases.
struct CaseCursor: Sendable {
    let key: Date
    let id: ID<Case>

    init(key: Date, id: ID<Case>) {
        self.key = key
        self.id = id
    }

    init(_ text: some StringProtocol) throws {
        let cursor = try Cursor(text, parts: 2)
        guard let id = ID<Case>(cursor.parts[1]) else { throw InvalidFields("cursor", "bad-cursor") }
        self.init(key: try cursor.instant(0), id: id)
    }

    /// The place after `row`, in the order of `query`.
    init(after row: CaseRow, in query: CaseQuery) {
        self.init(
            key: query.sorting == .due ? row.dueAt ?? row.matter.receivedAt : row.matter.receivedAt, id: row.matter.id)
    }

    var text: String { Cursor(["\(key.milliseconds)", id.text]).text }
}
