import Foundation
import Kernel
import TestSupport
import Testing

@testable import Cases

/// What one person must not decide alone, and what can be asked only once.
struct SecondPersonTests {
    private let workflow: Workflow

    init() throws { workflow = try CaseFacts.shipped.workflow }

    @Test(arguments: ["approveExtension", "refuseExtension"])
    func `who asks for an extension doesn't decide on it`(_ step: String) throws {
        var matter = Case.rats(.checking)
        try matter.take("requestExtension", by: .liNa, in: workflow) { $0.note = "等检验" }
        #expect(matter.extensionRequest == .asked && matter.extensionAskedBy == .liNa)
        let note: (inout StepInput) -> Void = { $0.note = "看过" }
        #expect(throws: CaseError.needsSecondPerson) { try matter.take(step, by: .liNa, in: workflow, note) }
        #expect(matter.extensionRequest == .asked)
        try matter.take(step, by: .chenGang, in: workflow, note)
        #expect(matter.extensionRequest == (step == "approveExtension" ? .granted : .refused))
        #expect(throws: CaseError.nothingAsked) { try matter.take(step, by: .chenGang, in: workflow, note) }
        #expect(throws: CaseError.alreadyAsked) {
            try matter.take("requestExtension", by: .liNa, in: workflow) { $0.note = "再来" }
        }
    }

    @Test func `nobody approves what nobody asked for, and nobody asks twice`() throws {
        var matter = Case.rats(.checking)
        #expect(throws: CaseError.nothingAsked) { try matter.take("approveExtension", by: .chenGang, in: workflow) }
        try matter.take("requestExtension", by: .liNa, in: workflow) { $0.note = "等检验" }
        #expect(throws: CaseError.alreadyAsked) {
            try matter.take("requestExtension", by: .zhaoQiang, in: workflow) { $0.note = "我也" }
        }
    }

    @Test(arguments: ["verify", "unfound", "returnToIntake"])
    func `a request that nobody can decide on any more waits for nobody`(_ step: String) throws {
        var matter = Case.rats(.checking)
        try matter.take("requestExtension", by: .liNa, in: workflow) { $0.note = "等检验" }
        try matter.take(step, in: workflow) {
            if step == "returnToIntake" { $0.note = "不是我们的" } else { $0.result = "看过" }
            if step == "unfound" { $0.reason = "notFound" }
            if step == "returnToIntake" { $0.reason = "notOurs" }
        }
        #expect(matter.extensionRequest == .none)
    }

    @Test func `a remark leaves a request where it is`() throws {
        var matter = Case.rats(.checking)
        try matter.take("requestExtension", by: .liNa, in: workflow) { $0.note = "等检验" }
        try matter.take("note", in: workflow) { $0.note = "x" }
        #expect(matter.extensionRequest == .asked)
    }

    @Test(arguments: ["reopen", "keepClosed"])
    func `who closed a case doesn't decide whether it is looked at again`(_ step: String) throws {
        var matter = try closed()
        #expect(throws: CaseError.nothingAsked) { try matter.take(step, by: .chenGang, in: workflow, answer(step)) }
        try ask(&matter)
        #expect(throws: CaseError.needsSecondPerson) { try matter.take(step, by: .liNa, in: workflow, answer(step)) }
        #expect(matter.state == .closed && matter.reopenRequest == .asked)
        try matter.take(step, by: .chenGang, in: workflow, answer(step))
        #expect(matter.reopenRequest == (step == "reopen" ? .granted : .refused))
        #expect(matter.state == (step == "reopen" ? .checking : .closed))
        #expect((matter.closedAt == nil) == (step == "reopen"))
    }

    /// `reopenWithinDays` is 30: the day of closing plus thirty is the last.
    @Test(arguments: [(0, true), (29, true), (30, true), (31, false), (400, false)])
    func `reopening can be asked for thirty days`(days: Int, isInTime: Bool) throws {
        var matter = try closed()
        // Closed late in the day, asked early: days count, not hours.
        matter.closedAt = Day(of: .monday).start + 23 * 3600
        let time = Day(of: .monday).start + Double(days) * 86_400 + 23.5 * 3600
        if isInTime {
            try ask(&matter, at: time)
            #expect(matter.reopenRequest == .asked && matter.rating == .notSolved)
        } else {
            #expect(throws: CaseError.tooLateToReopen(days: 30)) { try ask(&matter, at: time) }
            #expect(matter.reopenRequest == .none && matter.rating == nil)
        }
    }

    @Test func `the thirty-first day begins at midnight in China`() throws {
        for (offset, isInTime) in [(-1.0, true), (0, false)] {
            var matter = try closed()
            let midnight = (Day(of: .monday) + 31).start
            if isInTime {
                try ask(&matter, at: midnight + offset)
            } else {
                #expect(throws: CaseError.tooLateToReopen(days: 30)) { try ask(&matter, at: midnight + offset) }
            }
        }
    }

    @Test func `a reporter asks for another look once, whatever was decided`() throws {
        for step in ["reopen", "keepClosed"] {
            var matter = try closed()
            try ask(&matter)
            #expect(throws: CaseError.alreadyAsked) { try ask(&matter) }
            try matter.take(step, by: .chenGang, in: workflow, answer(step))
            if step == "reopen" { try finish(&matter) }
            #expect(throws: CaseError.alreadyAsked) { try ask(&matter) }
        }
    }

    @Test func `what is reopened begins anew: no outcome, no rating, an extension of its own`() throws {
        var matter = Case.rats(.checking)
        try matter.take("requestExtension", by: .liNa, in: workflow) { $0.note = "等检验" }
        try matter.take("approveExtension", by: .chenGang, in: workflow)
        try finish(&matter)
        #expect(matter.outcome == .verified)
        try ask(&matter)
        try matter.take("reopen", by: .chenGang, in: workflow) { $0.note = "再查" }
        #expect(matter.outcome == nil && matter.rating == nil && matter.extensionRequest == .none)
        try matter.take("requestExtension", by: .liNa, in: workflow) { $0.note = "又要等" }
        try matter.take("approveExtension", by: .chenGang, in: workflow)
        try finish(&matter)
        try matter.take("rate", by: .zhangWei, in: workflow) { $0.rating = .solved }
        #expect(matter.rating == .solved && matter.outcome == .verified)
    }

    @Test func `a rating can't be taken back while somebody decides on it`() throws {
        var matter = try closed()
        try ask(&matter)
        #expect(throws: CaseError.alreadyAsked) {
            try matter.take("rate", by: .zhangWei, in: workflow) { $0.rating = .solved }
        }
        #expect(matter.rating == .notSolved)
    }

    private func closed() throws -> Case {
        var matter = Case.rats(.checking)
        try finish(&matter)
        return matter
    }

    private func finish(_ matter: inout Case) throws {
        try matter.take("verify", in: workflow) { $0.result = "属实" }
        try matter.take("close", in: workflow) { $0.result = "办结" }
    }

    private func ask(_ matter: inout Case, at time: Date = .monday) throws {
        try matter.take("requestReopen", by: .zhangWei, at: time, in: workflow) { $0.note = "还在" }
    }

    private func answer(_ step: String) -> (inout StepInput) -> Void {
        { input in
            if step == "reopen" { input.note = "再查" } else { input.result = "维持" }
        }
    }
}
