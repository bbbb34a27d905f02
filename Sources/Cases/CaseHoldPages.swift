import Deadlines
import Foundation
import Kernel
import Web

/// The hold on a case, for those who see the case, and the form for those who may set it.
struct HoldPart: Sendable {
    /// Until when, in one sentence; `nil` when nobody holds it.
    let sentence: String?
    let by: String
    let reason: String
    let maySet: Bool
    let url: String
    let isOpen: Bool
    let typedReason: String
    let typedDay: String
    let earliest: String
    let latest: String
    let errors: [String: String]
    /// Whether its words were erased at the end of their span.
    let areWordsErased: Bool

    /// Whether there is anything to show at all.
    let isShown: Bool

    init(
        _ hold: CaseHold?, of matter: ID<Case>, by name: String?, maySet: Bool, areWordsErased: Bool,
        failed: FailedHold?, words: CaseWords
    ) {
        let today = Day(of: words.now)
        sentence = hold.map { words.t("work.hold.until", ["day": words.days.day($0.until)]) }
        by =
            hold.map { hold in
                words.t("work.hold.by", ["name": name ?? "", "time": words.time(hold.setAt)])
            } ?? ""
        reason = hold?.reason ?? ""
        // What has gone can't be held any more.
        self.maySet = maySet && !areWordsErased
        isShown = hold != nil || self.maySet
        url = "/work/cases/\(matter)/hold"
        isOpen = failed != nil
        typedReason = failed?.reason ?? hold?.reason ?? ""
        typedDay = failed?.until ?? hold?.until.description ?? ""
        earliest = today.description
        latest = (today + CaseHold.longest).description
        errors = (failed?.problems ?? []).reduce(into: [:]) { errors, problem in
            errors[problem.field] = words.t("field.\(problem.name)", problem.details)
        }
        self.areWordsErased = areWordsErased
    }
}
