import Access
import Foundation
import Hummingbird
import Kernel
import Storage
import Web

/// The front page: for a rider their doors and what goes on with their reports, for staff the workbench.
package struct HomeRoutes: Sendable {
    private let services: Services
    private let facts: CaseFacts

    package init(_ services: Services, facts: CaseFacts) {
        self.services = services
        self.facts = facts
    }

    package func add(to routes: Routes) {
        routes.get("", .open, use: home)
    }

    @Sendable
    private func home(_ request: Request, context: AppContext) async throws -> Response {
        guard let caller = context.caller else {
            return try services.site.render(FrontPage(), for: request, context)
        }
        guard !caller.isStaff else { return .seeOther("/work") }
        let now = services.now()
        let page = try await services.database.read { [facts, services] db in
            let rows = try CaseStore(db).reported(by: caller.id, limit: 3)
            let photos = try PhotoStore(db).firstPhotos(of: rows.map(\.matter.id))
            let words = try CaseWords(services.site, context.language, facts: facts, now: now, in: db)
            return HomePage(
                greeting: words.t(Self.greeting(at: now), ["name": caller.name]),
                items: rows.map { .init($0, photo: photos[$0.matter.id], words: words) },
                urgent: ["110", "119", "120", "122"].map { .init(number: $0, name: words.t("home.urgent.\($0)")) })
        }
        return try services.site.render(page, for: request, context)
    }

    private static func greeting(at now: Date) -> String {
        switch Int(now.timeIntervalSince(Day(of: now).start) / 3600) {
        case 5..<11: "home.greeting.morning"
        case 11..<13: "home.greeting.noon"
        case 13..<18: "home.greeting.afternoon"
        default: "home.greeting.evening"
        }
    }
}

struct HomePage: Page {
    static let template = "home"
    let greeting: String
    let items: [MyReportsPage.Item]
    let isEmpty: Bool
    let urgent: [ReportFormPage.Line]

    init(greeting: String, items: [MyReportsPage.Item], urgent: [ReportFormPage.Line]) {
        self.greeting = greeting
        self.items = items
        isEmpty = items.isEmpty
        self.urgent = urgent
    }

    func title(_ t: Strings) -> String { t("home.title") }
}

/// The front page for somebody who isn't signed in.
struct FrontPage: Page {
    static let template = "front"

    func title(_ t: Strings) -> String { t("front.title") }
}
