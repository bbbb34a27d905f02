import Deadlines
import Foundation
import Kernel
import Web

/// The clocks, notices and words that are shipped.
enum Facts {
    static func book(_ settings: ClockBook.Settings? = nil) throws -> ClockBook {
        var book = try JSONDecoder().decode(ClockBook.self, from: data("Data/clocks.json"))
        if let settings { book.settings = settings }
        return book
    }

    static func calendarFile() throws -> CalendarImport {
        CalendarImport(String(decoding: try data("Data/calendar.json"), as: UTF8.self))
    }

    static func calendar() throws -> WorkingCalendar {
        WorkingCalendar(years: try calendarFile().years)
    }

    static func words(_ language: Language) throws -> Strings {
        Strings(
            try JSONDecoder().decode(
                [String: String].self, from: data("Sources/Deadlines/Strings/\(language.rawValue).json")))
    }

    /// A deadline by the shipped facts. `start` is a day, meaning its noon, or an instant in RFC 3339.
    static func reckon(
        _ clock: String, _ start: String, pauseDays: Int = 0, extended: Bool = false, received: String? = nil,
        settings: ClockBook.Settings? = nil
    ) throws -> Deadline? {
        try book(settings).reckon(
            clock, start: instant(start), received: received.flatMap { Day($0) }, pauseDays: pauseDays,
            extended: extended, calendar: calendar())
    }

    static func instant(_ text: String) -> Date {
        Date(rfc3339: text) ?? Day(text)?.start.addingTimeInterval(12 * 3600) ?? .distantPast
    }

    static func data(_ path: String) throws -> Data {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try Data(contentsOf: root.appending(path: path))
    }
}

extension Deadline {
    /// `2026-10-27`, or `unknown 2027`.
    var answer: String {
        switch due {
        case .day(let day): "\(day)"
        case .instant(let instant): instant.rfc3339
        case .unknown(let year): "unknown \(year)"
        }
    }
}
