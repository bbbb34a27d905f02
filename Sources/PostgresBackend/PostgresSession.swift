import CPostgres
import Dispatch
import Foundation
import Storage
import Synchronization

/// One connection to PostgreSQL, with the statements prepared on it.
///
/// libpq waits for the server where it is called, so each session has a queue of its own, and everything but
/// ``cancel()`` is called on it. It stays in pipeline mode: what need not wait for an answer travels together.
final class PostgresSession: @unchecked Sendable {
    // Unchecked, because libpq's handle is a bare pointer. Only `queue` uses it, one piece of work after another;
    // `cancellation` is the one object that libpq allows on any thread.
    let queue: DispatchQueue
    private let connection: OpaquePointer
    private let cancellation: OpaquePointer
    private let warnings = Warnings()
    /// How long the server may say nothing, in seconds, and then how long it may take to accept a connection.
    private let longestSilence: Int32
    private var prepared: [StatementKey: PreparedStatement] = [:]
    private var statementsMade = 0
    /// How many answers to pieces of the pipeline nobody has read yet.
    private var unreadSyncs = 0
    /// Whether nobody waits any more for what the server still owes.
    private var isGivenUp = false

    /// Connects. Throws ``PostgresFailure/lost(_:)`` when there is no server that can be used this way.
    init(_ address: PostgresAddress, queue: DispatchQueue) throws {
        self.queue = queue
        let parameters = try address.parameters()
        let timeout = parameters.first { $0.name == "connect_timeout" }.flatMap { Int32($0.value) } ?? 2
        longestSilence = min(max(timeout, 2), 3600)
        connection = withCStrings(parameters.map(\.name)) { names in
            withCStrings(parameters.map(\.value)) { values in PQconnectdbParams(names, values, 0) }
        }
        guard PQstatus(connection) == CONNECTION_OK, let cancellation = PQgetCancel(connection) else {
            let reason = PostgresFailure.reason(connection)
            PQfinish(connection)
            throw PostgresFailure.lost(reason)
        }
        self.cancellation = cancellation
        PQsetNoticeReceiver(connection, receiveNotice, Unmanaged.passUnretained(warnings).toOpaque())
        _ = PQenterPipelineMode(connection)
        try prepareCommands()
    }

    deinit {
        PQfreeCancel(cancellation)
        PQfinish(connection)
    }

    /// Whether the server can still be reached, as far as is known without asking it.
    var isWhole: Bool { !isGivenUp && PQstatus(connection) == CONNECTION_OK }

    /// The number of the server's process, which its notifications carry.
    var process: Int32 { PQbackendPID(connection) }

    /// Asks the server to stop what it is doing for this session. Can be called on any thread; waits for the server.
    func cancel() {
        var message = [CChar](repeating: 0, count: 256)
        _ = PQcancel(cancellation, &message, Int32(message.count))
    }

    /// Runs statements one after another in one trip to the server and gives the result of the last.
    ///
    /// `commands` are texts without values that go before, such as `BEGIN`.
    func run(after commands: [String] = [], _ statement: SQL) throws -> PostgresResult {
        try drain()
        let (text, values) = statement.rendered(for: .postgres)
        let key = StatementKey(text: text, types: values.map(\.postgresType))
        var expected = commands.count + 1
        for command in commands { try send(command) }
        let known = prepared[key]
        let name = known?.name ?? "s\(statementsMade)"
        if known == nil {
            statementsMade += 1
            expected += 1
            try check(PQsendPrepare(connection, name, text, Int32(values.count), key.types))
        }
        try send(prepared: name, values)
        try sync()
        let results = try receive(expected)
        let result = results[expected - 1]
        if let known { return PostgresResult(result, shape: known) }
        let shape = PreparedStatement(name: name, columns: result.columns, types: result.types)
        prepared[key] = shape
        return PostgresResult(result, shape: shape)
    }

    /// Runs statements that only read and have nothing to do with each other in one trip to the server, and in one
    /// transaction of its: that is less work than to begin and end one for each. A few dozen at the most: nothing reads
    /// the answers before all are sent.
    func runEach(_ statements: [SQL]) throws -> [Result<PostgresResult, PostgresFailure>] {
        try drain()
        let shapes = try statements.map { statement -> PreparedStatement? in
            let (text, values) = statement.rendered(for: .postgres)
            guard let known = prepared[StatementKey(text: text, types: values.map(\.postgresType))] else { return nil }
            try send(prepared: known.name, values)
            return known
        }
        let known = shapes.compactMap(\.self)
        var answers: [PostgresResult] = []
        if !known.isEmpty {
            try sync()
            // When one fails, none after it is run: then each goes by itself.
            if case .success(let results) = try result({ try receive(known.count) }) {
                answers = zip(results, known).map { PostgresResult($0, shape: $1) }
            }
        }
        var rest = answers[...]
        return try zip(statements, shapes).map { statement, shape in
            // What runs for the first time on this session goes by itself too, and is known from then on.
            if shape != nil, let answer = rest.popFirst() { return .success(answer) }
            return try result { try run(statement) }
        }
    }

    /// What came of one of several statements; throws when the session is lost, and so the others with it.
    private func result<Value>(_ work: () throws -> Value) throws -> Result<Value, PostgresFailure> {
        do {
            return .success(try work())
        } catch let failure as PostgresFailure {
            guard isWhole else { throw failure }
            return .failure(failure)
        }
    }

    /// Runs a command without values and waits for its answer, which is its tag, such as `COMMIT` or `ROLLBACK`.
    @discardableResult
    func command(_ text: String) throws -> String {
        try drain()
        try send(text)
        try sync()
        return try receive(1)[0].tag
    }

