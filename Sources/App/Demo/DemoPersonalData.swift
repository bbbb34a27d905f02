import Access
import Cases
import Foundation
import Kernel
import MyData
import People
import Storage
import Web

/// What the demo city's riders agreed to, who looked at one of them, and what some of them ask.
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
        try await requests()
        source.move(to: end)
    }

    /// What else riders asked, for the custodian's desk: one answered in time, one refused, one late, and another number for
    /// one that is gone.
    private func requests() async throws {
        let commands = product.myData.requests
        let custodian = try staff.caller("sh-custodian")
        func ask(
            _ kind: DataRequest.Kind, _ text: String, phone: String? = nil, by rider: Int, at time: Date
        ) async throws -> ID<DataRequest> {
            source.move(to: time)
            let person = plan.riders.people[rider]
            return try await commands.ask(
                kind, .init(text: text, phone: phone),
                by: Caller(id: person.id, name: person.callName, grants: person.kind.grants)
            ).id
        }
        func answer(_ id: ID<DataRequest>, _ outcome: DataRequest.State, _ words: String, at time: Date) async throws {
            source.move(to: time)
            _ = try await commands.open(id, by: custodian)
            source.move(to: time + 300)
            try await commands.answer(id, outcome, words: words, by: custodian)
        }
        let day: TimeInterval = 86_400
        _ = try await ask(.explanation, "示例：想知道我上报的一件事为什么转给了别的科。", by: 21, at: end - 34 * day)
        let put = try await ask(.correction, "示例：我的企业名称写错了，少了“配送”两个字。", by: 22, at: end - 20 * day)
        try await answer(put, .done, "示例：已经改好，在“我的”里可以看到。", at: end - 16 * day)
        let refused = try await ask(.correction, "示例：请把同事上报的一件事改成是我报的。", by: 23, at: end - 12 * day)
        try await answer(refused, .refused, "示例：没有同意。案卷要如实保存，谁报的不能改。", at: end - 9 * day)
        _ = try await ask(
            .lostPhone, "示例：手机掉进水里，旧卡补不回来了。", phone: "13800009901", by: DemoRider.tiexi.rawValue, at: end - 26 * 3600)
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
