import Foundation
import Kernel

/// One thing that happened, as it was written down in the transaction that made it happen.
package struct JournalEntry: Sendable {
    /// Where the entry stands among all others, from 1.
    package let sequence: Int
    package let at: Date
    /// Who did it; `nil` for the product itself.
    package let actor: ID<Account>?
    /// What happened, such as `case.step`.
    package let kind: String
    /// What it happened to.
    package let subject: UUID
    /// The particulars as JSON, without personal data.
    package let data: Data

    package init(sequence: Int, at: Date, actor: ID<Account>?, kind: String, subject: UUID, data: Data) {
        self.sequence = sequence
        self.at = at
        self.actor = actor
        self.kind = kind
        self.subject = subject
        self.data = data
    }

    /// The particulars, as the type that the consumer of this kind of entry expects.
    package func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: data)
    }
}
