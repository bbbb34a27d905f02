import Access
import Cases
import Foundation
import Incidents
import Kernel
import Storage
import Web

/// What the demo city's auditor and security administrator find: somebody who looked at many reporters, one look late in the
/// evening, an incident that is over and one whose clock runs.
struct DemoOversight: Sendable {
    private let product: Nuanxin
    private let source: DemoSource
    private let staff: DemoStaff
    private let plan: DemoPlan
    private let end: Date

    init(_ product: Nuanxin, _ source: DemoSource, _ plan: DemoPlan, _ staff: DemoStaff, end: Date) {
        self.product = product
        self.source = source
        self.plan = plan
        self.staff = staff
        self.end = end
    }

    func add() async throws {
        try await looks()
        try await incidents()
        source.move(to: end)
    }

    private func looks() async throws {
        let found = try await product.services.database.read { [plan, staff] db in
            try plan.reports.compactMap { report -> (matter: ID<Case>, handler: ID<Account>)? in
                guard let matter = try CaseStore(db).find(report.id),
                    try ReporterStore(db).find(matter.id)?.identity == .named,
                    let handler = matter.handler.flatMap(staff.officer)
                else { return nil }
                return (matter.id, handler.id)
            }
        }
        let byHandler = Dictionary(grouping: found, by: \.handler).mapValues { $0.map(\.matter) }
            .sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        let cases = CaseCommands(product.services, facts: product.facts.cases)
        func look(_ handler: ID<Account>, at matters: [ID<Case>], from start: Date) async throws {
            guard let caller = staff.officer(handler) else { return }
            for (number, matter) in matters.enumerated() {
                source.move(to: start + Double(number) * 240)
                _ = try await cases.showReporter(of: matter, to: caller)
            }
        }
        let evening = Day(of: end + -86_400).start + 22 * 3600 + 700
        if byHandler.count > 1 {
            try await look(byHandler[1].key, at: Array(byHandler[1].value.prefix(1)), from: evening)
        }
        if let busy = byHandler.first {
            try await look(busy.key, at: Array(busy.value.prefix(6)), from: end - 4 * 3600)
        }
    }

    private func incidents() async throws {
        let guardian = try staff.caller("security-1")
        let commands = product.incidents.commands
        let before = Day(of: end + -40 * 86_400).start + 9.5 * 3600
        source.move(to: before + 1200)
        let old = try await commands.open(
            "outage", .init(.opened, "示例：机房断电，系统停了约 50 分钟。数据没有丢。", happenedAt: before, level: "unknown", persons: 0),
            by: guardian)
        source.move(to: before + 3600)
        try await commands.add(
            .init(.measure, "示例：恢复供电，核对了备份和日志的链，都完整。", happenedAt: before + 3300), to: old.id, by: guardian)
        try await commands.add(
            .init(.assessed, "示例：没有泄露、没有丢失，影响不到一小时。", level: "general", persons: 0), to: old.id, by: guardian)
        source.move(to: before + 2 * 86_400)
        try await commands.add(.init(.closed, "示例：原因是配电检修没有提前通知。已约定检修前三天通知。"), to: old.id, by: guardian)

        source.move(to: end - 2400)
        let new = try await commands.open(
            "misuse",
            .init(
                .opened, "示例：一名承办人半小时内看了多位举报人的信息，正在了解原因。", happenedAt: end - 3000, level: "unknown",
                persons: 6), by: guardian)
        source.move(to: end - 1200)
        try await commands.add(
            .init(.measure, "示例：已请其科室负责人当面核实，暂停其查看。", happenedAt: end - 1500), to: new.id, by: guardian)
    }
}
