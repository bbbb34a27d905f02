import Foundation
import Kernel
import People

/// The riders of the demo city, by when they registered.
struct DemoRiders: Sendable {
    static let count = 1635

    let people: [Person]

    init(_ stories: DemoStories, days: DemoDays, seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let times = Self.times(days, using: &generator)
        people = try times.enumerated().map { index, time in
            try Self.rider(index, at: time, stories, using: &generator)
        }
    }

    /// The last rider who had registered at `instant`, counted from 1.
    func registered(by instant: Date) -> Int {
        var (low, high) = (0, people.count)
        while low < high {
            let middle = (low + high) / 2
            if people[middle].createdAt <= instant { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// 138 0000 0001 and so on: numbers of a valid form that are nobody's we know of; nothing is ever sent to them.
    static func phone(_ index: Int) throws -> Phone {
        guard let phone = Phone("1380000\(String(10_001 + index).dropFirst())") else {
            throw SettingsError("demo: rider \(index) has no number")
        }
        return phone
    }

    private static func rider(
        _ index: Int, at time: Date, _ stories: DemoStories, using generator: inout SeededGenerator
    ) throws -> Person {
        let id: ID<Account> = ID(UUID.version7(at: time, using: &generator))
        let county = counties.draw(using: &generator)
        let platform = platforms.draw(using: &generator)
        let name =
            (stories.surnames.randomElement(using: &generator) ?? "")
            + (stories.givenNames.randomElement(using: &generator) ?? "")
        let site = Int.random(in: 1...6, using: &generator)
        let isSilent = Int.random(in: 0..<8, using: &generator) == 0
        let known = DemoRider(rawValue: index)
        let place = known?.county ?? county
        var profile = Profile(
            name: known?.name ?? name, platform: known?.platform ?? platform.0, company: "示例\(platform.1)有限公司",
            site: "示例\(site)站")
        if let known { (profile.company, profile.site) = ("示例配送有限公司", known.site) }
        return Person(
            id: id, door: .phone(try phone(index)), profile: isSilent && known == nil ? Profile() : profile,
            territory: TerritoryCode(rawValue: place), createdAt: time,
            welcomedAt: isSilent && known == nil ? nil : time + 95)
    }

    /// More on working days, most after a visit at the sites: on the first days, after five weeks and after nine.
    private static func times(_ days: DemoDays, using generator: inout SeededGenerator) -> [Date] {
        let weights = (0..<90).map { offset -> Double in
            let waves = [(2.0, 26.0, 2.5), (34, 34, 4), (63, 22, 3.5)].map { middle, height, width in
                height * exp(-pow((Double(offset) - middle) / width, 2))
            }.reduce(0, +)
            let isWeekend = (days.first + offset).isWeekend
            return (9 + waves) * (isWeekend ? 0.65 : 1) * Double.random(in: 0.75...1.25, using: &generator)
        }
        let total = weights.reduce(0, +)
        var times: [Date] = []
        var (sum, given) = (0.0, 0)
        for (offset, weight) in weights.enumerated() {
            sum += weight
            let upTo = offset == 89 ? count : Int((sum / total * Double(count)).rounded())
            let day = (days.first + offset).start
            let latest = min(22 * 3600, Int(days.end.timeIntervalSince(day)) - 60)
            for _ in given..<max(given, upTo) {
                let second = Int.random(in: 7 * 3600..<latest, using: &generator)
                times.append(day + Double(second) + Double(Int.random(in: 0..<1000, using: &generator)) / 1000)
            }
            given = max(given, upTo)
        }
        return times.map(\.storable).sorted()
    }

    private static let counties = Weighted([
        ("210103", 28), ("210112", 25), ("210102", 13), ("210106", 11), ("210105", 8), ("210104", 7), ("210114", 4),
        ("210113", 2), ("210111", 2),
    ])
    private static let platforms = Weighted<(Platform, String)>([
        ((.eleme, "骑行服务"), 42), ((.meituan, "众送"), 30), ((.sfIntraCity, "同城速运"), 11), ((.shansong, "快闪"), 9),
        ((.dada, "达到家"), 8),
    ])
}

extension DemoRider {
    var name: String {
        switch self {
        case .shenhe: "示例·孙骑手"
        case .hunnan: "示例·马骑手"
        case .tiexi: "示例·田骑手"
        case .newcomer: "示例·新骑手"
        }
    }

    var county: String {
        switch self {
        case .shenhe: "210103"
        case .hunnan, .newcomer: "210112"
        case .tiexi: "210106"
        }
    }

    var platform: Platform {
        switch self {
        case .shenhe: .eleme
        case .hunnan: .meituan
        case .tiexi: .shansong
        case .newcomer: .sfIntraCity
        }
    }

    var site: String {
        switch self {
        case .shenhe: "沈河示例一站"
        case .hunnan: "浑南示例一站"
        case .tiexi: "铁西示例一站"
        case .newcomer: "浑南示例二站"
        }
    }
}

/// Values of which some come more often than others.
struct Weighted<Value: Sendable>: Sendable {
    private let values: [(Value, Int)]
    private let total: Int

    init(_ values: [(Value, Int)]) {
        self.values = values
        total = values.map(\.1).reduce(0, +)
    }

    func draw(using generator: inout SeededGenerator) -> Value {
        var rest = Int.random(in: 0..<total, using: &generator)
        for (value, weight) in values {
            if rest < weight { return value }
            rest -= weight
        }
        return values[0].0
    }
}
