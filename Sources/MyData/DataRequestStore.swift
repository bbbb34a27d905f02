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

    /// Selects what somebody asked, by its identities.
    static func requests(of account: ID<Account>) -> SQL {
        "SELECT id FROM data_request WHERE account_id = \(account)"
    }

    // MARK: The desk

    /// Those that somebody has to answer.
    private static let answered = DataRequest.Kind.allCases.filter(\.needsAnswer)

    /// What waits, the soonest due first; last the deletions that wait for a case.
    package func desk(limit: Int) throws -> [DataRequest] {
        try db.rows(
            """
            \(Self.select) WHERE state IN ('open', 'held')
            ORDER BY CASE WHEN state = 'held' THEN 1 ELSE 0 END, CASE WHEN due_day IS NULL THEN 1 ELSE 0 END, due_day,
                asked_at, id
            LIMIT \(limit)
            """
        ).map(DataRequest.init)
    }

    /// What somebody answered last.
    package func answered(limit: Int) throws -> [DataRequest] {
        try db.rows(
            """
            \(Self.select) WHERE state IN ('done', 'refused') AND kind IN (\(each: Self.answered))
            ORDER BY answered_at DESC, id DESC LIMIT \(limit)
            """
        ).map(DataRequest.init)
    }

    /// All that is asked of the bureau, the newest first; taking one's data along asks nothing of anybody.
    package func list(
        in state: DataRequest.State?, isOverdue: Bool?, on today: Day, before: (Date, ID<DataRequest>)?, limit: Int
    ) throws -> [DataRequest] {
        let late: SQL = "(state = 'open' AND due_day IS NOT NULL AND due_day < \(today))"
        var conditions: [SQL] = ["kind <> 'export'"]
        if let state { conditions.append("state = \(state)") }
        if let isOverdue { conditions.append(isOverdue ? late : "NOT \(late)") }
        if let (time, id) = before {
            conditions.append("(asked_at < \(time) OR (asked_at = \(time) AND id < \(id)))")
        }
        return try db.rows(
            "\(Self.select) WHERE \(conditions.all) ORDER BY asked_at DESC, id DESC LIMIT \(limit)"
        ).map(DataRequest.init)
    }

    package struct Counts: Sendable, Hashable {
        package var open = 0
        package var late = 0
        package var answered = 0
        package var inTime = 0
        /// Answered, without a day by which that should have been.
        package var withoutDay = 0
    }

    /// How many wait and how many of these are late; how many were answered since `start`, and how many of these in time.
    package func counts(since start: Date, on today: Day) throws -> Counts {
        var counts = Counts()
        counts.open = try db.value("SELECT COUNT(*) FROM data_request WHERE state IN ('open', 'held')")
        counts.late = try db.value("SELECT COUNT(*) FROM data_request WHERE state = 'open' AND due_day < \(today)")
        // By days, of which there are few; 28,800,000 ms are Shanghai's eight hours.
        let days = try db.rows(
            """
            SELECT due_day, (answered_at + 28800000) / 86400000 AS answered_day, COUNT(*) AS number FROM data_request
            WHERE state IN ('done', 'refused') AND kind IN (\(each: Self.answered)) AND answered_at >= \(start)
            GROUP BY due_day, (answered_at + 28800000) / 86400000
            """)
        for row in days {
            let (due, number): (Day?, Int) = (try row[0], try row[2])
            counts.answered += number
            guard let due else {
                counts.withoutDay += number
                continue
            }
            if try Day(number: row[1]) <= due { counts.inTime += number }
        }
        return counts
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
