import Cases
import Foundation
import Kernel
import Storage

/// Keeps what is on its way to servers of others.
package struct DeliveryStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    /// A delivery as those see it who look after them: by the case's number.
    package struct Listed: Sendable {
        package let delivery: Delivery
        package let number: String
        package let category: String
    }

    /// Adds a delivery, unless the target has the case already.
    func insert(_ delivery: Delivery) throws {
        try db.execute(
            """
            INSERT INTO open311_delivery (id, target, matter_id, service, state, tries, next_at, created_at, changed_at)
            VALUES (\(delivery.id), \(delivery.target), \(delivery.matter), \(delivery.service), \(delivery.state),
                \(delivery.tries), \(delivery.nextAt), \(delivery.createdAt), \(delivery.changedAt))
            ON CONFLICT (target, matter_id) DO NOTHING
            """)
    }

    func find(_ id: ID<Delivery>) throws -> Delivery? {
        try db.row("\(Self.select) WHERE delivery.id = \(id)").map(Delivery.init)
    }

    /// Those whose turn it is: to be sent, or to be asked about.
    func due(at now: Date, limit: Int) throws -> [Delivery] {
        try [Delivery.State.waiting, .sent].flatMap { state in
            try db.rows(
                """
                \(Self.select) WHERE delivery.state = \(state) AND next_at <= \(now) ORDER BY next_at, delivery.id
                LIMIT \(limit)
                """
            ).map(Delivery.init)
        }
    }

    /// Takes a delivery for the time of one attempt; `false` when another node has it.
    func lease(_ delivery: Delivery, until time: Date) throws -> Bool {
        try db.execute(
            """
            UPDATE open311_delivery SET next_at = \(time)
            WHERE id = \(delivery.id) AND state = \(delivery.state) AND next_at = \(delivery.nextAt)
            """) == 1
    }

    func update(_ delivery: Delivery) throws {
        try db.execute(
            """
            UPDATE open311_delivery SET state = \(delivery.state), tries = \(delivery.tries), next_at = \(delivery.nextAt),
                changed_at = \(delivery.changedAt), fault = \(delivery.fault), remote_id = \(delivery.remoteID),
                remote_token = \(delivery.remoteToken), remote_status = \(delivery.remoteStatus),
                reason = \(delivery.reason)
            WHERE id = \(delivery.id)
            """)
    }

    /// In a state, the one that changed last first.
    func list(_ state: Delivery.State, limit: Int) throws -> [Listed] {
        try db.rows(
            """
            SELECT \(Self.columns), number, category FROM open311_delivery AS delivery
            JOIN matter ON matter.id = delivery.matter_id
            WHERE delivery.state = \(state) ORDER BY changed_at DESC, delivery.id DESC LIMIT \(limit)
            """
        ).map { row in
            Listed(delivery: try Delivery(row), number: try row["number"], category: try row["category"])
        }
    }

    /// How many there are in each state.
    func counts() throws -> [Delivery.State: Int] {
        let rows = try db.rows("SELECT state, COUNT(*) FROM open311_delivery GROUP BY state")
        return try rows.reduce(into: [:]) { $0[try $1[0]] = try $1[1] }
    }

    func deadCount() throws -> Int {
        try db.value("SELECT COUNT(*) FROM open311_delivery WHERE state = \(Delivery.State.dead)")
    }

    private static let columns: SQL = """
        delivery.id, target, delivery.matter_id, service, delivery.state, tries, next_at, created_at, changed_at, fault,
        remote_id, remote_token, remote_status, reason
        """

    private static let select: SQL = "SELECT \(columns) FROM open311_delivery AS delivery"
}

extension Delivery.State: SQLConvertible {}

extension Delivery {
    fileprivate init(_ row: Row) throws {
        self.init(
            id: try row[0], target: try row[1], matter: try row[2], service: try row[3], createdAt: try row[7],
            state: try row[4], tries: try row[5], nextAt: try row[6], changedAt: try row[8])
        fault = try row[9]
        remoteID = try row[10]
        remoteToken = try row[11]
        remoteStatus = try row[12]
        reason = try row[13]
    }
}
