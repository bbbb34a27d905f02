import Access
import Deadlines
import Foundation
import Hummingbird
import Kernel
import Web

/// What the address of the workbench's list asks for: `/work?view=mine&state=checking&category=01&q=…`.
struct WorkFilter: Sendable {
    enum View: String, Sendable, CaseIterable {
        /// Everything in scope that is still open.
        case open
        case mine, overdue, soon, decide, closed, all
    }

    var view = View.open
    var state: Case.State?
    var group: String?
    var text: String?
    var cursor: CaseCursor?

    init() {}

    init(_ request: Request) {
        let parameters = request.uri.queryParameters
        view = parameters["view"].flatMap { View(rawValue: String($0)) } ?? .open
        state = parameters["state"].flatMap { Case.State(rawValue: String($0)) }
        group = parameters["category"].map(String.init).flatMap { $0.isEmpty || $0.count > 4 ? nil : $0 }
        text = parameters["q"].map { String($0).trimmingCharacters(in: .whitespaces) }.flatMap { $0.isEmpty ? nil : $0 }
        cursor = parameters["cursor"].flatMap { try? CaseCursor($0) }
    }

    var isNarrowed: Bool { state != nil || group != nil || text != nil }

    /// The query of a view. `soon` ends with the third working day from now.
    func query(_ view: View, for caller: Caller, words: CaseWords) -> CaseQuery {
        var query = CaseQuery()
        switch view {
        case .open: query.states = words.facts.workflow.openStates
        case .mine:
            query.handler = caller.id
            query.states = words.facts.workflow.openStates
        case .overdue:
            query.dueBefore = words.now
            query.sorting = .due
        case .soon:
            query.dueFrom = words.now
            query.dueBefore = words.endOfWorkingDay(3)
            query.sorting = .due
        case .decide: query.awaitsDecision = true
        case .closed: query.states = [.closed, .declined]
        case .all: break
        }
        if let state { query.states = [state] }
        query.category = group
        query.text = text
        query.after = cursor.map { ($0.key, $0.id) }
        return query
    }

    /// The address of the same list with another view, from its first page.
    func url(view other: View? = nil, cursor: CaseCursor? = nil) -> String {
        var parts: [String] = []
        let view = other ?? view
        if view != .open { parts.append("view=\(view.rawValue)") }
        if let state { parts.append("state=\(state.rawValue)") }
        if let group { parts.append("category=\(percentEncoded(group))") }
        if let text { parts.append("q=\(percentEncoded(text))") }
        if let cursor { parts.append("cursor=\(cursor.text)") }
        return parts.isEmpty ? "/work" : "/work?" + parts.joined(separator: "&")
    }
}

extension CaseWords {
    /// The end of the `count`-th working day from today; counts plain days where the calendar is missing.
    func endOfWorkingDay(_ count: Int) -> Date {
        var day = Day(of: now)
        var left = count
        while left > 0 {
            day = day + 1
            if calendar.isWorkingDay(day) ?? true { left -= 1 }
        }
        return day.end
    }
}
