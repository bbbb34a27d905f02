import Access
import Cases
import Foundation
import Kernel
import MyData
import People
import Storage
import Web

/// What the demo city's riders agreed to, who looked at one of them, and what one of them asks.
struct DemoPersonalData: Sendable {
    private let product: Nuanxin
    private let source: DemoSource
    private let plan: DemoPlan
    private let staff: DemoStaff
    private let end: Date

    init(_ product: Nuanxin, _ source: DemoSource, _ plan: DemoPlan, _ staff: DemoStaff, end: Date) {
        self.product = product
        self.source = source
        self.plan = plan
        self.staff = staff
        self.end = end
    }

    func add() async throws {
        try await consents()
        source.move(to: end - 3 * 3600)
        let looked = try await look()
        source.move(to: end - 2 * 3600)
        let rider = plan.riders.people[(looked ?? .shenhe).rawValue]
        try await product.myData.requests.ask(
            .explanation, .init(text: "想知道为什么要看我的手机号。"),
            by: Caller(id: rider.id, name: rider.callName, grants: rider.kind.grants))
        source.move(to: end)
    }

    /// Every rider who saw the first page said that they are of age; some agreed to more.
    private func consents() async throws {
        let purposes = product.facts.purposes.current(on: Day(of: end))
        let entries = plan.riders.people.enumerated().flatMap { index, person -> [ConsentEntry] in
            guard let at = person.welcomedAt, at + 86_400 < end else { return [] }
            func said(_ purpose: String, _ version: String, _ isGiven: Bool = true, later: Double = 0) -> ConsentEntry {
                ConsentEntry(
                    id: source.makeUUID(at: at + later), account: person.id, purpose: purpose, version: version,
                    isGiven: isGiven, at: at + later, source: later == 0 ? .registration : .page)
            }
            let known = DemoRider(rawValue: index)
            let agreed = purposes.filter { purpose in
                switch purpose.key {
                case Purpose.profile: person.hasProfile
                case Purpose.named: known == .shenhe || (known == nil && index.isMultiple(of: 4))
                case "messages": known == .shenhe || known == .hunnan || (known == nil && index.isMultiple(of: 3))
                case "news": known == nil && index.isMultiple(of: 7)
                default: false
                }
            }
            var entries = [said(ConsentEntry.adult, "1")] + agreed.map { said($0.key, $0.version) }
            if known == .hunnan, let messages = agreed.first(where: { $0.key == "messages" }) {
                entries.append(said(messages.key, messages.version, false, later: 86_400))
            }
            return entries
        }
        try await product.services.database.write { db in
            try ConsentStore(db).insert(entries)
            try ProfileCommands.note(entries, in: db)
        }
    }

    /// A handler looks at who reported, one of those whom one can sign in as if there is a case for it.
    private func look() async throws -> DemoRider? {
        let riders = plan.riders.people
        for rider in DemoRider.allCases {
            let found = try await product.services.database.read { db in
                try CaseStore(db).reported(by: riders[rider.rawValue].id, limit: 50).map(\.matter).filter { matter in
                    try ReporterStore(db).find(matter.id)?.identity == .named
                }
            }
            for matter in found {
                guard let handler = matter.handler.flatMap(staff.officer) else { continue }
                let cases = CaseCommands(product.services, facts: product.facts.cases)
                _ = try await cases.showReporter(of: matter.id, to: handler)
                return rider
            }
        }
        return nil
    }
}
