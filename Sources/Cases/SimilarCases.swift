import Access
import Foundation
import Kernel
import Storage
import Web

/// An open case that may be of the same fact, with what speaks for it; for an officer who may merge.
struct SimilarCase: Sendable {
    let id: String
    let url: String
    let title: String
    let number: String
    let state: String
    let place: String
    /// `85 分`
    let score: String
    let reasons: String
    let isSameReporter: Bool
    var isChosen = false

    func chosen(_ isChosen: Bool) -> SimilarCase {
        var copy = self
        copy.isChosen = isChosen
        return copy
    }
}

/// A case that is bound up with another one, as a link for those who may see it.
struct MergedLink: Sendable {
    let number: String
    /// `nil` for somebody who may not see that case.
    let url: String?
    let words: String
}

/// Finds the open cases that may be of the same fact as one case: among those near by, and those about the same business.
struct SimilarCases {
    let access: CaseAccess
    let words: CaseWords
    let db: any Transaction

    /// How many are compared, and how many are shown.
    private static let (compared, shown) = (40, 5)

    init(access: CaseAccess, words: CaseWords, db: any Transaction) {
        self.access = access
        self.words = words
        self.db = db
    }

    /// The most similar first. None for a case that can't be merged now, or not by the caller.
    func find(for story: CaseStory) throws -> [SimilarCase] {
        let matter = story.matter
        guard access.may("merge"), words.facts.workflow.step("merge")?.from.contains(matter.state) ?? false else {
            return []
        }
        let store = MergedCaseStore(db)
        let allowed = access.readableCases(words.facts)
        let group = String(matter.category.prefix(2))
        let radius = Double(words.facts.categories.category(matter.category)?.duplicateRadius ?? 100)
        // A phone's position may be off: somewhat farther away than the radius words and photos can still speak for it.
        let near = try matter.place.position.map {
            try store.open(near: $0, within: radius * 2, group: group, where: allowed, limit: Self.compared)
        }
        let about = try store.open(aboutTheBusinessesOf: matter.id, group: group, where: allowed, limit: Self.compared)
        let ofBusiness = Set(about.map(\.id))
        let others = (about + (near ?? []).filter { !ofBusiness.contains($0.id) }).filter { $0.id != matter.id }
        guard !others.isEmpty else { return [] }
        let prints = try store.fingerprints(of: [matter.id] + others.map(\.id))
        let sameReporter = try ReporterStore(db).sameReporter(as: matter.id, among: others.map(\.id))
        return others.map { other in
            (
                other,
                Similarity(
                    Similarity.Traits(matter, prints), Similarity.Traits(other, prints), radius: radius * 2,
                    isSameBusiness: ofBusiness.contains(other.id), isSameReporter: sameReporter.contains(other.id))
            )
        }
        .filter { $0.1.score >= Similarity.least }
        .sorted { ($0.1.score, $1.0.id) > ($1.1.score, $0.0.id) }
        .prefix(Self.shown)
        .map { SimilarCase($0, $1, isSameReporter: sameReporter.contains($0.id), words: words) }
    }
}

extension Similarity.Traits {
    fileprivate init(_ matter: Case, _ prints: [ID<Case>: [PictureFingerprint]]) {
        self.init(
            position: matter.place.position, receivedAt: matter.receivedAt, words: matter.description,
            fingerprints: prints[matter.id] ?? [])
    }
}

extension SimilarCase {
    fileprivate init(_ matter: Case, _ similarity: Similarity, isSameReporter: Bool, words: CaseWords) {
        id = matter.id.text
        url = "/work/cases/\(matter.id)"
        title = words.category(matter.category)
        number = matter.number
        state = words.state(matter.state)
        place = PersonalNumbers.masked(in: words.place(of: matter))
        score = words.t("work.similar.score", ["score": "\(similarity.score)"])
        reasons = similarity.reasons.map(words.reason).joined(separator: words.t("work.similar.and"))
        self.isSameReporter = isSameReporter
    }
}

extension CaseWords {
    fileprivate func reason(_ reason: Similarity.Reason) -> String {
        switch reason {
        case .distance(let metres): t("work.similar.distance", ["distance": distance(metres)])
        case .business: t("work.similar.business")
        case .time(0): t("work.similar.within-the-hour")
        case .time(let hours) where hours < 48: t("work.similar.hours", ["hours": "\(hours)"])
        case .time(let hours): t("work.similar.days", ["days": "\(hours / 24)"])
        case .words(let percent): t("work.similar.words", ["percent": "\(percent)"])
        case .photos: t("work.similar.photos")
        case .reporter: t("work.similar.reporter")
        }
    }
}

extension CaseAccess {
    /// The condition on cases that the caller may read as staff.
    fileprivate func readableCases(_ facts: CaseFacts) -> SQL {
        policy.condition(for: caller, doing: "read", on: "case", in: Self.columns(facts))
    }

    /// What a case was merged into, and what was merged into it.
    func links(
        of matter: Case, words: CaseWords, in db: any Transaction
    ) throws -> (main: MergedLink?, merged: [MergedLink]) {
        func link(_ other: Case) throws -> MergedLink {
            let access = try CaseAccess(policy, other, caller: caller, facts: words.facts, in: db)
            return MergedLink(
                number: other.number, url: access.maySeeAsStaff ? "/work/cases/\(other.id)" : nil,
                words: "\(words.time(other.receivedAt)) · \(words.state(other.state))")
        }
        let main = try matter.mergedInto.flatMap { try CaseStore(db).find($0) }.map(link)
        return (main, try MergedCaseStore(db).merged(into: matter.id).map(link))
    }
}
