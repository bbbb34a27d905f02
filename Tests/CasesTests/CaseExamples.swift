import Foundation
import Kernel
import TestSupport

@testable import Cases

extension ID where Entity == Account {
    static let liNa = Someone.liNa.id
    static let zhaoQiang = Someone.zhaoQiang.id
    static let chenGang = Someone.chenGang.id
    static let zhangWei = Someone.zhangWei.id
}

extension Date {
    static let monday = Date(shanghai: "2026-09-28 10:00")
}

extension Case {
    /// Rats in a kitchen of Shenhe, in some state.
    static func rats(_ state: State, id: UInt64 = 1, receivedAt: Date = .monday - 3600) -> Case {
        let id = ID<Case>(UUID(high: 0x1_7000, low: 0x8000_0000_0000_0000 | id))
        return Case(
            id: id, number: CaseNumber.make(for: id), receivedAt: receivedAt, category: "0104",
            reportedCategory: "0104", severity: 2, description: "后厨有老鼠",
            place: Place(position: TestDistrict.inShenhe, accuracy: 12, source: .phone), area: "沈河区",
            territory: TerritoryPath(rawValue: TestDistrict.shenhe), office: ID(UUID(high: 1, low: 1)), state: state)
    }

    /// With everything that has to have happened before a step, such as the request that it answers.
    static func rats(_ state: State, readyFor step: String) -> Case {
        var matter = rats(state)
        switch step {
        case "approveExtension", "refuseExtension":
            matter.extensionRequest = .asked
            matter.extensionAskedBy = .zhaoQiang
        case "requestReopen":
            matter.closedAt = .monday - 86_400
            matter.closedBy = .zhaoQiang
        case "separate":
            matter.mergedInto = ID(UUID(high: 0x1_7000, low: 0x8000_0000_0000_0009))
            matter.mergedFrom = state
        case "reopen", "keepClosed":
            matter.closedAt = .monday - 86_400
            matter.closedBy = .zhaoQiang
            matter.reopenRequest = .asked
        default: break
        }
        return matter
    }

    mutating func take(
        _ step: String, by actor: ID<Account> = .liNa, at time: Date = .monday, in workflow: Workflow,
        _ fill: (inout StepInput) -> Void = { _ in }
    ) throws {
        guard let step = workflow.step(step) else { throw CaseError.noSuchStep(step) }
        var input = StepInput()
        fill(&input)
        try take(step, input, by: actor, at: time, in: workflow)
    }
}

extension StepInput {
    /// Everything that a step needs.
    static func complete(for step: Workflow.Step, _ facts: CaseFacts) throws -> StepInput {
        var input = StepInput()
        for need in step.needs { try input.add(need, facts, for: step.name) }
        return input
    }

    mutating func add(_ what: Workflow.Input, _ facts: CaseFacts, for step: String = "") throws {
        switch what {
        case .note: note = "备注"
        case .result: result = "结果"
        case .reason: reason = facts.workflow.reasons[step]?.first?.code ?? "repeat"
        case .category: category = facts.categories.category("0103")
        case .office: office = ID(UUID(high: 1, low: 2))
        case .handler: handler = .zhaoQiang
        case .body: body = "agriculture"
        case .receipt: receipt = "88号"
        case .business: business = "SHOP"
        case .day: day = Day(of: .monday) + 3
        case .photos: photos = [ID(UUID(high: 2, low: 1))]
        case .rating: rating = .solved
        case .into: into = "NX-0000-0000"
        case .newFacts: hasNewFacts = true
        }
    }

    mutating func remove(_ what: Workflow.Input) {
        switch what {
        case .note: note = nil
        case .result: result = nil
        case .reason: reason = nil
        case .category: category = nil
        case .office: office = nil
        case .handler: handler = nil
        case .body: body = nil
        case .receipt: receipt = nil
        case .business: business = nil
        case .day: day = nil
        case .photos: photos = []
        case .rating: rating = nil
        case .into: into = nil
        case .newFacts: hasNewFacts = false
        }
    }
}
