import Foundation
import Journal
import Kernel
import Storage

/// Writes down what happens to accounts. A rider stands in the journal under a pseudonym that goes with the account, so that
/// afterwards nothing leads from the entries, which nobody can change, to a person. Staff answer for what they do and stand there
/// as they are.
package struct AccountJournal {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    package func append(
        _ kind: String, about account: ID<Account>, by actor: ID<Account>?, at time: Date,
        data: some Encodable = [String: String]()
    ) throws {
        let subject = try AccountStore(db).journalID(of: account)
        try JournalStore(db).append(
            kind, subject: subject.uuid, by: actor == account ? subject : actor, at: time, data: data)
    }
}
