import Access
import Deadlines
import Directory
import Foundation
import Journal
import Kernel
import Notices
import Storage
import TestSupport
import Testing
import Web

@testable import Cases

/// Nothing of the product may know which database it runs on: the same work on both, and everything that anybody can read
/// is the same. `NUANXIN_OPERATIONS=10000` does more of it than the tests have time for.
@Suite(.enabled(if: TestDatabase.chosen == .postgres))
struct DifferentialTests {
    private static let operations =
        ProcessInfo.processInfo.environment["NUANXIN_OPERATIONS"].flatMap { Int($0) } ?? 1000

    @Test func `the same work leaves the same on SQLite and on PostgreSQL`() async throws {
        async let one = TestDistrict(.sqlite)
        async let other = TestDistrict(.postgres)
        let (sqlite, postgres) = try await (one, other)
        for district in [sqlite, postgres] { try await district.open() }
        var script = Script(seed: 20_261_123)
        var left = Life(sqlite)
        var right = Life(postgres)
        for number in 0..<Self.operations {
            let operation = script.next()
            let (first, second) = (await left.perform(operation), await right.perform(operation))
            try #require(first == second, "operation \(number), \(operation)")
        }
        #expect(left.cases.count > Self.operations / 6)
        for language in [Language.zhHans, .en] {
            let (first, second) = try await (left.everything(in: language), right.everything(in: language))
            #expect(first.count == second.count)
            for (one, other) in zip(first, second) { try #require(one == other) }
        }
    }
}

/// One thing that somebody does or reads, with nothing left to chance.
private enum Operation: Sendable {
    case report(category: Int, place: Int, words: String, identity: Reporter.Identity, by: Someone)
    case step(Int, on: Int, by: Someone, office: Int, words: String)
    case list(CaseQuery.Order, text: String?, category: String?, states: Int, limit: Int, pages: Int)
    case read(Int)
    case wait(minutes: Int)
    case tell
}

private struct Script {
    private var chance: SeededGenerator
    private static let words = [
        "路灯不亮", "路灯坏了三天", "井盖", "灯路相反", "后厨有老鼠", "电动车进楼 100%", "a_b\\c", "E-BIKE 电池", "é École", "𠮷野家",
        "ＡＢＣ全角", "O'Brien; DROP TABLE", "Straße", "重庆小面", "阿里", "北京路",
    ]

    init(seed: UInt64) {
        chance = SeededGenerator(seed: seed)
    }

    mutating func next() -> Operation {
        switch number(100) {
        case ..<24:
            return .report(
                category: number(60), place: number(4), words: phrase(),
                identity: number(3) == 0 ? .confidential : .named, by: number(2) == 0 ? .zhangWei : .liuYang)
        case ..<62:
            return .step(
                number(40), on: number(1000), by: Someone.allCases[number(Someone.allCases.count)], office: number(8),
                words: phrase())
        case ..<80:
            return .list(
                number(2) == 0 ? .newest : .due, text: number(2) == 0 ? fragment() : nil,
                category: number(3) == 0 ? "0\(1 + number(6))" : nil, states: number(6), limit: 1 + number(9), pages: 3)
        case ..<90: return .read(number(1000))
        case ..<97: return .wait(minutes: number(2000))
        default: return .tell
        }
    }

    private mutating func number(_ below: Int) -> Int { Int.random(in: 0..<below, using: &chance) }

    private mutating func phrase() -> String {
        "\(Self.words[number(Self.words.count)])，\(Self.words[number(Self.words.count)])"
    }

    /// One, two or more characters, from the middle of a word as often as not.
    private mutating func fragment() -> String {
        let word = Self.words[number(Self.words.count)]
        let start = number(word.count)
        return String(word.dropFirst(start).prefix(1 + number(3)))
    }
}

/// A district, and what has happened in it.
private struct Life {
    let district: TestDistrict
    private(set) var cases: [ID<Case>] = []

    init(_ district: TestDistrict) {
        self.district = district
    }

    /// Does it, and gives what came of it, an error as well as a list, as text.
    mutating func perform(_ operation: Operation) async -> String {
        do {
            return try await result(of: operation)
        } catch {
            return "\(error)"
        }
    }

