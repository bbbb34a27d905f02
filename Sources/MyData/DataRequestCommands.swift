import Access
import Cases
import Deadlines
import Foundation
import Journal
import Kernel
import Logging
import People
import Storage
import Vault
import Web

/// What people ask about their own data, and how it is answered.
package struct DataRequestCommands: Sendable {
    let services: Services
    private let book: ClockBook
    private let keys: PeopleKeys
    let looks: LookBudget

    package init(_ services: Services, book: ClockBook, keys: PeopleKeys, looks: LookBudget) {
        self.services = services
        self.book = book
        self.keys = keys
        self.looks = looks
    }

    /// What somebody writes with a request.
    package struct Words: Sendable, Codable, Hashable {
        package var text: String?
        /// The number that an account without its old one shall have.
        package var phone: String?

        package init(text: String? = nil, phone: String? = nil) {
            self.text = text
            self.phone = phone
        }
    }

    /// Takes a request. A deletion needs a fresh proof, and there is one of it at a time.
    @discardableResult
    package func ask(
        _ kind: DataRequest.Kind, _ words: Words? = nil, by caller: Caller
    ) async throws -> DataRequest {
        let now = services.now()
        let id: ID<DataRequest> = ID(services.makeUUID(now))
        let sealed = try words.map { try seal(JSONEncoder().encode($0), of: id, "words") }
        return try await services.write(as: caller) { [policy = services.policy] db, caller in
            // Staff leave by the administrator, who must know what they answered for.
            guard policy.allows(caller, kind.action, on: .myData(of: caller)) else { throw NotAllowed() }
            let account = caller.id
            if kind == .deletion {
                guard let session = caller.session else { throw Proof.Needed() }
                try ProofStore(db).require(session, at: now)
            }
            let store = DataRequestStore(db)
            let open = try store.list(of: account, limit: 100).filter(\.state.isOpen)
            guard kind != .deletion || !open.contains(where: { $0.kind == .deletion }) else {
                throw DataRequestError.alreadyAsked
            }
            guard open.count < DataRequest.limit else { throw DataRequestError.tooMany }
            let request = DataRequest(
                id: id, account: account, kind: kind, askedAt: now, due: try due(of: now, in: db), words: sealed)
            try store.insert(request)
            try note("asked", request, by: account, at: now, in: db)
            return request
        }
    }

    /// Writes down that somebody took their data along: a request that is answered as it is asked.
    func noteExport(by account: ID<Account>, as format: String, at now: Date, in db: any Transaction) throws {
        var request = DataRequest(
            id: ID(services.makeUUID(now)), account: account, kind: .export, askedAt: now, due: try due(of: now, in: db)
        )
        try request.finish(at: now)
        try DataRequestStore(db).insert(request)
        try AccountJournal(db).append("data.exported", about: account, by: account, at: now, data: ["format": format])
    }

    package func takeBack(_ id: ID<DataRequest>, by caller: Caller) async throws {
        let now = services.now()
        try await services.write(as: caller) { db, caller in
            let store = DataRequestStore(db)
            var request = try store.find(id)
            guard request.account == caller.id else { throw NoSuchPage() }
            try request.takeBack(at: now)
            try store.update(request)
            try note("taken-back", request, by: caller.id, at: now, in: db)
        }
    }

    /// Carries out a deletion now, without waiting.
    package func carryOut(_ id: ID<DataRequest>) async throws {
        let now = services.now()
        try await services.database.write { db in
            let request = try DataRequestStore(db).find(id)
            guard request.kind == .deletion, request.state.isOpen else { throw DataRequestError.notOpen }
            try carryOut(request, at: now, in: db)
        }
    }

    /// Erases accounts that were erased before and that a restored backup has brought back. Those that it doesn't know, or
    /// knows as erased, are passed over.
    package func eraseAgain(_ accounts: some Sequence<ID<Account>>) async throws {
        let now = services.now()
        for account in Array(accounts) {
            try await services.database.write { db in
                guard let person = try? AccountStore(db).find(account), person.kind == .rider, person.door != .closed
                else { return }
                _ = try Erasure.erase(account, at: now, in: db)
            }
        }
    }

    /// What is waiting, with what was written, for those who answer.
    package func waiting() async throws -> [(request: DataRequest, words: Words?)] {
        try await services.database.read { db in
            try DataRequestStore(db).waiting(limit: 1000).map { ($0, try? words(of: $0)) }
        }
    }

    package struct Turn: Sendable, Hashable {
        package var erased = 0
        package var overdue = 0
    }

    /// What has to be done now and then: deletions whose time has come, days that have become known, warnings of what is
    /// late. Any number of nodes may do so: each request is looked at again where it is changed.
    package func run() async throws -> Turn {
        let now = services.now()
        let today = Day(of: now)
        let waiting = try await services.database.read { db in try DataRequestStore(db).waiting(limit: 10_000) }
        var turn = Turn()
        for old in waiting {
            let done = try await services.database.write { db -> Turn in
                var turn = Turn()
                let store = DataRequestStore(db)
                var request = try store.find(old.id)
                guard request.state.isOpen else { return turn }
                if request.due == nil, let due = try due(of: request.askedAt, in: db) {
                    request.due = due
                    try store.update(request)
                }
                if request.kind == .deletion, request.state == .held || request.carriedOutFrom <= now {
                    if try carryOut(request, at: now, in: db) { turn.erased += 1 }
                } else if request.isOverdue(on: today), request.overdueAt == nil {
                    request.overdueAt = now
                    try store.update(request)
                    try note("overdue", request, by: nil, at: now, in: db)
                    turn.overdue += 1
                }
                return turn
            }
            turn.erased += done.erased
            turn.overdue += done.overdue
        }
        if turn.overdue > 0 {
            Self.logger.warning(
                "requests about personal data are late", metadata: ["count": "\(turn.overdue)"])
        }
        return turn
    }

    func words(of request: DataRequest) throws -> Words? {
        try request.words.map {
            try JSONDecoder().decode(Words.self, from: try keys.opened($0, for: Self.place(request.id, "words")))
        }
    }

    func answer(of request: DataRequest) throws -> String? {
        try request.answer.map {
            String(decoding: try keys.opened($0, for: Self.place(request.id, "answer")), as: UTF8.self)
        }
    }

    /// How the day of a request is counted.
    func deadline(of asked: Date, in db: any Transaction) throws -> Deadline? {
        book.reckon(DataRequest.clock, start: asked, calendar: try book.calendar(in: db))
    }

    private func due(of asked: Date, in db: any Transaction) throws -> Day? {
        try deadline(of: asked, in: db)?.due.day
    }

    /// Whether that was the end of it.
    @discardableResult
    private func carryOut(_ old: DataRequest, at now: Date, in db: any Transaction) throws -> Bool {
        var request = old
        guard let account = request.account else { return false }
        let isFirst = request.state == .open
        let held =
            isFirst ? try Erasure.erase(account, at: now, in: db) : try Erasure.eraseRest(of: account, at: now, in: db)
        let store = DataRequestStore(db)
        if isFirst { try endOthers(than: request, of: account, at: now, in: db) }
        guard held == 0 else {
            if isFirst {
                try request.hold()
                try store.update(request)
                try note("held", request, by: nil, at: now, in: db)
            }
            return false
        }
        try request.finish(at: now)
        try store.update(request)
        try store.forget(account)
        try note("done", request, by: nil, at: now, in: db)
        return true
    }

    /// What else somebody asked who has left: there is nobody any more whom an answer could reach.
    private func endOthers(
        than deletion: DataRequest, of account: ID<Account>, at now: Date, in db: any Transaction
    ) throws {
        let store = DataRequestStore(db)
        for var other in try store.list(of: account, limit: 100) where other.state == .open && other.id != deletion.id {
            try other.takeBack(at: now)
            try store.update(other)
            try note("taken-back", other, by: nil, at: now, in: db)
        }
    }

    func note(
        _ what: String, _ request: DataRequest, by actor: ID<Account>?, at now: Date, in db: any Transaction
    ) throws {
        // A rider stands there under their pseudonym, as in all that is about their account.
        let name = try actor.map { try AccountStore(db).journalID(of: $0) }
        try JournalStore(db).append(
            "data-request.\(what)", subject: request.id.uuid, by: name, at: now,
            data: ["kind": request.kind.rawValue])
    }

    func seal(_ data: Data, of id: ID<DataRequest>, _ column: String) throws -> Data {
        try keys.sealed(data, for: Self.place(id, column))
    }

    private static func place(_ id: ID<DataRequest>, _ column: String) -> String {
        "data_request.\(column)_sealed|\(id)"
    }

    private static let logger = Logger(label: "nuanxin.my-data")
}
