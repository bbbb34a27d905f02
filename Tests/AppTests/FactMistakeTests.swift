import Foundation
import TestSupport
import Testing

@testable import App

/// Slips in the files of `Data` that would else be read as if nothing stood there.
struct FactMistakeTests {
    @Test(arguments: [
        (
            "workflow.json", #""tells": "accepted""#, #""tels": "accepted""#,
            "Data/workflow.json: steps[accept].tels is unknown; did you mean tells?"
        ),
        (
            "workflow.json", #""aside": true"#, #""asside": true"#,
            "Data/workflow.json: steps[decline].asside is unknown; did you mean aside?"
        ),
        (
            "clocks.json", #""pauses": {"#, #""pause": {"#,
            "Data/clocks.json: rules[mediation].pause is unknown; did you mean pauses?"
        ),
        (
            "clocks.json", #""keepsFormerRules""#, #""keepFormerRules""#,
            "Data/clocks.json: settings.keepFormerRules is unknown; did you mean keepsFormerRules?"
        ),
        (
            "categories.json", #""stop": "#, #""stops": "#,
            "Data/categories.json: groups[01].categories[0108].stops is unknown; did you mean stop?"
        ),
        (
            "policy.json", #""scope""#, #""scopes""#,
            "Data/policy.json: rules[0].scopes is unknown; did you mean scope?"
        ),
        (
            "bodies.json", #""en": "#, #""english": "#,
            "Data/bodies.json: [fire].name.english is unknown; known are en, zh-Hans"
        ),
        (
            "policy.json", #""recordReceipt""#, #""recordReciept""#,
            "policy: rules[8] (intake) allows the unknown action recordReciept on case; did you mean recordReceipt?"
        ),
        (
            "policy.json", #""kind": "calendar", "a"#, #""kind": "calender", "a"#,
            "policy: rules[27] (administrator) names the unknown kind calender; did you mean calendar?"
        ),
        (
            "policy.json", #""numbersInWords""#, #""numbersInWord""#,
            "policy: the view full of case names the unknown field numbersInWord; did you mean numbersInWords?"
        ),
        (
            "policy.json", #""scope": "territory", "view": "masked""#, #""scope": "territory", "view": "card""#,
            "policy: rules[8] (intake) reaches case as card, but whoever reaches one is shown "
                + "description, handler, photos, place, timeline"
        ),
        (
            "workflow.json", #""unfound": ["#, #""unfounded": ["#,
            "workflow: there are reasons for the unknown step unfounded; did you mean unfound?"
        ),
        (
            "workflow.json", #""tells": "closed""#, #""tells": "close""#,
            "workflow: the step close tells close, which has no words; did you mean closed?"
        ),
        (
            "workflow.json", #""stops": ["*"]"#, #""stops": ["first-touch"]"#,
            #"Data/workflow.json: steps.[1].stops: a step stops all clocks, "*", or none"#
        ),
        (
            "searches.json", #""perHour": 120"#, #""perHour": 0"#,
            "searches: perHour must be 1 at least, and perDay no less than perHour"
        ),
        (
            "workflow.json", #""version": "1","#, #""version": "1", "version": "2","#,
            "Data/workflow.json: line 2 is no JSON: duplicateKey"
        ),
        (
            "unusual.json", #""looksBound""#, #""looksBounds""#,
            "Data/unusual.json: looksBounds is unknown; did you mean looksBound?"
        ),
        (
            "unusual.json", #""07:30""#, #""7:30""#,
            "unusual: hoursFrom and hoursUntil must be times such as 07:30, the first before the second"
        ),
        (
            "incidents.json", #""mustReport""#, #""mustReports""#,
            "Data/incidents.json: levels[unknown].mustReports is unknown; did you mean mustReport?"
        ),
        (
            "incidents.json", #""reportWithinHours": 4"#, #""reportWithinHours": 40"#,
            "incidents: reportWithinHours must be 1 to 24"
        ),
    ])
    func `a slip is named with its file, its place and the word that was meant`(
        file: String, words: String, by others: String, fault: String
    ) throws {
        let root = try Root(named: copy().path)
        let url = root.url.appending(path: "Data/\(file)")
        let text = try String(contentsOf: url, encoding: .utf8)
        let place = try #require(text.firstRange(of: words))
        try Data(text.replacingCharacters(in: place, with: others).utf8).write(to: url)
        do {
            _ = try Facts(root)
            Issue.record("nothing was found")
        } catch let error as SettingsError {
            #expect(error.description.split(separator: "\n").map(String.init).contains(fault), "\(error)")
        }
    }

    @Test func `nothing is wrong with what is shipped`() throws {
        _ = try Facts(Root(named: copy().path))
    }

    private func copy() throws -> URL {
        let folder = try temporaryFolder()
        try FileManager.default.createDirectory(
            at: folder.appending(path: "Data"), withIntermediateDirectories: true)
        for file in FactShape.files.keys {
            let path = "Data/\(file)"
            try FileManager.default.copyItem(at: sourceRoot.appending(path: path), to: folder.appending(path: path))
        }
        return folder
    }
}
