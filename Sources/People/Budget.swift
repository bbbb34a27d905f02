import Foundation

/// How often something may be done within a time.
package struct Budget: Sendable, Hashable {
    /// Part of the key under which it is counted.
    let name: String
    let limit: Int
    let window: TimeInterval

    package init(_ name: String, _ limit: Int, per window: TimeInterval) {
        self.name = name
        self.limit = limit
        self.window = window
    }
}

/// The limits of signing in. A station's riders share one address, so what counts first is the number or the login;
/// an address only stops what no station could do.
package struct SignInLimits: Sendable {
    package var codesPerPhone: [Budget]
    package var codesPerAddress: [Budget]
    package var codesInAll: [Budget]
    package var triesPerPhone: [Budget]
    package var triesPerLogin: [Budget]
    package var triesPerAddress: [Budget]

    package static let standard = SignInLimits(
        codesPerPhone: [
            Budget("code-phone-minute", 1, per: 60), Budget("code-phone-hour", 5, per: 3600),
            Budget("code-phone-day", 10, per: 86_400),
        ],
        codesPerAddress: [
            Budget("code-address-minute", 60, per: 60), Budget("code-address-hour", 600, per: 3600),
        ],
        // Each message costs money: SMS pumping with many numbers ends here.
        codesInAll: [Budget("code-all-minute", 600, per: 60)],
        triesPerPhone: [Budget("try-phone-hour", 25, per: 3600)],
        triesPerLogin: [Budget("try-login", 10, per: 900)],
        triesPerAddress: [Budget("try-address", 300, per: 600)]
    )

    /// For the demo city and tests in a browser, where one person plays everybody.
    package static let demo: SignInLimits = {
        var limits = standard
        limits.codesPerPhone = [Budget("code-phone-minute", 30, per: 60), Budget("code-phone-day", 1000, per: 86_400)]
        limits.triesPerPhone = [Budget("try-phone-hour", 300, per: 3600)]
        return limits
    }()
}

/// One budget of one subject, about to be drawn on.
struct Spending: Sendable, Hashable {
    let key: Data
    let limit: Int
    let window: TimeInterval

    init(key: Data, limit: Int, window: TimeInterval) {
        self.key = key
        self.limit = limit
        self.window = window
    }

    init(_ budget: Budget, of subject: String, keys: PeopleKeys) {
        self.init(key: keys.subject(budget.name, subject), limit: budget.limit, window: budget.window)
    }
}

/// How much of a budget is gone in a window that began with its first use.
struct Spent: Sendable, Hashable {
    let count: Int
    let endsAt: Date
}

extension Spending {
    /// How many seconds until there is room again; `nil` when there is room now.
    func wait(_ spent: Spent?, at now: Date) -> Int? {
        guard let spent, isOpen(spent, at: now), spent.count >= limit else { return nil }
        return max(1, Int(spent.endsAt.timeIntervalSince(now).rounded(.up)))
    }

    /// The budget after one more use.
    func drawn(_ spent: Spent?, at now: Date) -> Spent {
        guard let spent, isOpen(spent, at: now) else { return Spent(count: 1, endsAt: now.addingTimeInterval(window)) }
        return Spent(count: spent.count + 1, endsAt: spent.endsAt)
    }

    /// A window that ends later than a new one would was opened by a clock that was wrong: it doesn't count.
    private func isOpen(_ spent: Spent, at now: Date) -> Bool {
        now < spent.endsAt && spent.endsAt <= now.addingTimeInterval(window)
    }
}

/// The address of a client as limits see it: with IPv6 the network of 64 bits, because everybody has that many addresses.
func limitSubject(ofAddress address: String) -> String {
    let bare = address.prefix { $0 != "%" }
    guard bare.contains(":") else { return String(bare) }
    if let dotted = bare.split(separator: ":").last, dotted.contains(".") { return String(dotted) }
    let halves = bare.replacing("::", with: "*").split(separator: "*", omittingEmptySubsequences: false)
    let head = halves[0].split(separator: ":")
    let tail = halves.count > 1 ? halves[1].split(separator: ":") : []
    let zeros = Array(repeating: Substring("0"), count: max(0, 8 - head.count - tail.count))
    return (head + zeros + tail).prefix(4).joined(separator: ":") + "::/64"
}
