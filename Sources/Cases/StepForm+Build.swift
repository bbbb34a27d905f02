import Directory
import Foundation
import Kernel
import People
import Web

extension StepForm {
    /// The form of one step, with the choices that this case has, and with what was sent when it failed.
    init(
        _ step: Workflow.Step, isNext: Bool, story: CaseStory, offices: [Office], officers: [Colleague],
        similar: [SimilarCase], words: CaseWords, failed: FailedStep?
    ) {
        let matter = story.matter
        let raw = failed?.sent.raw ?? [:]
        let targets = step.takes(.office) ? Self.targets(of: step, for: matter, offices: offices) : []
        func options<Item>(
            _ items: [Item], _ field: String, value: (Item) -> String, name: (Item) -> String
        ) -> [Option] {
            items.map { Option(value: value($0), name: name($0), chosen: raw[field] == value($0)) }
        }
        self.name = step.name
        title = step.title(words.language)
        url = "/work/cases/\(matter.id)/steps"
        photoURL = "/work/photos"
        version = "\(matter.version)"
        self.isNext = isNext
        open = failed != nil
        id = matter.id.text
        takesNote = step.takes(.note)
        needsNote = step.needs.contains(.note)
        takesResult = step.takes(.result)
        needsResult = step.needs.contains(.result)
        takesReason = step.takes(.reason)
        reasons = options(
            words.facts.workflow.reasons[step.name] ?? [], "reason", value: \.code, name: { $0.title(words.language) })
        takesCategory = step.takes(.category)
        categories =
            step.takes(.category)
            ? words.facts.categories.groups.map { group in
                OptionGroup(
                    name: group.name(words.language),
                    options: options(group.categories, "category", value: \.code, name: { $0.name(words.language) }))
            } : []
        takesOffice = step.takes(.office)
        self.offices = options(targets, "office", value: \.id.text, name: { $0.name(words.language) })
        // Who is on duty in another office is that office's to say.
        takesHandler = step.takes(.handler) && !step.takes(.office)
        handlers = takesHandler ? options(officers, "handler", value: \.id.text, name: \.name) : []
        takesBody = step.takes(.body)
        let answering = words.facts.bodies.answering(for: matter.category)
        let others = words.facts.bodies.all.filter { body in !answering.contains { $0.code == body.code } }
        bodies =
            step.takes(.body)
            ? options(
                answering + others, "body", value: \.code,
                name: { ([$0.name(words.language)] + $0.phones).joined(separator: " ") }) : []
        takesReceipt = step.takes(.receipt)
        takesBusiness = step.name == "nameBusiness"
        takesNamedBusiness = step.name == "dropBusiness"
        businesses = options(
            story.businesses, "business", value: \.code, name: { "\($0.name) \($0.code)" })
        business = raw["business"] ?? ""
        takesDay = step.takes(.day)
        needsDay = step.needs.contains(.day)
        takesPhotos = step.takes(.photos)
        takesInto = step.takes(.into)
        candidates = takesInto ? similar.map { $0.chosen(raw["into"] == $0.id) } : []
        hasCandidates = !candidates.isEmpty
        intoNumber = raw["intoNumber"] ?? ""
        takesNewFacts = step.takes(.newFacts) && similar.contains { $0.isSameReporter }
        hasNewFacts = raw["newFacts"] != nil
        note = raw["note"] ?? ""
        result = raw["result"] ?? ""
        receipt = raw["receipt"] ?? ""
        day = raw["day"] ?? ""
        earliest = Day(of: words.now).description
        attached = (failed?.sent.input.photos ?? []).map { .init(id: $0.text, url: "/photos/\($0)/small") }
        errors = (failed?.problems ?? []).reduce(into: [:]) { errors, problem in
            errors[problem.field == "photos" ? "photo" : problem.field] = words.t(
                "field.\(problem.name)", problem.details)
        }
    }

    /// Where this case may go by this step: to a colleague's office by dispatching, to another intake by forwarding.
    static func targets(of step: Workflow.Step, for matter: Case, offices: [Office]) -> [Office] {
        guard let here = offices.first(where: { $0.id == matter.office }) else { return [] }
        let tree = OfficeTree(offices)
        let desk = tree.desk(for: here)
        let reachable = tree.handOverTargets(for: desk).filter { !$0.isExternal && $0.id != here.id }
        if step.name == "forward" { return reachable.filter(\.isDutyDesk) }
        let own = [here].filter { !$0.isDutyDesk }
        return own + reachable.filter { !$0.isDutyDesk }
    }
}

extension OfficeTree {
    /// Who gives a case of this office on: the office itself when it is a duty desk, else its intake (Order 121 art. 41).
    func desk(for office: Office) -> Office {
        office.isDutyDesk ? office : intake(of: office) ?? office
    }
}
