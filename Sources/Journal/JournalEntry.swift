import Foundation
import Kernel

/// The place of an entry in the order in which consumers get the journal.
///
/// By the transaction first, and within it by the number: where many write at once (PostgreSQL), an entry with a lower
/// number can be kept later than one with a higher, but never one of a transaction that began after all others had ended.
/// On SQLite all have transaction 0; those that came from another PostgreSQL have negative ones, in their order.
package struct JournalPosition: Sendable, Equatable {
    package let transaction: Int
    package let sequence: Int

    /// Before all entries.
    package static let start = JournalPosition(transaction: .min, sequence: 0)

    package init(transaction: Int, sequence: Int) {
        self.transaction = transaction
        self.sequence = sequence
    }
}

/// One thing that happened, as it was written down in the transaction that made it happen.
package struct JournalEntry: Sendable {
    package let position: JournalPosition
    package let at: Date
    /// Who did it; `nil` for the product itself.
    package let actor: ID<Account>?
    /// What happened, such as `case.step`.
    package let kind: String
    /// What it happened to.
    package let subject: UUID
    /// The particulars as JSON, without personal data.
    package let data: Data

    package init(position: JournalPosition, at: Date, actor: ID<Account>?, kind: String, subject: UUID, data: Data) {
        self.position = position
        self.at = at
        self.actor = actor
        self.kind = kind
        self.subject = subject
        self.data = data
    }

    /// The entry's number, from 1; unlike any other's.
    package var sequence: Int { position.sequence }

    /// The particulars, as the type that the consumer of this kind of entry expects.
    package func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: data)
    }
}
