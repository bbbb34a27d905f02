import Access
import Kernel
import Storage

/// What a caller may do with one case: as one of those who work on it, or as its reporter.
package struct CaseAccess: Sendable {
    let policy: Policy
    let caller: Caller
    private let staffSide: Subject
    private let reporterSide: Subject

    package init(_ policy: Policy, _ matter: Case, caller: Caller, facts: CaseFacts, in db: any Transaction) throws {
        let isOwn = try ReporterStore(db).isReporter(caller.id, of: matter.id)
        // Whom it is about matters only to those who belong to something.
        let about = caller.organisations.isEmpty ? [] : try BusinessStore(db).about(matter.id)
        self.init(
            policy, matter, caller: caller, sector: facts.categories.sector(of: matter.category), about: about,
            isOwn: isOwn)
    }

    package init(
        _ policy: Policy, _ matter: Case, caller: Caller, sector: SectorPath? = nil,
        about: Set<ID<OrganisationEntity>> = [], isOwn: Bool
    ) {
        self.policy = policy
        self.caller = caller
        staffSide = Subject(
            kind: "case", assignee: matter.handler, office: matter.office, territory: matter.territory, sector: sector,
            about: about,
            did: ["requestExtension": matter.extensionAskedBy, "close": matter.closedBy].compactMapValues(\.self))
        reporterSide = Subject(kind: "report", owner: isOwn ? caller.id : nil)
    }

    /// As one of those who work on it, or as its reporter.
    package var maySee: Bool { maySeeAsStaff || policy.allows(caller, "read", on: reporterSide) }

    /// As one of those who work on it.
    package var maySeeAsStaff: Bool { policy.allows(caller, "read", on: staffSide) }

    package var maySeeReporter: Bool { policy.allows(caller, "read", on: staffSide.as("reporter")) }

    package var maySeeEvidence: Bool { policy.allows(caller, "read", on: staffSide.as("evidence")) }

    /// What the reporter typed, for this caller: numbers by which a person can be found are for those whose view shows
    /// them, wherever they were typed: as words, as an address, as a remark to a rating.
    func readable(_ text: String) -> String {
        if policy.allows(caller, "read", on: reporterSide) { return text }
        let view = policy.view(of: staffSide, for: caller, doing: "read")
        let isWhole = view.map { policy.fields(of: "case", in: $0).contains(Self.numbersInWords) } ?? false
        return isWhole ? text : PersonalNumbers.masked(in: text)
    }

    /// What the views of the policy can say of cases.
    package static let fields = Policy.KnownFields(
        always: [
            "number", "category", "state", "area", "times", "office", "place", "description", "photos", "timeline",
            "handler",
        ], byView: [numbersInWords])
    private static let numbersInWords = "numbersInWords"

    /// The remark of a step: the reporter's as what they typed, a colleague's as it is.
    func note(of entry: TimelineEntry) -> String? {
        entry.isReporters ? entry.note.map(readable) : entry.note
    }

    func isCaller(_ account: ID<Account>) -> Bool { caller.id == account }

    /// Whether they decide that the case loses nothing.
    package var mayHold: Bool { policy.allows(caller, "hold", on: staffSide) }

    /// Whether a step may be taken, should it be open now.
    package func may(_ step: String) -> Bool {
        policy.allows(caller, step, on: staffSide) || policy.allows(caller, step, on: reporterSide)
    }

    /// Whether somebody else must decide, since the caller asked for it or did it.
    func isOwnAct(_ step: String) -> Bool {
        policy.decider(for: caller, doing: step, on: "case").isOwnAct(staffSide)
    }

    /// Where cases keep what the policy asks for, for lists of the workbench.
    package static func columns(_ facts: CaseFacts) -> AccessColumns {
        AccessColumns(
            assignee: "handler_id", office: "office_id", territory: "territory_path",
            did: ["requestExtension": "extension_asked_by", "close": "closed_by"],
            isInSector: { [categories = facts.categories] sector in
                let codes = categories.codes(in: sector)
                return codes.isEmpty ? "FALSE" : "category IN (\(each: codes))"
            },
            isAbout: BusinessStore.isAbout)
    }
}
