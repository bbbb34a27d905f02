import Access
import Deadlines
import Directory
import Foundation
import Kernel
import TestSupport
import Testing
import Web

@testable import Cases

/// What the shipped files of `Data` must say, however they are changed.
struct FactsTests {
    private let facts: CaseFacts
    private let policy: Policy
    private var workflow: Workflow { facts.workflow }

    init() throws {
        facts = try .shipped
        policy = try .shipped
    }

    @Test func `nothing is wrong with the shipped files`() throws {
        let words = try Workflow.knownWords()
        let clocks = Set(facts.clocks.names)
        let sectors = Set(try Sectors(json: fact("sectors.json")).all.map(\.path))
        #expect(facts.categories.faults(knownClocks: clocks, knownSectors: sectors) == [])
        #expect(workflow.faults(knownClocks: clocks, allowedActions: policy.stepActions, knownWords: words) == [])
    }

    @Test func `everything has words in both languages`() {
        var texts: [LocalizedText] = []
        for group in facts.categories.groups {
            texts.append(group.name)
            for category in group.categories { texts += [category.name, category.department] }
        }
        for stop in facts.categories.stops.values { texts += [stop.question] + stop.numbers.map(\.name) }
        for state in workflow.states { texts += [state.title, state.rider] }
        texts += workflow.steps.map(\.title)
        for reasons in workflow.reasons.values { texts += reasons.map(\.title) }
        #expect(texts.count > 200)
        for text in texts {
            #expect(!text.chinese.isEmpty && !text.english.isEmpty)
            #expect(text.english.unicodeScalars.allSatisfy { $0.value < 0x2e80 }, "\(text.english)")
            #expect(text.chinese.unicodeScalars.contains { $0.value >= 0x2e80 }, "\(text.chinese)")
        }
    }

    /// domain.md §7: the two-level list.
    @Test func `every kind of domain.md is there, and each group holds its own`() {
        let groups = facts.categories.groups
        #expect(groups.map(\.code) == (1...12).map { $0 < 10 ? "0\($0)" : "\($0)" } + ["20", "99"])
        let counts = [10, 3, 2, 2, 4, 4, 4, 4, 3, 4, 3, 2, 12, 1]
        #expect(groups.map(\.categories.count) == counts)
        for group in groups {
            #expect(group.categories.allSatisfy { $0.code.hasPrefix(group.code) && $0.code.count == 4 })
        }
    }

    @Test func `what is urgent asks first whether somebody should be called instead`() throws {
        for category in facts.categories.groups.flatMap(\.categories) where category.severity == 4 {
            // Expired drugs are urgent to take off the shelf; nobody is in danger while they stand there.
            guard category.code != "0202" else { continue }
            let stop = try #require(category.stop.flatMap { facts.categories.stops[$0] }, "\(category.code)")
            #expect(!stop.numbers.isEmpty)
        }
        let numbers = Set(facts.categories.stops.values.flatMap(\.numbers).map(\.number))
        #expect(numbers.isSuperset(of: ["110", "119", "120", "122", "96119", "96110"]))
    }

    @Test func `what is another body's is handed over to one that we know`() {
        for category in facts.categories.groups.flatMap(\.categories) {
            let isOthers = category.code.hasPrefix("20") || category.code == "0804"
            #expect((category.duty == .handOver) == isOthers, "\(category.code)")
            #expect(category.clocks.contains("petition-notice") == isOthers, "\(category.code)")
            #expect(category.clocks.contains("report-decision") != isOthers, "\(category.code)")
            guard isOthers else { continue }
            let named = facts.bodies.answering(for: category.code).filter { $0.code != "hotline" }
            #expect(!named.isEmpty, "\(category.code) has no body of its own")
        }
    }