    /// Sends a command whose answer nobody needs. It is read before the next one's.
    func dispatch(_ text: String) throws {
        try send(text)
        try sync()
        unreadSyncs += 1
    }

    /// What the server warned of since this was asked last, such as a commit that a standby hasn't confirmed.
    func takeWarnings() -> [String] { warnings.take() }

    /// Waits until the server has something to say, `milliseconds` at most, and gives the words that other sessions
    /// sent along with their notifications.
    func notifications(waiting milliseconds: Int32) throws -> [String] {
        var socket = pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0)
        poll(&socket, 1, milliseconds)
        guard PQconsumeInput(connection) == 1 else { throw PostgresFailure.lost(PostgresFailure.reason(connection)) }
        var words: [String] = []
        while let notification = PQnotifies(connection) {
            if notification.pointee.be_pid != process { words.append(String(cString: notification.pointee.extra)) }
            PQfreemem(notification)
        }
        return words
    }

    // MARK: - The pipeline

    private func send(_ command: String) throws {
        guard let name = Self.preparedCommands[command] else {
            return try check(PQsendQueryParams(connection, command, 0, nil, nil, nil, nil, 1))
        }
        try check(PQsendQueryPrepared(connection, name, 0, nil, nil, nil, 1))
    }

    /// The server reads these once: they go with every piece of work, and cost as much as looking up a row.
    private static let preparedCommands = Dictionary(
        uniqueKeysWithValues: [
            PostgresTransaction.Mode.reading.begin, PostgresTransaction.Mode.writing.begin, "COMMIT",
        ]
        .enumerated().map { place, command in (command, "c\(place)") })

    private func prepareCommands() throws {
        for (command, name) in Self.preparedCommands {
            try check(PQsendPrepare(connection, name, command, 0, nil))
        }
        try sync()
        _ = try receive(Self.preparedCommands.count)
    }

    private func send(prepared name: String, _ values: [SQLValue]) throws {
        let sent = PostgresParameters(values).withPointers { count, pointers, lengths, formats in
            PQsendQueryPrepared(connection, name, count, pointers, lengths, formats, 1)
        }
        try check(sent)
    }

    private func sync() throws {
        try check(PQpipelineSync(connection))
    }

    private func check(_ sent: Int32) throws {
        guard sent == 1 else { throw PostgresFailure.lost(PostgresFailure.reason(connection)) }
    }

    /// Waits until there is an answer to be read, or none can come any more.
    ///
    /// A server that says nothing for a while may have much to do. Or it hangs, with its disk or its virtual machine, while
    /// its kernel goes on confirming what arrives: then nobody can connect to it any more either.
    private func awaitAnswer() throws {
        while PQisBusy(connection) == 1 {
            var socket = pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0)
            if poll(&socket, 1, longestSilence * 1000) == 0 {
                if acceptsConnections() { continue }
                isGivenUp = true
                throw PostgresFailure.lost("the server says nothing")
            }
            // What went wrong comes with the next result.
            guard PQconsumeInput(connection) == 1 else { return }
        }
    }

    /// Whether the server of this session answers a connection of its own in time, be it with a refusal.
    private func acceptsConnections() -> Bool {
        let place = [
            ("host", PQhost(connection)), ("hostaddr", PQhostaddr(connection)), ("port", PQport(connection)),
            ("user", PQuser(connection)), ("dbname", PQdb(connection)),
        ].compactMap { name, value in value.map { (name, String(cString: $0)) } }.filter { !$0.1.isEmpty }
        let parameters = place + [("connect_timeout", "\(longestSilence)")]
        let answer = withCStrings(parameters.map(\.0)) { names in
            withCStrings(parameters.map(\.1)) { values in PQpingParams(names, values, 0) }
        }
        return answer != PQPING_NO_RESPONSE
    }

    private func drain() throws {
        while unreadSyncs > 0 {
            unreadSyncs -= 1
            _ = try? receive(1)
            guard isWhole else { throw PostgresFailure.lost(PostgresFailure.reason(connection)) }
        }
    }

    /// Reads the answers up to the next sync. Throws the first error among them.
    private func receive(_ count: Int) throws -> [RawResult] {
        var results: [RawResult] = []
        results.reserveCapacity(count)
        var failure: PostgresFailure?
        var silence = 0
        while true {
            try awaitAnswer()
            guard let pointer = PQgetResult(connection) else {
                silence += 1
                if silence > count + 2 || !isWhole {
                    throw failure.flatMap(\.whenLost) ?? .lost(PostgresFailure.reason(connection))
                }
                continue
            }
            let result = RawResult(pointer)
            switch PQresultStatus(pointer) {
            case PGRES_PIPELINE_SYNC:
                if let failure { throw failure }
                guard results.count == count else { throw PostgresFailure.lost("an answer is missing") }
                return results
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
                results.append(result)
            case PGRES_PIPELINE_ABORTED:
                break
            default:
                failure = failure ?? PostgresFailure(result)
                if case .lost = failure, !isWhole { throw PostgresFailure.lost(PostgresFailure.reason(connection)) }
            }
        }
    }
}

/// What makes two statements the same to the server: the text and the types of the values.
private struct StatementKey: Hashable {
    let text: String
    let types: [Oid]
}

/// A statement that the server has read and planned, and the shape of what it gives.
struct PreparedStatement {
    let name: String
    let columns: Columns
    let types: [Oid]
}

/// Gives the texts as C wants them, with a null pointer after the last.
private func withCStrings<Value>(
    _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Value
) -> Value {
    var pointers = texts.map { UnsafePointer(strdup($0)) } + [nil]
    defer { for pointer in pointers { free(UnsafeMutablePointer(mutating: pointer)) } }
    return body(&pointers)
}
