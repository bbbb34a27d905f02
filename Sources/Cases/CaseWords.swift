import Deadlines
import Foundation
import Kernel
import Storage
import Web

/// Puts what a case holds into the reader's words. Pages and the API say the same.
struct CaseWords: Sendable {
    let t: Strings
    let language: Language
    let facts: CaseFacts
    let now: Date
    let calendar: WorkingCalendar

    var days: DayWords { DayWords(t) }

    func state(_ state: Case.State) -> String {
        facts.workflow.state(state)?.title(language) ?? state.rawValue
    }

    func riderState(_ state: Case.State) -> String {
        facts.workflow.state(state)?.rider(language) ?? state.rawValue
    }

    func step(_ name: String) -> String {
        facts.workflow.step(name)?.title(language) ?? t("case.step.\(name)")
    }

    func category(_ code: String) -> String {
        facts.categories.category(code)?.name(language) ?? code
    }

    func categoryPath(_ code: String) -> String {
        facts.categories.path(of: code, in: language)
    }

    func reason(_ code: String?, of step: String) -> String? {
        code.flatMap { facts.workflow.reason($0, for: step) }?.title(language)
    }

    /// `今天 10:05`, else the day and the time.
    func time(_ instant: Date) -> String {
        let today = Day(of: now)
        let clock = DayWords.clock(instant)
        switch today - Day(of: instant) {
        case 0: return t("case.time.today", ["clock": clock])
        case 1: return t("case.time.yesterday", ["clock": clock])
        default: return "\(shortDay(Day(of: instant))) \(clock)"
        }
    }

    /// How many metres around the point it may be.
    func accuracy(_ metres: Double?) -> String? {
        metres.map { t("case.place.accuracy", ["metres": "\(Int($0.rounded()))"]) }
    }

    /// `85 m`, `1.2 km`, `940 km`: as exact as somebody needs who asks whether a photo was taken there.
    func distance(_ metres: Double) -> String {
        let whole = Int(metres.rounded())
        guard whole >= 1000 else { return t("case.distance.metres", ["metres": "\(whole)"]) }
        let tenths = (whole + 50) / 100
        let kilometres = tenths < 1000 ? "\(tenths / 10).\(tenths % 10)" : "\((whole + 500) / 1000)"
        return t("case.distance.kilometres", ["kilometres": kilometres])
    }

    /// The address, else the street it lies in, else the coordinates.
    func place(of matter: Case) -> String {
        if let address = matter.place.address { return address }
        if !matter.area.isEmpty { return matter.area }
        guard let position = matter.place.position?.rounded else { return "" }
        return "\(position.lat), \(position.lng)"
    }

    /// The day without the year, while it is this year's.
    func shortDay(_ day: Day) -> String {
        let (year, month, number) = day.components
        guard year == Day(of: now).year else { return days.short(day) }
        return t("case.day.short", ["month": t("deadline.month.\(month)"), "day": "\(number)"])
    }

    /// A deadline as a tag: its words and how urgent it looks.
    struct Due: Sendable {
        let text: String
        /// `good`, `warn`, `late` or `calm`.
        let tone: String
        /// When, in full.
        let day: String?
    }

    func due(_ clock: CaseClock) -> Due? {
        guard clock.isOpen, let rule = clock.rule(in: facts.clocks) else { return nil }
        if clock.state == .paused { return Due(text: t("case.due.paused"), tone: "calm", day: nil) }
        guard let due = clock.deadline(by: facts.clocks, in: calendar)?.due else { return nil }
        let state = rule.state(of: due, at: now, calendar: calendar)
        return Due(text: state.words(t), tone: Self.tone(of: state), day: due.words(t))
    }

    private static func tone(of state: DueState) -> String {
        switch state {
        case .onTime: "calm"
        case .dueSoon, .unknown: "warn"
        case .overdue: "late"
        }
    }

    /// How a state looks: as something that waits, goes on, went well or ended.
    func tone(of state: Case.State) -> String {
        switch state {
        case .received: "warn"
        case .accepted, .dispatched, .checking, .rectifying, .rechecking, .handedOver, .transferred: "calm"
        case .verified, .closed: "good"
        case .unfounded, .declined: ""
        }
    }
}

extension DayWords {
    /// `10:05` in China.
    static func clock(_ instant: Date) -> String {
        let minutes = Int(instant.timeIntervalSince(Day(of: instant).start)) / 60
        let (hour, minute) = (minutes / 60, minutes % 60)
        return "\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }
}

extension CaseWords {
    /// The words with the calendar as it is in the database.
    init(_ site: Site, _ language: Language, facts: CaseFacts, now: Date, in db: any Transaction) throws {
        self.init(
            t: site.strings(in: language), language: language, facts: facts, now: now,
            calendar: try facts.clocks.calendar(in: db))
    }
}
