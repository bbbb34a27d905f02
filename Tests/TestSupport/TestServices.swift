import Access
import Foundation
import Kernel
import Storage
import Synchronization
import Web

extension Services {
    /// Services that a test controls: a time that stands still until the test moves it, and identities that count up.
    package static func test(
        _ database: any Database, modules: [Bundle] = [], policy: Policy? = nil, clock: TestClock = TestClock()
    ) throws -> Services {
        let counter = Counter()
        return Services(
            database: database,
            site: try sites.site(of: modules),
            policy: try policy ?? .shipped,
            uploads: try temporaryFolder(),
            // Tests of People ask for the rights themselves; elsewhere a caller has those that the test gave.
            rights: { caller, _, _ in caller },
            now: { clock.now },
            makeUUID: { _ in counter.next() },
            makeName: { counter.next() }
        )
    }
}

/// Hundreds of tests use the same templates and words: they are read once.
private let sites = Sites()

private final class Sites: Sendable {
    private let known = Mutex<[[URL]: Site]>([:])

    func site(of modules: [Bundle]) throws -> Site {
        let key = modules.map(\.bundleURL)
        return try known.withLock { known in
            if let site = known[key] { return site }
            let site = try Site(modules)
            known[key] = site
            return site
        }
    }
}

extension Policy {
    /// The policy in `Data/policy.json`.
    package static var shipped: Policy {
        get throws {
            try JSONDecoder().decode(
                Policy.self, from: Data(contentsOf: sourceRoot.appending(path: "Data/policy.json")))
        }
    }
}

/// A clock that a test sets and moves.
package final class TestClock: Sendable {
    private let time: Mutex<Date>

    package init(_ start: Date = .saturdayMorning) {
        time = Mutex(start)
    }

    package var now: Date { time.withLock { $0 } }

    package func advance(by seconds: Double) {
        time.withLock { $0 += seconds }
    }

    package func set(to instant: Date) {
        time.withLock { $0 = instant }
    }
}

private final class Counter: Sendable {
    private let count = Mutex(0)

    func next() -> UUID {
        let number = count.withLock { count in
            count += 1
            return count
        }
        return UUID(high: 0x0000_0000_0000_7000, low: 0x8000_0000_0000_0000 | UInt64(number))
    }
}

extension Date {
    /// 2026-11-21 09:30 in Shanghai, a Saturday.
    package static let saturdayMorning = Date(timeIntervalSince1970: 1_795_224_600)

    /// `2026-09-30 16:00` in Shanghai.
    package init(shanghai text: String) {
        let day = Day(text.prefix(10)) ?? Day(number: 0)
        let clock = text.dropFirst(11).split(separator: ":").compactMap { Double($0) }
        self = day.start + (clock.first ?? 0) * 3600 + (clock.dropFirst().first ?? 0) * 60
    }
}
