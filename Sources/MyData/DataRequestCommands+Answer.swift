import Access
import Cases
import Deadlines
import Foundation
import Kernel
import People
import Storage
import Vault
import Web

/// One request as whoever answers it sees it.
package struct DataRequestFile: Sendable {
    package let request: DataRequest
    package let deadline: Deadline?
    /// Whether what was written is shown; without a fresh proof it isn't.
    package let isOpened: Bool
    package let words: DataRequestCommands.Words?
    package let answer: String?
    /// Who asked, when the answer needs that.
    package let person: Person?
    /// So many looks a day are allowed, and that was one more.
    package let looksUsed: Int?
    /// How many cases that aren't over hold a deletion.
    package let openCases: Int
    /// By whom it was answered, as long as that is kept.
    package let answeredBy: String?
    /// The caller asked it themselves: somebody else answers.
    package let isOwn: Bool
    package let mayAnswer: Bool
}

// MARK: - What the custodian does

extension DataRequestCommands {
    /// What was written, for whoever answers. That they looked is written down.
    ///
    /// Throws ``People/Proof/Needed`` when the caller signed in a while ago and hasn't shown since who they are.
    package func open(_ id: ID<DataRequest>, by caller: Caller) async throws -> DataRequestFile {
        let now = services.now()
        let lookID = services.makeUUID(now)
        return try await services.write(as: caller) { [policy = services.policy] db, caller in
            let request = try readable(id, by: caller, policy, in: db)
            if let session = caller.session { try ProofStore(db).requireRecent(session, at: now) }
            try note("read", request, by: caller.id, at: now, in: db)
            return try file(of: request, look: lookID, for: caller, policy, at: now, in: db)
        }
    }

    /// The same without anything personal.
    func glance(_ id: ID<DataRequest>, by caller: Caller) async throws -> DataRequestFile {
        let now = services.now()
        return try await services.database.read { [policy = services.policy] db in
            let request = try readable(id, by: caller, policy, in: db)
            return try file(of: request, look: nil, for: caller, policy, at: now, in: db)
        }
    }

    /// Answers a request on behalf of the bureau. Granting another number to who lost theirs changes it, and signs out
    /// everywhere; a custodian must have checked in person who asks. Without a caller it is the server's own console.
    ///
    /// Throws ``People/Proof/Needed`` without a fresh proof, ``DataRequestError/own`` for what the caller asked themselves.
    package func answer(
        _ id: ID<DataRequest>, _ outcome: DataRequest.State, words: String, isIdentityChecked: Bool = false,
        by caller: Caller? = nil
    ) async throws {
        let now = services.now()
        let words = words.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !words.isEmpty else { throw InvalidFields("words", "missing") }
        guard words.count <= DataRequest.longest else {
            throw InvalidFields("words", "too-long", details: ["limit": "\(DataRequest.longest)"])
        }
        let sealed = try seal(Data(words.utf8), of: id, "answer")
        guard let caller else {
            return try await services.database.write { db in
                let request = try DataRequestStore(db).find(id)
                try requireAnswerable(request)
                try answer(request, outcome, sealed, by: nil, at: now, in: db)
            }
        }
        try await services.write(as: caller) { [policy = services.policy] db, caller in
            let request = try readable(id, by: caller, policy, in: db)
            let decider = policy.decider(for: caller, doing: "answer", on: "dataRequest")
            let subject = Subject.dataRequest(request)
            guard decider.view(of: subject) != nil else {
                throw decider.isOwnAct(subject) ? DataRequestError.own as any Error : NotAllowed()
            }
            // There is nothing to prove oneself for.
            try requireAnswerable(request)
            if request.kind == .lostPhone, outcome == .done, !isIdentityChecked {
                throw InvalidFields("identityChecked", "identity-unchecked")
            }
            if let session = caller.session { try ProofStore(db).require(session, at: now) }
            try answer(request, outcome, sealed, by: caller.id, at: now, in: db)
        }
    }

    private func requireAnswerable(_ request: DataRequest) throws {
        guard request.kind.needsAnswer else { throw DataRequestError.notForAnswer }
        guard request.state.isOpen else { throw DataRequestError.notOpen }
    }

    private func answer(
        _ old: DataRequest, _ outcome: DataRequest.State, _ sealed: Data, by actor: ID<Account>?, at now: Date,
        in db: any Transaction
    ) throws {
        var request = old
        if request.kind == .lostPhone, outcome == .done, let account = request.account {
            guard let phone = try words(of: request)?.phone.flatMap({ Phone($0) }) else {
                throw InvalidFields("phone", "missing")
            }
            try AccountStore(db).replacePhone(of: account, by: phone)
            try SessionStore(db).endAll(of: account)
            try AccountJournal(db).append(
                "account.phone-changed", about: account, by: actor, at: now,
                data: ["by": actor == nil ? "administrator" : "custodian"])
        }
        try request.finish(outcome, answer: sealed, by: actor, at: now)
        try DataRequestStore(db).update(request)
        try note(outcome == .done ? "done" : "refused", request, by: actor, at: now, in: db)
    }

    // MARK: Reading

    private func readable(
        _ id: ID<DataRequest>, by caller: Caller, _ policy: Policy, in db: any Transaction
    ) throws -> DataRequest {
        let request = try DataRequestStore(db).find(id)
        // Taking one's data along asks nothing of anybody.
        guard request.kind != .export else { throw DataRequestError.notFound }
        guard policy.allows(caller, "read", on: .dataRequest(request)) else {
            throw NoSuchPage(hiding: "dataRequest", id.uuid)
        }
        return request
    }

    private func file(
        of request: DataRequest, look: UUID?, for caller: Caller, _ policy: Policy, at now: Date, in db: any Transaction
    ) throws -> DataRequestFile {
        let subject = Subject.dataRequest(request)
        let decider = policy.decider(for: caller, doing: "answer", on: "dataRequest")
        let isOpened = look != nil
        var person: Person?
        var looksUsed: Int?
        if let look, request.kind.showsPerson, request.state.isOpen, let account = request.account {
            person = try HiddenAsker(db: db).show(
                request, of: account, to: caller.id, budget: looks, as: look, at: now)
            if person == nil { looksUsed = looks.perDay }
        }
        var openCases = 0
        if request.kind == .deletion, request.state.isOpen, let account = request.account {
            openCases = try ReporterStore(db).matters(of: account, ended: false, at: now).count
        }
        let answerer = request.answeredBy
        return DataRequestFile(
            request: request, deadline: try deadline(of: request.askedAt, in: db), isOpened: isOpened,
            words: isOpened ? try words(of: request) : nil, answer: isOpened ? try answer(of: request) : nil,
            person: person, looksUsed: looksUsed, openCases: openCases,
            answeredBy: try answerer.flatMap { try ColleagueStore(db).names(of: [$0])[$0] },
            isOwn: decider.isOwnAct(subject),
            mayAnswer: request.kind.needsAnswer && request.state.isOpen && decider.view(of: subject) != nil)
    }
}

extension Subject {
    /// Whoever asked can't decide on it.
    static func dataRequest(_ request: DataRequest) -> Subject {
        Subject(kind: "dataRequest", did: request.account.map { ["ask": $0] } ?? [:])
    }
}
