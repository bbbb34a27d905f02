import Foundation
import Kernel

/// A matter that somebody reported, and what became of it.
package struct Case: Sendable, Hashable {
    package enum State: String, Sendable, Codable, CaseIterable {
        case received, accepted, dispatched, checking, verified, rectifying, rechecking, unfounded, handedOver
        case transferred, declined, closed
    }

    /// How it ended, or will: what the figures count.
    package enum Outcome: String, Sendable, Codable, CaseIterable {
        case verified, unfounded, handedOver, declined, duplicate
    }

    /// What was agreed on a question that one person must not decide alone.
    package enum Request: String, Sendable, Codable, CaseIterable {
        case none, asked, granted, refused
    }

    package enum Rating: String, Sendable, Codable, CaseIterable {
        case solved, notSolved
    }

    package let id: ID<Case>
    /// What people call it, such as `NX-7K3M-2Q9D`. It says nothing about when or where.
    package let number: String
    package let receivedAt: Date
    /// What the reporter chose; ``category`` is what it was found to be.
    package let reportedCategory: String
    package let description: String
    package let place: Place
    /// The names of the district and street it lies in, for those who don't read coordinates.
    package let area: String

    package var category: String
    package var severity: Int
    package var territory: TerritoryPath
    package var office: ID<OfficeEntity>
    package var handler: ID<Account>?
    package var state: State
    package var outcome: Outcome?
    package var body: String?
    package var receipt: String?
    package var result: String?
    package var rectifyBy: Day?
    package var extensionRequest = Request.none
    package var extensionAskedBy: ID<Account>?
    package var reopenRequest = Request.none
    package var rating: Rating?
    package var closedAt: Date?
    package var closedBy: ID<Account>?
    /// The case that it was merged into (合并), which it ends with; and the state it would go back to.
    package var mergedInto: ID<Case>?
    package var mergedFrom: State?
    /// Whether the words and the place went at the end of their span.
    package var areWordsErased = false
    /// Counts the changes: a form made from an older one is stale.
    package var version = 1

    /// Where it is.
    package struct Place: Sendable, Hashable {
        package enum Source: String, Sendable, Codable, CaseIterable {
            case phone, photo, map, address
        }

        package var position: Position?
        /// Metres.
        package var accuracy: Double?
        package var source: Source
        package var address: String?

        package init(position: Position? = nil, accuracy: Double? = nil, source: Source, address: String? = nil) {
            self.position = position
            self.accuracy = accuracy
            self.source = source
            self.address = address
        }
    }

    package init(
        id: ID<Case>, number: String, receivedAt: Date, category: String, reportedCategory: String, severity: Int,
        description: String, place: Place, area: String = "", territory: TerritoryPath, office: ID<OfficeEntity>,
        state: State = .received
    ) {
        self.id = id
        self.number = number
        self.receivedAt = receivedAt
        self.category = category
        self.reportedCategory = reportedCategory
        self.severity = severity
        self.description = description
        self.place = place
        self.area = area
        self.territory = territory
        self.office = office
        self.state = state
    }
}

/// What somebody gives with a step. Which of it is needed stands in the workflow.
package struct StepInput: Sendable {
    package var note: String?
    package var result: String?
    package var reason: String?
    package var category: Category?
    package var office: ID<OfficeEntity>?
    package var handler: ID<Account>?
    package var body: String?
    package var receipt: String?
    /// The code or the whole name of a business, as it was typed.
    package var business: String?
    package var day: Day?
    package var photos: [ID<Photo>] = []
    package var rating: Case.Rating?
    /// The number or the identity of the case that this one is about the same fact as.
    package var into: String?
    package var hasNewFacts = false

    package init() {}

    func has(_ input: Workflow.Input) -> Bool {
        switch input {
        case .note: note != nil
        case .result: result != nil
        case .reason: reason != nil
        case .category: category != nil
        case .office: office != nil
        case .handler: handler != nil
        case .body: body != nil
        case .receipt: receipt != nil
        case .business: business != nil
        case .day: day != nil
        case .photos: !photos.isEmpty
        case .rating: rating != nil
        case .into: into != nil
        case .newFacts: hasNewFacts
        }
    }
}

// MARK: Rules

