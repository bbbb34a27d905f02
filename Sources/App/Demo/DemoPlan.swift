import Cases
import Foundation
import Kernel
import People

/// Everything that happens in the demo city, thought out before any of it is done.
struct DemoPlan: Sendable {
    let riders: DemoRiders
    let reports: [DemoReport]

    init(_ stories: DemoStories, _ places: DemoPlaces, days: DemoDays, seed: UInt64) throws {
        riders = try DemoRiders(stories, days: days, seed: seed ^ 0x7269_6465_7273)
        var generator = SeededGenerator(seed: seed ^ 0x7374_6f72_6965_73)
        var texts = DemoTexts(stories.stories)
        var reports: [DemoReport] = []
        var sent: [Int: Int] = [:]
        // Those that only some stories fit choose first.
        for fate in DemoFate.all(oldest: days.oldest).sorted(by: { $0.ending.choice < $1.ending.choice }) {
            guard let (story, text) = texts.draw(fate.ending.suits, using: &generator) else {
                throw SettingsError("demo: no story fits \(fate.ending)")
            }
            let receivedAt =
                fate.ending == .received
                ? days.justNow(using: &generator) : days.sighting(fate.age, using: &generator)
            let county = fate.place.county(using: &generator)
            let rider =
                fate.rider?.rawValue
                ?? riders.reporter(of: county, at: receivedAt, sent: sent, using: &generator)
            sent[rider, default: 0] += 1
            let photos = Self.pictures(of: story, using: &generator)
            var script = DemoScript(
                days, stories.words, story, receivedAt: receivedAt, number: reports.count,
                generator: SeededGenerator(seed: generator.next()))
            script.write(fate)
            reports.append(
                DemoReport(
                    id: ID(UUID.version7(at: receivedAt, using: &generator)), rider: rider, receivedAt: receivedAt,
                    category: story.category, description: text,
                    place: try county.map { try places.place(in: $0, using: &generator) }
                        ?? places.words(using: &generator),
                    county: county, identity: Self.identities.draw(using: &generator), photos: photos,
                    moves: script.moves))
        }
        self.reports = DemoNeighbours.repeatOne(reports.sorted { $0.receivedAt < $1.receivedAt })
        try check(until: days.end)
    }

    var photos: [DemoPhoto] { reports.flatMap { $0.photos + $0.moves.flatMap(\.photos) } }

    /// A plan in which somebody acts before they could, or after the end, is a mistake in this folder.
    private func check(until end: Date) throws {
        for report in reports {
            let times = [riders.people[report.rider].createdAt, report.receivedAt] + report.moves.map(\.at) + [end]
            guard zip(times, times.dropFirst()).allSatisfy({ $0 < $1 }) else {
                let steps = report.moves.map { "\($0.step) \($0.at.rfc3339)" }
                throw SettingsError("demo: out of order: \(report.receivedAt.rfc3339) \(steps)")
            }
        }
    }

    private static func pictures(
        of story: DemoStories.Story, using generator: inout SeededGenerator
    ) -> [DemoPhoto] {
        let count = Int.random(in: 1...2, using: &generator)
        return story.photos.prefix(count).map { DemoPhoto(name: .random(using: &generator), picture: $0) }
    }

    private static let identities = Weighted<Reporter.Identity>([(.named, 11), (.confidential, 7), (.anonymous, 2)])
}

extension DemoFate.Ending {
    /// Who chooses a story first: 0 before 1.
    fileprivate var choice: Int {
        switch self {
        case .rectifying, .rechecking, .rectifiedTwice, .paused, .resumed: 0
        case .received, .accepted: 2
        default: 1
        }
    }

    fileprivate func suits(_ story: DemoStories.Story) -> Bool {
        switch self {
        case .received, .accepted: true
        case .handedOver, .transferred: story.isOfAnotherBody
        case .rectifying, .rechecking, .rectifiedTwice: story.isRectifiable
        case .forwarded, .assigned: !story.isOfAnotherBody && story.returnsAs == nil
        case .paused, .resumed: story.isTested
        default: !story.isOfAnotherBody
        }
    }
}

extension DemoFate.Place {
    fileprivate func county(using generator: inout SeededGenerator) -> String? {
        switch self {
        case .shenhe: "210103"
        case .hunnan: "210112"
        case .elsewhere: DemoPlaces.elsewhere.randomElement(using: &generator)
        case .unknown: nil
        }
    }
}

extension DemoRiders {
    /// Somebody who had registered by then, from that county if there is one, and hasn't reported often.
    fileprivate func reporter(
        of county: String?, at time: Date, sent: [Int: Int], using generator: inout SeededGenerator
    ) -> Int {
        let known = max(DemoRider.allCases.count + 1, registered(by: time - 3600))
        var choice = DemoRider.allCases.count
        for _ in 0..<60 {
            choice = Int.random(in: DemoRider.allCases.count..<known, using: &generator)
            let isNear = county == nil || people[choice].territory?.rawValue == county
            if isNear, sent[choice, default: 0] < 2 { break }
        }
        return choice
    }
}
