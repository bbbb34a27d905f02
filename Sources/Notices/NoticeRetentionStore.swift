import Cases
import Foundation
import Kernel
import Retention
import Storage

/// What is kept of messages and of looks at who reported, and how it goes.
enum NoticeRetentionStore {
    static let rules = [notices, looks]

    /// What a message is about lies sealed, so it goes by the day it came. A hold on a case keeps the case's file; the inbox
    /// isn't part of it.
    private static let notices = RetentionRule("notices") { _, _ in
        .init(from: "FROM notice WHERE TRUE", event: "day", key: "id", isDay: true)
    } erase: { keys, _, db in
        try db.execute("DELETE FROM notice WHERE id IN (\(each: keys))")
    }

    /// Who looked at whom is a security log, and what those who were looked at may ask for. The journal keeps that it happened.
    private static let looks = RetentionRule("looks", atLeast: Span(6, .months)) { now, _ in
        .init(
            from: "FROM identity_look WHERE NOT \(CaseHoldStore.isHeld("identity_look.subject", at: now))", event: "at",
            key: "id")
    } erase: { keys, _, db in
        try db.execute("DELETE FROM identity_look WHERE id IN (\(each: keys))")
    }
}
