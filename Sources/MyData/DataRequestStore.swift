import Foundation
import Kernel
import Storage

/// Keeps what people asked about their own data, and how it was answered.
package struct DataRequestStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    package func insert(_ request: DataRequest) throws {
        try db.execute(
            """
            INSERT INTO data_request (id, account_id, kind, state, asked_at, due_day, words_sealed, answer_sealed,
                answered_at, answered_by, overdue_at)
            VALUES (\(request.id), \(request.account), \(request.kind), \(request.state), \(request.askedAt),
                \(request.due), \(request.words), \(request.answer), \(request.answeredAt), \(request.answeredBy),
                \(request.overdueAt))
            """
        )
    }

    package func update(_ request: DataRequest) throws {
        try db.execute(
            """
            UPDATE data_request SET state = \(request.state), due_day = \(request.due),
                answer_sealed = \(request.answer), answered_at = \(request.answeredAt),
                answered_by = \(request.answeredBy), overdue_at = \(request.overdueAt)
            WHERE id = \(request.id)
            """
        )
    }

    package func find(_ id: ID<DataRequest>) throws -> DataRequest {
        guard let row = try db.row("\(Self.select) WHERE id = \(id)") else { throw DataRequestError.notFound }
        return try DataRequest(row)
    }

    /// What somebody asked, the newest first.
    package func list(of account: ID<Account>, limit: Int) throws -> [DataRequest] {
        try db.rows(
            "\(Self.select) WHERE account_id = \(account) ORDER BY asked_at DESC, id DESC LIMIT \(limit)"
        ).map(DataRequest.init)
    }

    /// What waits for an answer, the oldest first.
    package func waiting(limit: Int) throws -> [DataRequest] {
        try db.rows(
            "\(Self.select) WHERE state IN ('open', 'held') ORDER BY asked_at, id LIMIT \(limit)"
        ).map(DataRequest.init)
    }

    /// Takes a person out of what they asked: kind, days and outcome are left, for counting.
    package func forget(_ account: ID<Account>) throws {
        try db.execute(
            """
            UPDATE data_request SET account_id = NULL, words_sealed = NULL, answer_sealed = NULL
            WHERE account_id = \(account)
            """
        )
    }

    private static let select: SQL = """
        SELECT id, account_id, kind, state, asked_at, due_day, words_sealed, answer_sealed, answered_at, answered_by,
            overdue_at
        FROM data_request
        """
}

extension DataRequest.Kind: SQLConvertible {}
extension DataRequest.State: SQLConvertible {}

extension DataRequest {
    fileprivate init(_ row: Row) throws {
        self.init(
            id: try row[0], account: try row[1], kind: try row[2], state: try row[3], askedAt: try row[4],
            due: try row[5], words: try row[6], answer: try row[7], answeredAt: try row[8], answeredBy: try row[9],
            overdueAt: try row[10])
    }
}
