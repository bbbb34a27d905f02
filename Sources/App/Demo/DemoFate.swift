/// How far a report of the demo city has come, and since when.
struct DemoFate: Sendable {
    enum Ending: Sendable, Hashable {
        // Still open.
        case received, forwarded, accepted, dispatched, assigned
        case checking, extensionAsked, extensionGranted, extensionRefused, paused, resumed, reopened
        case handedOver, transferred
        // Found to be true.
        case verified, rectifying, rechecking
        /// `isRated`: whether the reporter has said that it is solved.
        case closed(isRated: Bool)
        case rectifiedTwice, reopenAsked, keptClosed

        var isVerified: Bool {
            switch self {
            case .verified, .rectifying, .rechecking, .closed, .rectifiedTwice, .reopenAsked, .keptClosed: true
            default: false
            }
        }
    }

    enum Place: Sendable, Hashable {
        case shenhe, hunnan, elsewhere
        /// An address in words, without a position: the city's desk has to find where it belongs.
        case unknown
    }

    let ending: Ending
    /// When it came in: working days before the latest one.
    let age: Int
    /// When its last step was taken, in the same count; where that is left open the steps follow at the usual pace.
    var last: Int?
    var place: Place
    /// One of the riders whom one can sign in as.
    var rider: DemoRider?

    init(_ ending: Ending, age: Int, last: Int? = nil, in place: Place = .shenhe, by rider: DemoRider? = nil) {
        self.ending = ending
        self.age = age
        self.last = last
        self.place = place
        self.rider = rider
    }
}

/// Riders in the list of accounts, by their place in the list of all riders.
enum DemoRider: Int, Sendable, CaseIterable {
    case shenhe, hunnan, tiexi
    /// Has registered and reported nothing yet.
    case newcomer
}

extension DemoFate {
    /// All 113: 50 found to be true, 63 in progress. `oldest` is how many working days one can count back.
    static func all(oldest: Int) -> [DemoFate] {
        open(oldest: oldest) + verified(oldest: oldest)
    }

    private static func open(oldest: Int) -> [DemoFate] {
        var fates: [DemoFate] = [
            DemoFate(.received, age: 0, in: .shenhe, by: .shenhe),
            DemoFate(.received, age: 0, in: .elsewhere, by: .tiexi),
            DemoFate(.received, age: 0, in: .unknown), DemoFate(.forwarded, age: 0, in: .unknown),
            DemoFate(.received, age: 0, in: .elsewhere),
        ]
        fates += spread(.received, ages: [0, 0, 0, 0])
        fates += [DemoFate(.accepted, age: 0, in: .hunnan, by: .hunnan)]
        fates += [0, 1, 2].map { DemoFate(.accepted, age: $0, in: .elsewhere) }
        fates += spread(.accepted, ages: [0, 0, 1, 2])
        fates += [DemoFate(.dispatched, age: 3, in: .hunnan, by: .hunnan)]
        fates += spread(.dispatched, ages: [1, 1, 2, 2, 3, 4, 4, 5, 6]) + spread(.assigned, ages: [5, 7])
        fates += [
            DemoFate(.checking, age: 4, in: .shenhe, by: .shenhe),
            DemoFate(.checking, age: 14, in: .hunnan, by: .hunnan),
        ]
        // Within 15 working days: of those with an age of 12 to 15 the last days run; those of 16 and more are late.
        fates += spread(.checking, ages: [3, 5, 6, 7, 8, 12, 12, 13, 15, 16, 18, 21])
        fates += spread(.extensionAsked, ages: [13, 14]) + spread(.extensionGranted, ages: [20, 18])
        fates += [
            DemoFate(.extensionRefused, age: 12, in: .hunnan), DemoFate(.paused, age: 11, in: .shenhe),
            DemoFate(.resumed, age: 17, in: .hunnan), DemoFate(.reopened, age: 40, in: .shenhe),
        ]
        fates += [
            DemoFate(.handedOver, age: 2, in: .shenhe, by: .shenhe),
            DemoFate(.handedOver, age: 5, in: .hunnan, by: .hunnan),
            DemoFate(.handedOver, age: 1, in: .elsewhere), DemoFate(.handedOver, age: 6, in: .elsewhere),
            DemoFate(.handedOver, age: 12, in: .shenhe),
        ]
        fates += [8, 19, 32].map { DemoFate(.transferred, age: $0, in: .elsewhere) }
        fates += [DemoFate(.transferred, age: 10, in: .elsewhere, by: .tiexi)]
        fates += spread(.transferred, ages: [14, 26, oldest - 9])
        return fates
    }

    private static func verified(oldest: Int) -> [DemoFate] {
        var fates: [DemoFate] = [
            DemoFate(.closed(isRated: false), age: 12, last: 0, in: .shenhe, by: .shenhe),
            DemoFate(.closed(isRated: false), age: 11, last: 0, in: .hunnan, by: .hunnan),
            DemoFate(.closed(isRated: true), age: 30, in: .shenhe, by: .shenhe),
            DemoFate(.reopenAsked, age: 22, last: 8, in: .hunnan, by: .hunnan),
            DemoFate(.rectifying, age: 9, last: 4, in: .shenhe, by: .shenhe),
            DemoFate(.keptClosed, age: 36, last: 20, in: .shenhe),
            DemoFate(.rectifiedTwice, age: 27, in: .hunnan), DemoFate(.rectifiedTwice, age: 35, in: .shenhe),
        ]
        fates += spread(.verified, ages: [6, 7, 8, 9])
        fates += zip([7, 8, 8, 10, 13], [1, 2, 3, 4, 8]).enumerated().map { index, pair in
            DemoFate(.rectifying, age: pair.0, last: pair.1, in: index.isMultiple(of: 2) ? .hunnan : .shenhe)
        }
        fates += zip([12, 13, 13, 14], [0, 1, 2, 2]).enumerated().map { index, pair in
            DemoFate(.rechecking, age: pair.0, last: pair.1, in: index.isMultiple(of: 2) ? .shenhe : .hunnan)
        }
        // From the first days on, more of them later.
        fates += spread(.closed(isRated: true), ages: (0..<20).map { 16 + ($0 * $0 * (oldest - 17)) / 361 })
        fates += spread(.closed(isRated: false), ages: (0..<9).map { 15 + ($0 * (oldest - 20)) / 8 })
        return fates
    }

    private static func spread(_ ending: Ending, ages: [Int]) -> [DemoFate] {
        ages.enumerated().map { index, age in
            DemoFate(ending, age: age, in: index.isMultiple(of: 2) ? .shenhe : .hunnan)
        }
    }
}
