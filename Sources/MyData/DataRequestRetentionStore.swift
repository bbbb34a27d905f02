import Foundation
import Kernel
import Retention
import Storage

/// What is kept of answered requests, and how it goes: whose they were, what was asked and answered. Kind, days and outcome
/// are left, for counting.
enum DataRequestRetentionStore {
    static let rules = [answered]

    private static let answered = RetentionRule("data-requests") { _, _ in
        .init(
            from: """
                FROM data_request WHERE answered_at IS NOT NULL AND state IN ('done', 'takenBack', 'refused')
                AND (account_id IS NOT NULL OR words_sealed IS NOT NULL OR answer_sealed IS NOT NULL
                    OR answered_by IS NOT NULL)
                """,
            event: "answered_at", key: "id")
    } erase: { keys, _, db in
        try db.execute(
            """
            UPDATE data_request SET account_id = NULL, words_sealed = NULL, answer_sealed = NULL, answered_by = NULL
            WHERE id IN (\(each: keys))
            """)
    }
}