    /// 广告法 art. 53.
    @Test func `advertising, and nothing else, has the clock of the advertising law`() {
        for category in facts.categories.groups.flatMap(\.categories) {
            #expect(
                category.clocks.contains("advertising") == ["0801", "0802", "0803"].contains(category.code),
                "\(category.code)")
        }
    }

    @Test func `from every state some way leads to an end`() {
        var ending: Set<Case.State> = [.closed, .declined]
        for _ in Case.State.allCases {
            for step in workflow.steps where step.to.map(ending.contains) ?? false { ending.formUnion(step.from) }
        }
        #expect(ending == Set(Case.State.allCases))
    }

    @Test func `every state and every step can be reached`() {
        var reached: Set<Case.State> = [.received]
        for _ in Case.State.allCases {
            for step in workflow.steps where !reached.isDisjoint(with: step.from) {
                if let to = step.to { reached.insert(to) }
            }
        }
        #expect(reached == Set(Case.State.allCases))
        for step in workflow.steps { #expect(!reached.isDisjoint(with: step.from), "\(step.name)") }
    }

    @Test func `a state is open exactly while nobody has ended it`() {
        #expect(Set(workflow.openStates) == Set(Case.State.allCases).subtracting([.closed, .declined]))
        #expect(workflow.states.count == Case.State.allCases.count)
    }

    @Test func `names of steps and reasons are there once`() {
        #expect(Set(workflow.steps.map(\.name)).count == workflow.steps.count)
        for (step, reasons) in workflow.reasons {
            #expect(Set(reasons.map(\.code)).count == reasons.count, "\(step)")
            #expect(workflow.step(step)?.needs.contains(.reason) == true, "reasons nobody is asked for: \(step)")
        }
        #expect(workflow.reason("repeat", for: "decline") != nil, "a rule of the code asks for it")
    }

    @Test(arguments: Language.allCases)
    func `whatever is told has words, and they ask for nothing that the step doesn't carry`(
        _ language: Language
    ) throws {
        let t = try Site(TestDistrict.bundles).strings(in: language)
        let carried: [String: Workflow.Input] = ["office": .office, "body": .body, "receipt": .receipt, "day": .day]
        for step in workflow.steps {
            guard let tells = step.tells else { continue }
            #expect(t.has("case.told.\(tells)"), "\(tells)")
            let sentence = t("case.told.\(tells)")
            for (placeholder, input) in carried where sentence.contains("{\(placeholder)}") {
                #expect(step.needs.contains(input), "\(tells) says {\(placeholder)}, which \(step.name) may lack")
            }
            let rest = carried.keys.reduce(sentence) { $0.replacing("{\($1)}", with: "") }
            #expect(!rest.contains("{"), "\(sentence)")
        }
        #expect(t.has("case.told.received"))
        for error in CaseError.examples {
            #expect(t.has("problem.\(error.problem.name).title") && t.has("problem.\(error.problem.name).detail"))
        }
    }

    /// What the law wants told must be told: 食品安全法 115, 广告法 53, 信访工作条例 23.
    @Test func `the steps that decide something tell the reporter`() {
        let telling = Set(workflow.steps.filter { $0.tells != nil }.map(\.name))
        #expect(
            telling.isSuperset(of: [
                "accept", "decline", "dispatch", "handOver", "recordReceipt", "verify", "unfound", "rectify", "close",
                "conclude", "reopen", "keepClosed",
            ]))
        for name in ["note", "assign", "classify", "returnToIntake", "pause", "requestExtension"] {
            #expect(!telling.contains(name), "\(name) is a matter of the house")
        }
    }

    @Test func `every step is some role's, and every action of the policy is a step or known to the code`() {
        let steps = Set(workflow.steps.map(\.name))
        #expect(policy.stepActions.isSuperset(of: steps))
        #expect(policy.stepActions.subtracting(steps) == ["create", "hold", "read"])
    }
}

extension CaseError {
    /// Every way to be refused, once.
    static let examples: [CaseError] = [
        .notNow(.closed), .alreadyAsked, .nothingAsked, .needsSecondPerson, .tooLateToReopen(days: 30),
        .keyUsedOtherwise, .stale, .noSuchStep("x"), .mayNotForward, .noSuchHandler, .assignedToOther, .nothingToPause,
        .photoGone, .noReporterToShow,
    ]
}
