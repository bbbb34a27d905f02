import Deadlines
import Foundation
import Hummingbird
import Journal
import Kernel
import People
import Storage
import Web

/// What everybody may know of the reports: counts without anything about persons.
package struct Figures: Encodable, Sendable {
    /// Riders who have registered.
    package let registered: Int
    package let received: Int
    package let verified: Int
    package let unfounded: Int
    package let inProgress: Int
    /// Reported before, by the same person.
    package let duplicate: Int
    /// Taken on by another body.
    package let handedOver: Int
    package let declined: Int
    package let asOf: Date
    package let definitions: [String: String]

    /// Every case counts once: received = verified + unfounded + in progress + duplicate + handed over + declined.
    init(in db: any Transaction, asOf now: Date, t: Strings) throws {
        registered = try PeopleCounts(db).registeredRiders(by: now)
        let counts = try CaseStore(db).figures()
        func count(where holds: (Case.State, Case.Outcome?) -> Bool) -> Int {
            counts.filter { holds($0.state, $0.outcome) }.map(\.count).reduce(0, +)
        }
        received = count { _, _ in true }
        verified = count { _, outcome in outcome == .verified }
        unfounded = count { _, outcome in outcome == .unfounded }
        duplicate = count { _, outcome in outcome == .duplicate }
        declined = count { _, outcome in outcome == .declined }
        handedOver = count { state, outcome in outcome == .handedOver && state == .closed }
        inProgress = received - verified - unfounded - duplicate - declined - handedOver
        asOf = now
        let names = [
            "registered", "received", "verified", "unfounded", "inProgress", "duplicate", "handedOver", "declined",
        ]
        definitions = names.reduce(into: [:]) { $0[$1] = t("figures.definition.\($1)") }
    }
}

/// The public figures, as a page and for programs.
package struct FiguresRoutes: Sendable {
    private let services: Services

    package init(_ services: Services) {
        self.services = services
    }

    package func add(to routes: Routes) {
        routes.get("figures", .open, use: page)
        routes.get("api/v1/public/figures", .open, use: answer)
    }

    private func figures(_ context: AppContext) async throws -> Figures {
        let now = services.now()
        let t = services.site.strings(in: context.language)
        return try await services.replica.read { db in try Figures(in: db, asOf: now, t: t) }
    }

    @Sendable
    private func answer(_ request: Request, context: AppContext) async throws -> Response {
        var query = QueryFields(request)
        try query.finish()
        return try .json(await figures(context))
    }

    @Sendable
    private func page(_ request: Request, context: AppContext) async throws -> Response {
        let t = services.site.strings(in: context.language)
        return try services.site.render(FiguresPage(try await figures(context), t: t), for: request, context)
    }
}

struct FiguresPage: Page {
    static let template = "figures"

    struct Figure: Sendable {
        let name: String
        let number: String
        let definition: String
        /// Of all received, in percent; `nil` for what isn't a part of them.
        let share: String?
    }

    let registered: Figure
    let received: Figure
    let parts: [Figure]
    let sum: String
    let asOf: String

    init(_ figures: Figures, t: Strings) {
        func figure(_ name: String, _ number: Int, permille: Int? = nil) -> Figure {
            Figure(
                name: t("figures.name.\(name)"), number: "\(number)", definition: t("figures.definition.\(name)"),
                share: permille.map { t("figures.share", ["percent": "\($0 / 10).\($0 % 10)"]) })
        }
        registered = figure("registered", figures.registered)
        received = figure("received", figures.received)
        let all = [
            ("verified", figures.verified), ("inProgress", figures.inProgress), ("unfounded", figures.unfounded),
            ("handedOver", figures.handedOver), ("declined", figures.declined), ("duplicate", figures.duplicate),
        ]
        let shares = Self.permille(all.map(\.1))
        parts = all.indices.map { figure(all[$0].0, all[$0].1, permille: shares?[$0]) }
        sum = t(
            "figures.sum",
            ["received": "\(figures.received)", "parts": all.map { "\($0.1)" }.joined(separator: " + ")])
        asOf = t("figures.as-of", ["day": DayWords(t).short(Day(of: figures.asOf))])
    }

    /// The parts of their sum in tenths of a percent, which add up to 100.0: each is cut, and what that leaves goes to those
    /// of which most was cut. `nil` when there is nothing to divide by.
    static func permille(_ parts: [Int]) -> [Int]? {
        let whole = parts.reduce(0, +)
        guard whole > 0 else { return nil }
        var shares = parts.map { $0 * 1000 / whole }
        let byRest = parts.indices.sorted { (-(parts[$0] * 1000 % whole), $0) < (-(parts[$1] * 1000 % whole), $1) }
        for index in byRest.prefix(1000 - shares.reduce(0, +)) { shares[index] += 1 }
        return shares
    }

    func title(_ t: Strings) -> String { t("figures.title") }
}
