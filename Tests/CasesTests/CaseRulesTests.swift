import Foundation
import Kernel
import TestSupport
import Testing
import Web

@testable import Cases

/// What the steps do to a case, by the shipped workflow. Who may take them is the policy's to say.
struct CaseRulesTests {
    private let facts: CaseFacts
    private var workflow: Workflow { facts.workflow }

    init() throws { facts = try .shipped }

    @Test func `each step can be taken from exactly the states that the workflow names`() throws {
        var taken = 0
        for step in workflow.steps {
            for state in Case.State.allCases {
                var matter = Case.rats(state, readyFor: step.name)
                if step.from.contains(state) {
                    try matter.take(step, .complete(for: step, facts), by: .liNa, at: .monday, in: workflow)
                    #expect(matter.state == step.to ?? matter.mergedFrom ?? state, "\(step.name) from \(state)")
                    taken += 1
                } else {
                    let before = matter
                    #expect(throws: CaseError.notNow(state), "\(step.name) from \(state)") {
                        try matter.take(step, .complete(for: step, facts), by: .liNa, at: .monday, in: workflow)
                    }
                    #expect(matter == before, "what was refused changes nothing")
                }
            }
        }
        #expect(taken == workflow.steps.map(\.from.count).reduce(0, +) && taken > 40)
    }

    @Test func `whatever a step needs is asked for by its name`() throws {
        var asked = 0
        for step in workflow.steps where !step.needs.isEmpty {
            for need in step.needs {
                var matter = Case.rats(step.from[0], readyFor: step.name)
                var input = try StepInput.complete(for: step, facts)
                input.remove(need)
                let problem = FieldProblem(need.rawValue, need == .photos ? "photo-missing" : "missing")
                #expect(throws: InvalidFields([problem]), "\(step.name) without \(need)") {
                    try matter.take(step, input, by: .liNa, at: .monday, in: workflow)
                }
                asked += 1
            }
            var matter = Case.rats(step.from[0], readyFor: step.name)
            let refusal = #expect(throws: InvalidFields.self) {
                try matter.take(step, StepInput(), by: .liNa, at: .monday, in: workflow)
            }
            #expect(refusal?.fields.map(\.field) == step.needs.map(\.rawValue), "all at once: \(step.name)")
        }
        #expect(asked >= 25)
    }

    /// Else a remark could make its writer the handler, and show them the reporter.
    @Test func `a step takes nothing that the workflow doesn't name`() throws {
        var refused = 0
        for step in workflow.steps {
            for input in Workflow.Input.allCases where !step.takes(input) {
                var matter = Case.rats(step.from[0], readyFor: step.name)
                let before = matter
                var sent = try StepInput.complete(for: step, facts)
                try sent.add(input, facts)
                #expect(throws: InvalidFields(input.rawValue, "unknown"), "\(step.name) with \(input)") {
                    try matter.take(step, sent, by: .liNa, at: .monday, in: workflow)
                }
                #expect(matter == before)
                refused += 1
            }
        }
        #expect(refused > 200)
    }

    @Test func `every step counts one change`() throws {
        for step in workflow.steps {
            var matter = Case.rats(step.from[0], readyFor: step.name)
            matter.version = 7
            try matter.take(step, .complete(for: step, facts), by: .liNa, at: .monday, in: workflow)
            #expect(matter.version == 8, "\(step.name)")
        }
    }

    @Test func `a reason of another step is no reason`() throws {
        var matter = Case.rats(.received)
        #expect(throws: InvalidFields("reason", "no-such-choice")) {
            try matter.take("decline", in: workflow) {
                $0.reason = "notFound"
                $0.result = "x"
            }
        }
    }

    @Test func `a day that is over can't be set, today can`() throws {
        for (text, isFine) in [("2026-09-27", false), ("2026-09-28", true), ("2026-09-29", true)] {
            var matter = Case.rats(.verified)
            let work = {
                try matter.take("rectify", in: workflow) {
                    $0.note = "清洗"
                    $0.day = day(text)
                }
            }
            if isFine {
                try work()
                #expect(matter.rectifyBy == day(text))
            } else {
                #expect(throws: InvalidFields("day", "in-the-past")) { try work() }
            }
        }
    }

    @Test func `declining ends a case, and a repetition is counted as one`() throws {
        for (reason, outcome) in [("repeat", Case.Outcome.duplicate), ("noClue", .declined), ("test", .declined)] {
            var matter = Case.rats(.received)
            try matter.take("decline", in: workflow) {
                $0.reason = reason
                $0.result = "谢谢"
            }
            #expect(matter.state == .declined && matter.outcome == outcome, "\(reason)")
            #expect(matter.closedAt == .monday && matter.closedBy == .liNa && matter.result == "谢谢")
        }
    }

    @Test func `handing over ends only with the other body's receipt`() throws {
        var matter = Case.rats(.accepted)
        try matter.take("handOver", in: workflow) {
            $0.body = "agriculture"
            $0.result = "归农业农村部门"
        }
        #expect(matter.outcome == .handedOver && matter.body == "agriculture" && matter.closedAt == nil)
        for early in ["conclude", "close"] {
            #expect(throws: CaseError.notNow(.handedOver)) {
                try matter.take(early, in: workflow) { $0.result = "x" }
            }
        }
        try matter.take("recordReceipt", in: workflow) { $0.receipt = "农〔2026〕88" }
        #expect(matter.closedAt == nil)
        try matter.take("conclude", in: workflow) { $0.result = "已书面告知" }
        #expect(matter.state == .closed && matter.outcome == .handedOver && matter.receipt == "农〔2026〕88")
        #expect(matter.closedAt == .monday && matter.closedBy == .liNa)
    }

    @Test func `closing says what was found, by whom, and when`() throws {
        for (found, outcome) in [("verify", Case.Outcome.verified), ("unfound", .unfounded)] {
            var matter = Case.rats(.checking)
            try matter.take(found, in: workflow) {
                $0.result = "看过了"
                if found == "unfound" { $0.reason = "notFound" }
            }
            #expect(matter.outcome == outcome && matter.closedAt == nil)
            try matter.take("close", in: workflow) { $0.result = "办结" }
            #expect(matter.outcome == outcome && matter.result == "办结")
            #expect(matter.closedAt == .monday && matter.closedBy == .liNa)
        }
    }

    @Test func `another office has no handler yet, the same one keeps its own`() throws {
        let other = ID<OfficeEntity>(UUID(high: 9, low: 9))
        for (office, handler) in [(other, nil), (Case.rats(.received).office, ID<Account>?.some(.zhaoQiang))] {
            var matter = Case.rats(.accepted)
            matter.handler = .zhaoQiang
            try matter.take("dispatch", in: workflow) { $0.office = office }
            #expect(matter.office == office && matter.handler == handler)
        }
    }

    @Test func `a new category brings its severity, and what was reported stays`() throws {
        var matter = Case.rats(.received)
        let poisoning = facts.categories.category("0108")
        try matter.take("classify", in: workflow) { $0.category = poisoning }
        #expect(matter.category == "0108" && matter.severity == 4 && matter.reportedCategory == "0104")
    }

    @Test func `who starts the check handles it, and takes it from nobody`() throws {
        var free = Case.rats(.dispatched)
        try free.take("check", in: workflow)
        #expect(free.handler == .liNa)
        var taken = Case.rats(.dispatched)
        taken.handler = .zhaoQiang
        #expect(throws: CaseError.assignedToOther) { try taken.take("check", in: workflow) }
        try taken.take("assign", in: workflow) { $0.handler = .liNa }
        try taken.take("check", in: workflow)
        #expect(taken.handler == .liNa)
    }
}
