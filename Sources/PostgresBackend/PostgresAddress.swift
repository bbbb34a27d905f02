import CPostgres
import Foundation
import Storage

/// Where the servers are and who we are there: `postgres://user:password@host:port,host:port/database?sslmode=verify-full`.
///
/// Every parameter that libpq knows can be given; ours are only for what was left out. The text holds a password: never
/// log it.
package struct PostgresAddress: Sendable {
    private let given: [(name: String, value: String)]
    private let added: [(name: String, value: String)]

    /// Whether sessions must be able to write. Of several hosts the one that can is then found by itself.
    package enum Use: Sendable { case writing, reading }

    /// Throws ``PostgresAddressError`` when `text` isn't an address that libpq reads.
    package init(_ text: String, for use: Use = .writing) throws {
        var complaint: UnsafeMutablePointer<CChar>?
        guard text.hasPrefix("postgres://") || text.hasPrefix("postgresql://"),
            let options = PQconninfoParse(text, &complaint)
        else {
            PQfreemem(complaint)
            throw PostgresAddressError()
        }
        defer { PQconninfoFree(options) }
        var given: [(String, String)] = []
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { given.append((String(cString: keyword), String(cString: value))) }
            option += 1
        }
        self.given = given
        added = Self.defaults + [("target_session_attrs", use == .writing ? "read-write" : "any")]
    }

    /// What decides how soon a dead server is noticed, and what one statement may cost at the most.
    /// `connect_timeout` is also how long a server may say nothing before it is asked whether it is there.
    private static let defaults = [
        ("application_name", "nuanxin"), ("client_encoding", "UTF8"), ("connect_timeout", "2"),
        // A host that vanished without a word: noticed after 4 s of silence, or 5 s after something was sent to it.
        ("keepalives_idle", "2"), ("keepalives_interval", "1"), ("keepalives_count", "2"), ("tcp_user_timeout", "5000"),
    ]

    private static let limits = [
        // A statement by itself, too, happens as if alone.
        "default_transaction_isolation=serializable",
        "statement_timeout=20s", "lock_timeout=5s", "idle_in_transaction_session_timeout=30s", "timezone=UTC",
        // The server, too, must notice a node that vanished: until then that node's leadership can't pass on.
        "tcp_keepalives_idle=3", "tcp_keepalives_interval=1", "tcp_keepalives_count=3", "tcp_user_timeout=5000",
    ].map { "-c \($0)" }.joined(separator: " ")

    func parameters() throws -> [(name: String, value: String)] {
        let names = Set(given.map(\.name))
        let options = given.first { $0.name == "options" }?.value
        return given.filter { $0.name != "options" } + added.filter { !names.contains($0.name) }
            // The later one of two settings counts: what was given stands after ours.
            + [("options", [Self.limits, options].compactMap(\.self).joined(separator: " "))]
    }
}

package struct PostgresAddressError: Error, CustomStringConvertible {
    package let description =
        "not the address of a PostgreSQL database, such as postgres://nuanxin:password@127.0.0.1:5432/nuanxin"
}
