import Foundation
import Kernel
import Retention
import Storage

/// How what this feature keeps goes: the public line of a case long after its end, which program sent it, where it was sent.
enum Open311RetentionStore {
    static let rules = [requests, receipts, deliveries]

    private static let requests = RetentionRule("public-requests") { _, _ in
        .init(
            from: "FROM open311_request WHERE is_open = \(false)", event: "updated_day", key: "matter_id",
            isDay: true)
    } erase: { keys, _, db in
        try db.execute("DELETE FROM open311_request WHERE matter_id IN (\(each: keys))")
    }

    private static let receipts = RetentionRule("program-receipts") { _, _ in
        .init(from: "FROM open311_receipt WHERE TRUE", event: "at", key: "matter_id")
    } erase: { keys, _, db in
        try db.execute("DELETE FROM open311_receipt WHERE matter_id IN (\(each: keys))")
    }

    private static let deliveries = RetentionRule("deliveries") { _, _ in
        .init(
            from: "FROM open311_delivery WHERE state IN ('done', 'dropped')", event: "changed_at", key: "id")
    } erase: { keys, _, db in
        try db.execute("DELETE FROM open311_delivery WHERE id IN (\(each: keys))")
    }
}
