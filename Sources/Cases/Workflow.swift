import Foundation
import Kernel

/// The states of a case and the steps between them, as `Data/workflow.json` has them. Who may take a step stands in the
/// policy, where the step's name is an action.
package struct Workflow: Sendable, Decodable {
    package struct State: Sendable, Decodable {
        package let name: Case.State
        package let title: LocalizedText
        /// The state as the reporter reads it.
        package let rider: LocalizedText
        /// Whether somebody still has to do something.
        package let isOpen: Bool

        private enum CodingKeys: String, CodingKey {
            case name, title, rider
            case isOpen = "open"
        }
    }

    package struct Step: Sendable, Decodable {
        package let name: String
        package let title: LocalizedText
        package let from: [Case.State]
        /// The state it leads to; `nil` keeps the one before.
        package let to: Case.State?
        /// What must be given with it.
        package let needs: [Input]
        /// What can be given with it.
        package let may: [Input]
        /// The message to the reporter: words under `case.told.<tells>`.
        package let tells: String?
        /// The clocks it keeps: names, or their beginning up to a hyphen.
        package let meets: [String]
        package let starts: [String]
        /// Whether it ends every clock that runs.
        package let stopsAll: Bool
        package let outcome: Case.Outcome?
        /// Not the usual way on: the page doesn't put it first.
        package let isAside: Bool

        private enum CodingKeys: String, CodingKey {
            case name, title, from, to, needs, may, tells, meets, starts, stops, outcome
            case isAside = "aside"
        }

        package init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            name = try values.decode(String.self, forKey: .name)
            title = try values.decode(LocalizedText.self, forKey: .title)
            from = try values.decode([Case.State].self, forKey: .from)
            let target = try values.decode(String.self, forKey: .to)
            to = target == "*" ? nil : try values.decode(Case.State.self, forKey: .to)
            needs = try values.decodeIfPresent([Input].self, forKey: .needs) ?? []
            may = try values.decodeIfPresent([Input].self, forKey: .may) ?? []
            tells = try values.decodeIfPresent(String.self, forKey: .tells)
            meets = try values.decodeIfPresent([String].self, forKey: .meets) ?? []
            starts = try values.decodeIfPresent([String].self, forKey: .starts) ?? []
            let stops = try values.decodeIfPresent([String].self, forKey: .stops) ?? []
            guard stops.isEmpty || stops == ["*"] else {
                throw DecodingError.dataCorruptedError(
                    forKey: .stops, in: values, debugDescription: "a step stops all clocks, \"*\", or none")
            }
            stopsAll = !stops.isEmpty
            isAside = try values.decodeIfPresent(Bool.self, forKey: .isAside) ?? false
            outcome = try values.decodeIfPresent(Case.Outcome.self, forKey: .outcome)
        }

        package func takes(_ input: Input) -> Bool { needs.contains(input) || may.contains(input) }
    }

    /// What a step can carry.
    package enum Input: String, Sendable, Decodable, CaseIterable {
        /// A remark that stays inside.
        case note
        /// A text that the reporter reads.
        case result
        /// A code of ``Workflow/reasons``.
        case reason
        case category, office, handler
        /// Another authority, of `Data/bodies.json`.
        case body
        /// The number under which the other authority took the matter on.
        case receipt
        /// Whom the matter is about: an organisation of the directory.
        case business
        /// The day by which something must be done.
        case day
        case photos
        case rating
        /// The case that this one is merged into.
        case into
        /// Whether the case brings new facts, so that the other one's time begins anew.
        case newFacts
    }

    package struct Reason: Sendable, Decodable {
        package let code: String
        package let title: LocalizedText
    }

    package let version: String
    /// How long after closing a reporter may ask for it to be looked at again.
    package let reopenWithinDays: Int
    package let states: [State]
    package let steps: [Step]
    package let reasons: [String: [Reason]]

    package init(json: Data) throws {
        self = try JSONDecoder().decode(Workflow.self, from: json)
    }

    package func step(_ name: String) -> Step? {
        steps.first { $0.name == name }
    }

    package func state(_ name: Case.State) -> State? {
        states.first { $0.name == name }
    }

    package func reason(_ code: String, for step: String) -> Reason? {
        reasons[step]?.first { $0.code == code }
    }

    package var openStates: [Case.State] { states.filter(\.isOpen).map(\.name) }

    /// What is wrong with the file, for `nuanxin check`: one sentence each.
    ///
    /// `knownWords` are the endings of `case.told.` that have words in every language.
    package func faults(
        knownClocks: Set<String>, allowedActions: Set<String>, knownWords: Set<String>
    ) -> [String] {
        var faults: [String] = []
        for state in Case.State.allCases where self.state(state) == nil {
            faults.append("workflow: the state \(state.rawValue) is missing")
        }
        for step in steps {
            let name = "workflow: the step \(step.name)"
            if !allowedActions.contains(step.name) { faults.append("\(name) is allowed to nobody by the policy") }
            if step.takes(.reason), reasons[step.name]?.isEmpty ?? true { faults.append("\(name) has no reasons") }
            if let tells = step.tells, !knownWords.contains(tells) {
                faults.append("\(name) tells \(tells), which has no words\(knownWords.hint(insteadOf: tells))")
            }
            for clock in step.starts where !knownClocks.contains(clock) {
                faults.append("\(name) starts the unknown clock \(clock)")
            }
            for clock in step.meets where !knownClocks.contains(where: { $0 == clock || $0.hasPrefix("\(clock)-") }) {
                faults.append("\(name) keeps the unknown clock \(clock)")
            }
        }
        for step in reasons.keys.sorted() where !steps.contains(where: { $0.name == step && $0.takes(.reason) }) {
            let fault = self.step(step) == nil ? "the unknown step \(step)" : "the step \(step), which takes none"
            let hint = steps.filter { $0.takes(.reason) }.map(\.name).hint(insteadOf: step)
            faults.append("workflow: there are reasons for \(fault)\(hint)")
        }
        // Nothing may get stuck: from every open state some step leads on.
        for state in states where state.isOpen {
            let leads = steps.contains { step in
                step.from.contains(state.name) && step.to.map { $0 != state.name } ?? false
            }
            if !leads { faults.append("workflow: nothing leads on from the state \(state.name.rawValue)") }
        }
        return faults
    }
}
