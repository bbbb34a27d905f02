import Access
import Deadlines
import Directory
import Foundation
import Kernel
import TestSupport
import Testing

@testable import Cases

/// The fault finders find what is planted in the shipped files.
struct FactFaultTests {
    private let clocks: Set<String>
    private let actions: Set<String>
    private let words: Set<String>

    init() throws {
        clocks = Set(try CaseFacts.shipped.clocks.names)
        actions = try Policy.shipped.stepActions
        words = try Workflow.knownWords()
    }

    @Test(arguments: [
        (#""code": "0102""#, #""code": "0101""#, "categories: 0101 stands there twice"),
        (#""code": "0102""#, #""code": "0302""#, "categories: 0302 isn't two digits of group 01 and two more"),
        (#""code": "0102""#, #""code": "012""#, "categories: 012 isn't two digits of group 01 and two more"),
        (#""code": "12", "name""#, #""code": "120", "name""#, "categories: group 120 hasn't two digits"),
        (
            #""severity": 3, "clocks": ["report-decision"], "duty""#,
            #""severity": 5, "clocks": ["report-decision"], "duty""#, "categories: 0101 has severity 5"
        ),
        (
            #""clocks": ["report-decision"]"#, #""clocks": ["report-decisions"]"#,
            "categories: 0101 names the unknown clock report-decisions"
        ),
        (#""duplicateRadius": 50"#, #""duplicateRadius": 5000"#, "categories: 0101 has a radius of 5000 m"),
        (#""/market/food/""#, #""/market/feed/""#, "categories: 0101 names the unknown sector /market/feed/"),
        (#""stop": "poisoning""#, #""stop": "poison""#, "categories: 0108 names the unknown stop question poison"),
    ])
    func `a mistake in the categories is named`(words: String, by others: String, fault: String) throws {
        let text = String(decoding: try fact("categories.json"), as: UTF8.self)
        let place = try #require(text.firstRange(of: words))
        let categories = try Categories(json: Data(text.replacingCharacters(in: place, with: others).utf8))
        let sectors = Set(try Sectors(json: fact("sectors.json")).all.map(\.path))
        let faults = categories.faults(knownClocks: clocks, knownSectors: sectors)
        #expect(faults.contains(fault), "\(faults)")
    }

    @Test(arguments: [
        (#"{"name": "transferred""#, #"{"name": "closed""#, "workflow: the state transferred is missing"),
        (
            #"{"name": "classify""#, #"{"name": "rename""#,
            "workflow: the step rename is allowed to nobody by the policy"
        ),
        (
            #""starts": ["tell-decision"]"#, #""starts": ["tell-decisions"]"#,
            "workflow: the step verify starts the unknown clock tell-decisions"
        ),
        (#""meets": ["first-touch"]"#, #""meets": ["first"]"#, ""),
        (
            #""meets": ["first-touch"]"#, #""meets": ["first-tou"]"#,
            "workflow: the step accept keeps the unknown clock first-tou"
        ),
        (#""pause": ["#, #""rest": ["#, "workflow: the step pause has no reasons"),
        (
            #""pause": ["#, #""pauses": ["#,
            "workflow: there are reasons for the unknown step pauses; did you mean pause?"
        ),
        (
            #""pause": ["#, #""check": ["#,
            "workflow: there are reasons for the step check, which takes none; known are decline, pause, returnToIntake, unfound"
        ),
        (
            #""tells": "verified""#, #""tells": "verifed""#,
            "workflow: the step verify tells verifed, which has no words; did you mean verified?"
        ),
        (
            #""from": ["transferred"], "to": "closed""#, #""from": ["transferred"], "to": "transferred""#,
            "workflow: nothing leads on from the state transferred"
        ),
    ])
    func `a mistake in the workflow is named`(words: String, by others: String, fault: String) throws {
        let text = String(decoding: try fact("workflow.json"), as: UTF8.self)
        let place = try #require(text.firstRange(of: words))
        let workflow = try Workflow(json: Data(text.replacingCharacters(in: place, with: others).utf8))
        let faults = workflow.faults(knownClocks: clocks, allowedActions: actions, knownWords: self.words)
        #expect(fault.isEmpty ? faults.isEmpty : faults.contains(fault), "\(faults)")
    }

    @Test(arguments: [
        (#""to": "accepted""#, #""to": "nowhere""#), (#""from": ["received"]"#, #""from": ["nowhere"]"#),
        (#""needs": ["category"]"#, #""needs": ["kategory"]"#), (#""outcome": "declined""#, #""outcome": "lost""#),
    ])
    func `a word that doesn't exist stops the start`(words: String, by others: String) throws {
        let text = String(decoding: try fact("workflow.json"), as: UTF8.self)
        let place = try #require(text.firstRange(of: words))
        #expect(throws: DecodingError.self) {
            try Workflow(json: Data(text.replacingCharacters(in: place, with: others).utf8))
        }
    }
}