    private mutating func result(of operation: Operation) async throws -> String {
        switch operation {
        case .report(let category, let place, let words, let identity, let someone):
            let codes = district.facts.categories.groups.flatMap(\.categories).map(\.code)
            let places = [TestDistrict.inShenhe, TestDistrict.inBinhe, TestDistrict.inHeping, TestDistrict.inTheSea]
            let draft = try district.draft(
                codes[category % codes.count], at: places[place], words: words, identity: identity)
            let matter = try await district.submit(draft, by: someone).matter
            cases.append(matter.id)
            return "\(matter)"
        case .step(let step, let place, let someone, let office, let words):
            guard !cases.isEmpty else { return "" }
            let steps = district.facts.workflow.steps
            let step = steps[step % steps.count]
            let codes = district.offices.keys.sorted()
            let input = try input(for: step, office: codes[office % codes.count], words: words)
            return "\(try await district.take(step.name, on: cases[place % cases.count], by: someone) { $0 = input })"
        case .list(let order, let text, let category, let states, let limit, let pages):
            var query = CaseQuery()
            query.sorting = order
            query.text = text
            query.category = category
            query.states = states == 0 ? [] : Array(Case.State.allCases.prefix(states))
            return try await list(query, limit: limit, pages: pages)
        case .read(let place):
            guard !cases.isEmpty else { return "" }
            return try await story(cases[place % cases.count])
        case .wait(let minutes):
            district.clock.advance(by: Double(minutes) * 60)
            return ""
        case .tell:
            return "\(await district.catchUp())"
        }
    }

    private func input(for step: Workflow.Step, office: String, words: String) throws -> StepInput {
        var input = StepInput()
        for wanted in step.needs + step.may {
            switch wanted {
            case .note: input.note = words
            case .result: input.result = words
            case .reason: input.reason = district.facts.workflow.reasons[step.name]?.first?.code
            case .category: input.category = try district.category("0104")
            case .office: input.office = try district.office(office)
            case .handler: input.handler = Someone.liNa.id
            case .body: input.body = district.facts.bodies.all.first?.code
            case .receipt: input.receipt = "R-1"
            case .business: input.business = ["SHOP", "OTHER", "CHAIN"][words.count % 3]
            case .day: input.day = Day(of: district.clock.now) + 20
            case .rating: input.rating = .solved
            case .into: input.into = cases[words.count % cases.count].text
            case .photos, .newFacts: break
            }
        }
        return input
    }

    private func list(_ query: CaseQuery, limit: Int, pages: Int) async throws -> String {
        var text = "\(try await district.read { db in try CaseStore(db).count(query, where: "TRUE") })"
        var query = query
        for _ in 0..<pages {
            let page = try await district.read { [query] db in
                try CaseStore(db).list(query, where: "TRUE", limit: limit)
            }
            text += "\n\(page)"
            guard let last = page.last else { break }
            let cursor = try CaseCursor(CaseCursor(after: last, in: query).text)
            query.after = (cursor.key, cursor.id)
        }
        return text
    }

    private func story(_ id: ID<Case>) async throws -> String {
        let story = try await district.story(id)
        // A dictionary has no order of its own.
        let names = story.names.sorted { $0.key < $1.key }
        let reporter = String(describing: story.reporter)
        return "\(story.matter)\(story.timeline)\(story.clocks)\(story.photos)\(names)\(reporter)"
    }

    /// All that anybody can read in the end: cases with their stories, messages, figures, the journal.
    func everything(in language: Language) async throws -> [String] {
        await district.catchUp()
        var texts: [String] = []
        for id in cases { texts.append(try await story(id)) }
        let t = district.services.site.strings(in: language)
        let now = district.clock.now
        texts += try await district.read { db in
            let notices = try Someone.riders.flatMap { try NoticeStore(db).list(of: $0.id, limit: 10_000) }
            let journal = try JournalStore(db).allEntries(limit: 100_000).map {
                let data = String(decoding: $0.data, as: UTF8.self)
                return "\($0.at) \(String(describing: $0.actor)) \($0.kind) \($0.subject) \(data)"
            }
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            let figures = String(decoding: try encoder.encode(Figures(in: db, asOf: now, t: t)), as: UTF8.self)
            // Their identities follow from keys, which each database has of its own.
            let told = notices.map { "\($0.account) \($0.matter) \($0.step) \($0.at) \($0.isRead)" }
            return told + journal + [figures]
        }
        return texts
    }
}
