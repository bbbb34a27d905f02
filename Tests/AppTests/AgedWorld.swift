import Access
import Crypto
import Directory
import Foundation
import Kernel
import Media
import Notices
import Storage
import TestSupport
import Testing
import Web

@testable import App
@testable import Cases
@testable import People

/// A city with some years behind it: cases of all ages, held and open ones, photos, messages, looks, consents, people who have
/// left. All of it from a seed.
struct AgedWorld {
    struct Matter {
        let id: UUID
        let closedAt: Date?
        let isAsked: Bool
        let heldUntil: Day?
        let photos: [UUID]
    }

    let city: TestCity
    let now: Date
    private(set) var matters: [Matter] = []
    private(set) var waiting: [(photo: UUID, at: Date)] = []
    /// When staff left whose names are still here, and when riders were written down who didn't come.
    private(set) var departures: [Date] = []
    private(set) var enrolments: [Date] = []
    private var chance: SeededGenerator
    private var counter: UInt64 = 0

    init(seed: UInt64, cases: Int = 36) async throws {
        chance = SeededGenerator(seed: seed)
        now = Date(shanghai: "2026-11-21 09:30") + Double.random(in: 0...400, using: &chance) * 86_400
        city = try await TestCity(at: Date(shanghai: "2019-01-01 08:00"))
        city.clock.set(to: now.storable)
        for _ in 0..<cases { try await addMatter() }
        for _ in 0..<4 {
            let at = ago(within: 3)
            waiting.append((try await addPhoto(to: nil, at: at), at))
        }
        try await addRest()
    }

    private mutating func name() -> UUID {
        counter += 1
        return UUID(
            high: UInt64.random(in: .min ... .max, using: &chance) | 0x7000, low: 0x8000_0000_0000_0000 | counter)
    }

    private mutating func ago(within days: Double) -> Date {
        (now - Double.random(in: 0...days * 86_400, using: &chance)).storable
    }

    private mutating func addMatter() async throws {
        let id = name()
        let rider = try city.person(Bool.random(using: &chance) ? .zhangWei : .liuYang).id
        let ages: [Double] = [100, 130, 1850, 3600, 3600]
        let isEnded = Int.random(in: 0..<5, using: &chance) > 0
        let closedAt = isEnded ? ago(within: ages.randomElement(using: &chance) ?? 1) : nil
        let state = isEnded ? (["closed", "closed", "declined"].randomElement(using: &chance) ?? "") : "checking"
        let outcome: String? =
            state == "declined" ? "declined" : isEnded ? ["verified", "unfounded"].randomElement(using: &chance) : nil
        let isAsked = state == "closed" && Int.random(in: 0..<8, using: &chance) == 0
        let hold = Int.random(in: 0..<4, using: &chance) == 0
        let until = Day(of: now) + Int.random(in: -40...60, using: &chance)
        let (step, holdID, alias) = (name(), name(), "A\(counter % 1000)")
        let office = city.offices["SH-FOOD"] ?? ID(UUID())
        let officer = try city.person(.liNa).id
        let digits = "N\(counter)-\(UInt64.random(in: .min ... .max, using: &chance))"
        let received = (closedAt ?? now) - 20 * 86_400
        let lookID = name()
        try await city.product.services.database.write { db in
            try db.execute(
                """
                INSERT INTO matter (id, number, received_at, reported_category, category, severity, description, lat, lng,
                    accuracy, position_source, address, area, territory_path, office_id, handler_id, state, outcome, result,
                    extension_request, reopen_request, closed_at, closed_by, version)
                VALUES (\(id), \(digits), \(received), '0104', '0104', 2, '后厨有老鼠', 41.8, 123.45, 12.0, 'map',
                    '青年大街 1 号', '沈河区', \(TestCity.shenhe), \(office), \(officer), \(state), \(outcome),
                    \(state == "closed" ? "已整改" : nil), 'none', \(isAsked ? "asked" : "none"), \(closedAt),
                    \(closedAt == nil ? nil : officer), 5)
                """)
            try ReporterStore(db).insert(
                Reporter(matter: ID(id), identity: .named, alias: alias), account: rider, digest: Data(count: 32))
            try db.execute(
                """
                INSERT INTO matter_step (id, matter_id, position, at, step, actor_id, to_state, note, detail, tells)
                VALUES (\(step), \(id), 0, \(received), 'accept', \(officer), \(state), '内部备注',
                    '{"handler":"李娜"}', 'accepted')
                """)
            if hold {
                try db.execute(
                    """
                    INSERT INTO matter_hold (id, matter_id, reason, set_by, set_at, until_day)
                    VALUES (\(holdID), \(id), '行政复议', \(officer), \(received), \(until))
                    """)
            }
            try NoticeStore(db).insert(rider, matter: ID(id), step: ID(step), at: closedAt ?? received)
            try db.execute(
                """
                INSERT INTO identity_look (id, class, subject, viewer_id, purpose, is_refused, at)
                VALUES (\(lookID), 'reporter', \(id), \(officer), 'handling', \(false), \(received))
                """)
        }
        var photos: [UUID] = []
        for _ in 0..<Int.random(in: 0...2, using: &chance) { photos.append(try await addPhoto(to: id, at: received)) }
        matters.append(
            Matter(id: id, closedAt: closedAt, isAsked: isAsked, heldUntil: hold ? until : nil, photos: photos))
    }

