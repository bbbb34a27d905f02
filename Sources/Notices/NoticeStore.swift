import Cases
import Foundation
import Kernel
import Storage
import Vault

/// Keeps the messages: whose they are and of which day, and sealed what they are about. So nobody who reads the table learns from
/// somebody's inbox what they reported.
package struct NoticeStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    package static let table = SealedTable("notice", key: "id", of: .reporter, columns: [.init("sealed")])

    /// Tells `account` of a step, or of a look. The same step gives the same message, however often it is handled.
    package func insert(
        _ account: ID<Account>, matter: ID<Case>, step: ID<TimelineEntry>, at time: Date, isLook: Bool = false,
        isMerged: Bool = false
    ) throws {
        // A step on one case is told to the reporters of those that were merged into it too: a message for each of them.
        let id =
            isMerged
            ? try Self.id(of: step, on: matter, db.seals) : try Self.id(of: step, isLook: isLook, db.seals)
        let notice = Notice(
            id: id, account: account, matter: matter, step: step,
            at: time, isRead: false, isLook: isLook)
        try insert([(notice, nil)], into: "notice")
    }

    /// `name`: what the table is called while it takes over from its predecessor.
    fileprivate func insert(_ notices: [(notice: Notice, readAt: Date?)], into name: String) throws {
        guard !notices.isEmpty else { return }
        let seals = try db.seals
        let rows = try notices.map { notice, readAt -> SQL in
            let sealed = try seals.seal(
                notice.content, of: .reporter, at: Self.table.place("sealed", notice.id.uuid))
            return """
                (\(notice.id), \(notice.account), \(Day(of: notice.at)), \(sealed), \(try seals.key(.reporter, .seal)),
                \(readAt))
                """
        }
        try db.execute(
            """
            INSERT INTO \(identifier: name) (id, account_id, day, sealed, key_id, read_at)
            VALUES \(rows.joined(by: ", ")) ON CONFLICT (id) DO NOTHING
            """
        )
    }

    /// The newest first. It opens all up to that day: nobody has more than some hundreds.
    package func list(of account: ID<Account>, before: (Date, ID<Notice>)? = nil, limit: Int) throws -> [Notice] {
        var conditions: [SQL] = ["account_id = \(account)"]
        if let (time, _) = before { conditions.append("day <= \(Day(of: time))") }
        let notices = try notices(where: conditions.all).sorted { ($0.at, $0.step) > ($1.at, $1.step) }
        guard let (time, id) = before else { return Array(notices.prefix(limit)) }
        let place = notices.firstIndex { $0.id == id }
        return Array(notices.drop { $0.at >= time && place == nil }.dropFirst(place.map { $0 + 1 } ?? 0).prefix(limit))
    }

    /// Counts the messages that an account hasn't read yet.
    package static func counting(unreadOf account: SQL) -> SQL {
        "SELECT COUNT(*) FROM notice WHERE notice.account_id = \(account) AND notice.read_at IS NULL"
    }

    /// Marks as read what came up to `time`.
    package func markRead(of account: ID<Account>, upTo time: Date, at now: Date) throws {
        let unread = try notices(where: "account_id = \(account) AND read_at IS NULL AND day <= \(Day(of: time))")
        let read = unread.filter { $0.at <= time }.map(\.id)
        guard !read.isEmpty else { return }
        try db.execute("UPDATE notice SET read_at = \(now) WHERE id IN (\(each: read))")
    }

    private func notices(where condition: SQL) throws -> [Notice] {
        let rows = try db.rows("SELECT id, account_id, sealed, read_at FROM notice WHERE \(condition)")
        guard !rows.isEmpty else { return [] }
        let seals = try db.seals
        return try rows.map { row in
            let id: ID<Notice> = try row[0]
            let readAt: Date? = try row[3]
            return try Notice(
                id: id, account: row[1], content: seals.open(row[2], at: Self.table.place("sealed", id.uuid)),
                isRead: readAt != nil)
        }
    }

    /// With the account, its messages go as well.
    package func erase(of account: ID<Account>) throws {
        try db.execute("DELETE FROM notice WHERE account_id = \(account)")
    }

    private static func id(
        of step: ID<TimelineEntry>, on matter: ID<Case>, _ seals: Seals
    ) throws -> ID<Notice> {
        let index = try seals.index(step.uuid.bytes + matter.uuid.bytes, of: .reporter, named: "notice.merged")
        guard let id = UUID(bytes: index.prefix(16)) else { throw VaultError.notSealed }
        return ID(id)
    }

    /// A message's identity follows from the step's, and only whoever has the key can say how.
    fileprivate static func id(
        of step: ID<TimelineEntry>, isLook: Bool = false, _ seals: Seals
    ) throws -> ID<Notice> {
        let index = try seals.index(
            step.uuid.bytes, of: .reporter, named: isLook ? "notice.look" : "notice.id")
        guard let id = UUID(bytes: index.prefix(16)) else { throw VaultError.notSealed }
        return ID(id)
    }
}

extension Notice {
    /// Case, step and time, as they are sealed; of a look with a mark in the time. All are of the same length, or a copy of
    /// the table would show whom somebody looked at on which day.
    fileprivate var content: Data {
        let time = Int64(at.milliseconds) | (isLook ? Self.lookMark : 0)
        return matter.uuid.bytes + step.uuid.bytes + withUnsafeBytes(of: time.bigEndian) { Data($0) }
    }

    private static let lookMark: Int64 = 1 << 62

    fileprivate init(id: ID<Notice>, account: ID<Account>, content: Data, isRead: Bool) throws {
        guard content.count == 40, let matter = UUID(bytes: content.prefix(16)),
            let step = UUID(bytes: content.dropFirst(16).prefix(16))
        else { throw VaultError.tampered }
        let time = Int64(bitPattern: content.suffix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
        let isLook = time & Self.lookMark != 0
        self.init(
            id: id, account: account, matter: ID(matter), step: ID(step),
            at: Date(milliseconds: Int(isLook ? time ^ Self.lookMark : time)), isRead: isRead, isLook: isLook)
    }
}

// MARK: - Messages of the version before, which kept them in plain

/// Seals messages into `notice_sealed`, which then takes the place of `notice`.
struct PlainNoticeStore {
    let db: any Transaction

    func seal(_ pass: Migration.Preparation.Pass) throws -> Int {
        let done = try pass.inBatches(sealNew)
        if pass == .last {
            // What was read after it had been sealed.
            try db.execute(
                """
                UPDATE notice_sealed SET read_at = (
                    SELECT notice.read_at FROM notice WHERE notice.sealed_id = notice_sealed.id)
                WHERE read_at IS NULL
                """)
        }
        return done
    }

    private func sealNew(limit: Int) throws -> Int {
        let rows = try db.rows(
            """
            SELECT id, account_id, matter_id, step_id, at, read_at FROM notice WHERE sealed_id IS NULL
            ORDER BY id LIMIT \(limit) \(.skipLocked)
            """)
        guard !rows.isEmpty else { return 0 }
        let seals = try db.seals
        var sealed: [(notice: Notice, readAt: Date?)] = []
        for row in rows {
            let notice = Notice(
                id: try NoticeStore.id(of: row[3], seals), account: try row[1], matter: try row[2], step: try row[3],
                at: try row[4], isRead: false)
            sealed.append((notice, try row[5]))
            try db.execute("UPDATE notice SET sealed_id = \(notice.id) WHERE id = \(try row[0] as UUID)")
        }
        try NoticeStore(db).insert(sealed, into: "notice_sealed")
        return rows.count
    }
}
