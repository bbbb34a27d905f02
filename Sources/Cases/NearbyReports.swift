import Access
import Foundation
import Kernel
import People
import Storage
import Web

/// What a rider is told before sending: which reports near by may be about the same thing.
package struct NearbyReports: Sendable {
    package struct Item: Sendable {
        package let matter: Case
        /// In metres.
        package let distance: Double
        /// Whether it is the asker's own.
        package let isOwn: Bool
    }

    /// Of kinds that anybody may know of.
    package let items: [Item]
    /// Whether something of a private kind is being handled there. More isn't said of it: not what, nor exactly where.
    package fileprivate(set) var hasPrivate: Bool

    /// The metres within which a report of this category may be about the same thing: the phone may be off by some more.
    static func radius(for category: Category, accuracy: Double?) -> Double {
        Double(category.duplicateRadius) + min(accuracy ?? 0, 100)
    }

    static func radius(for category: Category, _ place: Case.Place) -> Double {
        radius(for: category, accuracy: place.accuracy)
    }

    /// A phone shows no more, and whoever doesn't find theirs among these reports anew.
    private static let most = 3

    fileprivate init(
        _ category: Category, at position: Position, accuracy: Double?, for caller: Caller, facts: CaseFacts,
        in db: any Transaction
    ) throws {
        let near = try MergedCaseStore(db).open(
            near: position, within: Self.radius(for: category, accuracy: accuracy),
            group: String(category.code.prefix(2)), limit: 20)
        // What anybody may know of: by what it was reported as and by what it was found to be.
        let open = near.filter { matter in
            [matter.category, matter.reportedCategory].allSatisfy { code in
                facts.categories.category(code).map { !$0.isPrivate } ?? false
            }
        }
        let reporters = ReporterStore(db)
        items = try open.prefix(Self.most).map { matter in
            Item(
                matter: matter, distance: matter.place.position?.distance(to: position) ?? 0,
                isOwn: try reporters.isReporter(caller.id, of: matter.id))
        }
        hasPrivate = open.count < near.count
    }
}

extension ReportCommands {
    /// What was reported near `position` already and isn't closed yet, of the category's group.
    ///
    /// That something private is being handled is said a limited number of times to each person; afterwards it looks as if
    /// there were nothing.
    package func nearby(
        _ category: Category, at position: Position, accuracy: Double?, for caller: Caller
    ) async throws -> NearbyReports {
        var found = try await services.database.read { [facts] db in
            try NearbyReports(category, at: position, accuracy: accuracy, for: caller, facts: facts, in: db)
        }
        if found.hasPrivate {
            let now = services.now()
            found.hasPrivate = try await services.database.write { [facts] db in
                try Allowance.draw(facts.nearby, of: caller.id, at: now, in: db) == nil
            }
        }
        return found
    }
}

/// The question whether it is one of the reports near by, in the form.
struct NearbyPart: Sendable {
    struct Item: Sendable {
        let id: String
        let name: String
        let words: String
        let isChosen: Bool
    }

    let items: [Item]
    let hasItems: Bool
    let isOther: Bool
    let hasPrivate: Bool

    init(_ found: NearbyReports, form: ReportForm, words: CaseWords) {
        let chosen = form.raw["joins"]
        items = found.items.map { item in
            Item(
                id: item.matter.id.text,
                name: words.t("report.nearby.same", ["name": words.category(item.matter.category)]),
                words: words.nearby(item),
                isChosen: chosen == item.matter.id.text)
        }
        hasItems = !items.isEmpty
        isOther = form.hasDecided && !items.contains(where: \.isChosen)
        hasPrivate = found.hasPrivate
    }
}

/// The question alone, for the script of the form.
struct NearbyPiece: Page {
    static let template = "reports/nearby-piece"
    let nearby: NearbyPart?
    let errors: [String: String] = [:]

    func title(_ t: Strings) -> String { t("report.nearby.title") }
}

struct NearbyAnswer: Encodable, Sendable {
    struct Item: Encodable, Sendable {
        let id: String
        let category: String
        let categoryName: String
        let state: Case.State
        let stateWords: String
        /// Only the day: the minute might say to a colleague who it was.
        let receivedOn: Day
        /// In metres.
        let distance: Int
        let own: Bool
    }

    let items: [Item]
    /// Whether something of a private kind is being handled there.
    let beingHandled: Bool

    init(_ found: NearbyReports, words: CaseWords) {
        items = found.items.map { item in
            Item(
                id: item.matter.id.text, category: item.matter.category,
                categoryName: words.category(item.matter.category), state: item.matter.state,
                stateWords: words.riderState(item.matter.state), receivedOn: Day(of: item.matter.receivedAt),
                distance: Int(item.distance.rounded()), own: item.isOwn)
        }
        beingHandled = found.hasPrivate
    }
}

extension CaseWords {
    /// The day alone: the minute might say to a colleague who it was.
    private func day(of matter: Case) -> String {
        let day = Day(of: matter.receivedAt)
        return day == Day(of: now) ? t("report.nearby.today") : shortDay(day)
    }

    /// `相距 35 米 · 今天上报 · 已派单`
    fileprivate func nearby(_ item: NearbyReports.Item) -> String {
        t(
            item.isOwn ? "report.nearby.own" : "report.nearby.item",
            [
                "distance": distance(item.distance), "day": day(of: item.matter),
                "state": riderState(item.matter.state),
            ])
    }
}