extension Case {
    /// Takes a step. Whether `actor` may take it at all is the policy's to say; here is what no role may do.
    ///
    /// - Throws: ``CaseError`` when the case is in another state, something is missing, or one person would decide alone
    ///   what needs two.
    package mutating func take(
        _ step: Workflow.Step, _ input: StepInput, by actor: ID<Account>, at time: Date, in workflow: Workflow
    ) throws {
        guard step.from.contains(state) else { throw CaseError.notNow(state) }
        let missing = step.needs.filter { !input.has($0) }
        guard missing.isEmpty else {
            throw InvalidFields(missing.map { FieldProblem($0.rawValue, $0 == .photos ? "photo-missing" : "missing") })
        }
        let surplus = Workflow.Input.allCases.filter { input.has($0) && !step.takes($0) }
        // Whoever may write a remark must not make themselves the handler by it.
        guard surplus.isEmpty else { throw InvalidFields(surplus.map { FieldProblem($0.rawValue, "unknown") }) }
        if let reason = input.reason, workflow.reason(reason, for: step.name) == nil {
            throw InvalidFields("reason", "no-such-choice")
        }
        if let day = input.day, day < Day(of: time) { throw InvalidFields("day", "in-the-past") }
        try decideTogether(step, by: actor, at: time, in: workflow)
        outcome = step.outcome ?? outcome
        // After the workflow's word: a decline may turn out to be a repetition.
        carry(step, input, by: actor, at: time)
        state = step.to ?? state
        if extensionRequest == .asked, workflow.step("approveExtension")?.from.contains(state) == false {
            // Nobody can decide on it any more, so it must not wait for a decision for ever.
            extensionRequest = .none
        }
        version += 1
    }

    /// Ends it at its arrival: its reporter says that another report is about the same thing, and goes on with that one.
    mutating func join(_ main: ID<Case>, saying result: String, at time: Date) {
        (mergedInto, mergedFrom) = (main, state)
        (state, outcome, self.result, closedAt) = (.closed, .duplicate, result, time)
    }

    /// Takes it out of its handler's hands, as it is; it waits in its office for another one.
    mutating func giveBack() {
        handler = nil
        version += 1
    }

    /// What depends on who did what before: the one who asks isn't the one who decides.
    private mutating func decideTogether(
        _ step: Workflow.Step, by actor: ID<Account>, at time: Date, in workflow: Workflow
    ) throws {
        switch step.name {
        case "requestExtension":
            guard extensionRequest == .none else { throw CaseError.alreadyAsked }
            extensionRequest = .asked
            extensionAskedBy = actor
        case "approveExtension", "refuseExtension":
            guard extensionRequest == .asked else { throw CaseError.nothingAsked }
            guard extensionAskedBy != actor else { throw CaseError.needsSecondPerson }
            extensionRequest = step.name == "approveExtension" ? .granted : .refused
        case "check":
            // A colleague's case is given over by the supervisor, not taken.
            guard handler == nil || handler == actor else { throw CaseError.assignedToOther }
        case "separate":
            guard mergedInto != nil else { throw CaseError.notMerged }
        case "rate":
            guard reopenRequest != .asked else { throw CaseError.alreadyAsked }
        case "requestReopen":
            guard reopenRequest == .none else { throw CaseError.alreadyAsked }
            guard let closedAt, Day(of: time) - Day(of: closedAt) <= workflow.reopenWithinDays else {
                throw CaseError.tooLateToReopen(days: workflow.reopenWithinDays)
            }
            reopenRequest = .asked
        case "reopen", "keepClosed":
            guard reopenRequest == .asked else { throw CaseError.nothingAsked }
            guard closedBy != actor else { throw CaseError.needsSecondPerson }
            reopenRequest = step.name == "reopen" ? .granted : .refused
        default: break
        }
    }

    private mutating func carry(_ step: Workflow.Step, _ input: StepInput, by actor: ID<Account>, at time: Date) {
        if let category = input.category {
            self.category = category.code
            severity = category.severity
        }
        if let office = input.office, office != self.office {
            self.office = office
            handler = nil
        }
        handler = input.handler ?? handler
        body = input.body ?? body
        receipt = input.receipt ?? receipt
        if step.takes(.result) { result = input.result ?? result }
        if step.name == "rectify" || step.name == "rectifyAgain" { rectifyBy = input.day }
        rating = input.rating ?? rating
        switch step.name {
        case "check": handler = handler ?? actor
        case "handOver": outcome = .handedOver
        case "decline": outcome = input.reason == "repeat" ? .duplicate : .declined
        case "merge": mergedFrom = state
        case "separate":
            state = mergedFrom ?? .accepted
            (outcome, result, closedAt, closedBy, rating) = (nil, nil, nil, nil, nil)
            (mergedInto, mergedFrom) = (nil, nil)
        case "requestReopen": rating = .notSolved
        case "reopen":
            // It begins anew: with a clock that may be extended once, and an end that the reporter can rate.
            outcome = nil
            closedAt = nil
            rating = nil
            extensionRequest = .none
            (mergedInto, mergedFrom) = (nil, nil)
        default: break
        }
        if step.to == .closed || step.to == .declined {
            closedAt = time
            closedBy = actor
        }
    }
}
