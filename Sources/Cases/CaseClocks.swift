import Deadlines
import Foundation
import Kernel
import Storage

/// The clocks of one case while a step changes them.
struct CaseClocks {
    private let book: ClockBook
    private let calendar: WorkingCalendar
    private let db: any Transaction
    private let matter: ID<Case>
    private(set) var clocks: [CaseClock]
    private var changed: Set<ID<CaseClock>> = []

    init(_ book: ClockBook, in db: any Transaction, of matter: ID<Case>) throws {
        self.book = book
        self.db = db
        self.matter = matter
        calendar = try book.calendar(in: db)
        clocks = try CaseClockStore(db).clocks(of: matter)
    }

    /// `fixedDay` is a day that an officer set instead of the rule's period.
    mutating func start(_ names: [String], at time: Date, fixedDay: Day? = nil, ids: some Collection<ID<CaseClock>>) {
        for (name, id) in zip(names, ids) {
            guard let rule = book.rule(name, on: Day(of: time)) else { continue }
            var clock = CaseClock(id: id, matter: matter, rule: rule, startedAt: time)
            clock.fixedDay = fixedDay
            clock.reckon(by: book, in: calendar)
            clocks.append(clock)
            changed.insert(id)
        }
    }

    /// Ends the clocks of these names; `first-touch` ends every one whose name begins so.
    mutating func meet(_ names: [String], at time: Date) {
        let (book, calendar) = (book, calendar)
        change { clock in
            guard names.contains(where: { clock.name == $0 || clock.name.hasPrefix("\($0)-") }) else { return }
            clock.end(at: time, by: book, in: calendar)
        }
    }

    mutating func stopAll(at time: Date) {
        let (book, calendar) = (book, calendar)
        change { $0.end(at: time, by: book, in: calendar) }
    }

    /// Ends them without having been kept: the matter goes on elsewhere. What is late already stays so.
    mutating func voidAll(at time: Date) {
        let (book, calendar) = (book, calendar)
        change { clock in
            if let due = clock.dueAt, clock.state == .running, due <= time {
                clock.end(at: time, by: book, in: calendar)
            } else {
                clock.void(at: time)
            }
        }
    }

    /// The time of these runs anew from another start.
    mutating func restart(_ names: [String], at start: Date, now: Date, ids: some Collection<ID<CaseClock>>) {
        let running = clocks.filter { $0.isOpen && names.contains($0.name) }.map(\.name)
        change { if running.contains($0.name) { $0.void(at: now) } }
        self.start(running, at: start, ids: ids)
    }

    /// Another kind of matter has other clocks: those that ran for the old kind end, without having been kept or missed.
    mutating func replaceStatutory(
        by names: [String], startedAt time: Date, now: Date, ids: some Collection<ID<CaseClock>>
    ) {
        let kept = Set(clocks.filter { $0.isOpen && names.contains($0.name) }.map(\.name))
        change { clock in
            if clock.kind == .statutory, !names.contains(clock.name) { clock.void(at: now) }
        }
        start(names.filter { !kept.contains($0) }, at: time, ids: ids)
    }

    func has(_ name: String, _ state: CaseClock.State) -> Bool {
        clocks.contains { $0.name == name && $0.state == state }
    }

    mutating func pause(_ name: String, on day: Day) {
        change { if $0.name == name { $0.pause(on: day) } }
    }

    mutating func resume(_ name: String, on day: Day) {
        let (book, calendar) = (book, calendar)
        change { if $0.name == name { $0.resume(on: day, by: book, in: calendar) } }
    }

    mutating func extend(_ name: String) {
        let (book, calendar) = (book, calendar)
        change { clock in
            guard clock.name == name, clock.isOpen else { return }
            clock.isExtended = true
            clock.reckon(by: book, in: calendar)
        }
    }

    func save() throws {
        let store = CaseClockStore(db)
        for clock in clocks where changed.contains(clock.id) {
            try store.save(clock)
        }
        let first = clocks.filter { $0.state == .running && $0.dueAt != nil }
            .min { ($0.dueAt ?? .distantFuture, $0.id) < ($1.dueAt ?? .distantFuture, $1.id) }
        try CaseStore(db).setDue(matter, at: first?.dueAt, clock: first?.name)
    }

    private mutating func change(_ body: (inout CaseClock) -> Void) {
        for index in clocks.indices {
            let before = clocks[index]
            body(&clocks[index])
            if clocks[index] != before { changed.insert(clocks[index].id) }
        }
    }
}