    /// The row and three files, whatever is in them.
    private mutating func addPhoto(to matter: UUID?, at time: Date) async throws -> UUID {
        let id = name()
        let rider = try city.person(.zhangWei).id
        for kind in PhotoShelf.Kind.allCases {
            try await city.product.shelf.store.put([
                StoredContent(key: PhotoShelf.key(of: id, kind), content: Data("\(kind)".utf8))
            ])
        }
        let photo = Photo(
            id: ID(id), account: matter == nil ? rider : nil, matter: matter.map { ID($0) }, format: "jpeg",
            byteCount: 8,
            originalHash: Data(count: 32), width: 1, height: 1, createdAt: time,
            evidence: Photo.Evidence(capturedAt: time, position: Position(lat: 41.8, lng: 123.45)))
        try await city.product.services.database.write { db in try PhotoStore(db).insert(photo) }
        return id
    }

    private mutating func addRest() async throws {
        let rider = try city.person(.zhangWei).id
        for number in 0..<12 {
            let (id, consent, request, left) = (name(), name(), name(), name())
            let (old, older) = (ago(within: 1500), ago(within: 2200))
            let (soon, days) = (ago(within: 60), ago(within: 4000))
            let purpose = "purpose-\(number / 3)"
            let isGiven = Bool.random(using: &chance)
            let seen = ago(within: 40)
            let (batch, enrolled, interest) = (name(), ago(within: 60), name())
            let phone = try #require(Phone("138123450\(number < 10 ? "0" : "")\(number)"))
            departures.append(days)
            enrolments.append(enrolled)
            try await city.product.services.database.write { db in
                let hash = Data(SHA256.hash(data: id.bytes))
                try db.execute(
                    """
                    INSERT INTO sign_in_code (id, challenge, code_hash, phone_key, phone_sealed, means, expires_at, tries_left)
                    VALUES (\(id), \(hash), \(hash), \(hash), \(hash), 'cookie', \(soon + 30 * 86_400), 3)
                    """)
                try db.execute(
                    "INSERT INTO attempt (key, used, ends_at) VALUES (\(hash), 1, \(soon + 30 * 86_400))")
                try db.execute(
                    """
                    INSERT INTO session (id, token_hash, account_id, means, device, created_at, seen_at, expires_at)
                    VALUES (\(id), \(hash), \(rider), 'cookie', 'android', \(seen), \(seen), \(seen + 180 * 86_400))
                    """)
                try db.execute("INSERT INTO session_proof (session_id, at) VALUES (\(id), \(seen))")
                try ConsentStore(db).insert([
                    ConsentEntry(
                        id: consent, account: rider, purpose: purpose, version: "1", isGiven: isGiven, at: old,
                        source: .page)
                ])
                try db.execute(
                    """
                    INSERT INTO data_request (id, account_id, kind, state, asked_at, words_sealed, answered_at)
                    VALUES (\(request), \(rider), 'explanation', 'done', \(older), \(hash), \(older))
                    """)
                try db.execute(
                    """
                    INSERT INTO account (id, kind, state, login, created_at)
                    VALUES (\(left), 'staff', 'active', \("left-\(number)"), \(days - 86_400))
                    """)
                try db.execute(
                    """
                    INSERT INTO grant_of_role (id, account_id, role, from_at, until_at, reason, ended_reason)
                    VALUES (\(request), \(left), 'officer', \(days - 86_400), \(days), '新录用', '调离')
                    """)
                // What somebody was tied to was never ended: it must not keep the name for ever.
                try GrantStore(db).insert([
                    DatedGrant(
                        id: interest, account: ID(left), grant: Grant(role: .everyone, organisation: ID(id)),
                        from: days - 86_400, grantedBy: ID(left), reason: "family")
                ])
                try EnrolmentStore(db).insert(
                    EnrolmentBatch(id: batch, by: ID(left), at: enrolled, count: 1),
                    [Enrolment(id: batch, phone: phone, profile: Profile(name: "徐师傅"), territory: nil)])
            }
        }
    }

    // MARK: What should be, reckoned without the product

    private static var calendar: Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(secondsFromGMT: 8 * 3600) ?? .gmt
        return calendar
    }

    private func isOver(_ matter: Matter, at now: Date) -> Date? {
        let isHeld = matter.heldUntil.map { $0 >= Day(of: now) } ?? false
        return isHeld || matter.isAsked ? nil : matter.closedAt
    }

    /// Those whose links, originals and evidence have to go.
    func dueAfter90Days(at now: Date) -> [Matter] {
        matters.filter { matter in isOver(matter, at: now).map { $0 < now - 90 * 86_400 } ?? false }
    }

    private func fiveYearsBefore(_ now: Date) -> Date {
        let today = Self.calendar.startOfDay(for: now)
        return Self.calendar.date(byAdding: .year, value: -5, to: today) ?? .distantPast
    }

    /// How many names of staff have to go, and how many riders who were written down a month ago.
    func dueNames(at now: Date) -> Int { departures.count { $0 < fiveYearsBefore(now) } }
    func dueEnrolments(at now: Date) -> Int { enrolments.count { $0 + 30 * 86_400 < now } }

    /// Those whose words have to go.
    func dueAfter5Years(at now: Date) -> [Matter] {
        let before = fiveYearsBefore(now)
        return matters.filter { matter in isOver(matter, at: now).map { $0 < before } ?? false }
    }
}
