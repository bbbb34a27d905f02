import Foundation
import Kernel
import Testing

struct DayTests {
    @Test func `every day of two hundred years comes back as it was written`() throws {
        var day = try #require(Day("1899-12-31"))
        let last = try #require(Day("2100-01-01"))
        var weekday = 7  // 1899-12-31 was a Sunday
        while day < last {
            let next = day + 1
            let (year, month, number) = next.components
            #expect(Day(next.description) == next)
            #expect(Day(year: year, month: month, day: number) == next)
            #expect(day.description < next.description, "text sorts as time goes")
            weekday = weekday % 7 + 1
            #expect(next.weekday == weekday)
            #expect(next.isWeekend == (weekday > 5))
            day = next
        }
        #expect(last - Day(year: 1900, month: 1, day: 1)! == 73_049)
    }

    @Test(arguments: [
        ("1970-01-01", 0, 4), ("1969-12-31", -1, 3), ("2000-02-29", 11_016, 2), ("2026-11-21", 20_778, 6),
        ("2026-02-14", 20_498, 6), ("0001-01-01", -719_162, 1), ("9999-12-31", 2_932_896, 5),
    ])
    func `a known day has its number and its weekday`(text: String, number: Int, weekday: Int) throws {
        let day = try #require(Day(text))
        #expect(day.number == number)
        #expect(day.weekday == weekday)
        #expect(Day(number: number).description == text)
    }

    @Test(arguments: [
        "", "2026", "2026-1-1", "2026-11-21 ", " 2026-11-21", "2026-11-211", "2026/11/21", "20261121", "2026-13-01",
        "2026-00-10", "2026-01-00", "2026-04-31", "2026-02-29", "2100-02-29", "1900-02-29", "-026-01-01", "+026-01-01",
        "2026-0a-01", "２０２６-11-21", "2026-11-2\u{0}",
    ])
    func `what isn't a day is refused`(text: String) {
        #expect(Day(text) == nil)
    }

    @Test(arguments: [(1900, 28), (2000, 29), (2023, 28), (2024, 29), (2026, 28), (2100, 28)])
    func `February has its leap day in leap years only`(year: Int, days: Int) throws {
        let first = try #require(Day(year: year, month: 2, day: 1))
        #expect(try #require(Day(year: year, month: 3, day: 1)) - first == days)
        #expect((Day(year: year, month: 2, day: 29) != nil) == (days == 29))
    }

    @Test(arguments: [
        ("2026-11-20T15:59:59.999Z", "2026-11-20"), ("2026-11-20T16:00:00Z", "2026-11-21"),
        ("2026-11-21T15:59:59.999Z", "2026-11-21"), ("2026-11-21T00:00:00+08:00", "2026-11-21"),
        ("2026-12-31T23:59:59.999+08:00", "2026-12-31"), ("2027-01-01T00:00:00+08:00", "2027-01-01"),
        ("1969-12-31T15:59:59Z", "1969-12-31"), ("1969-12-31T16:00:00Z", "1970-01-01"),
    ])
    func `a day begins at midnight in Shanghai`(instant: String, day: String) throws {
        #expect(Day(of: try #require(Date(rfc3339: instant))).description == day)
    }

    @Test func `a day holds its first instant and not the one after it`() throws {
        let day = try #require(Day("2026-11-21"))
        #expect(Day(of: day.start) == day)
        #expect(Day(of: day.end) == day + 1)
        #expect(Day(of: day.end - 0.001) == day)
        #expect(day.start.rfc3339 == "2026-11-20T16:00:00.000Z")
    }

    @Test func `JSON keeps a day as text and refuses what isn't one`() throws {
        let days = [Day(number: 0), Day(number: 20_778)]
        let json = try JSONEncoder().encode(days)
        #expect(String(decoding: json, as: UTF8.self) == #"["1970-01-01","2026-11-21"]"#)
        #expect(try JSONDecoder().decode([Day].self, from: json) == days)
        for wrong in [#"["2026-02-29"]"#, "[20778]", "[null]"] {
            #expect(throws: DecodingError.self) { try JSONDecoder().decode([Day].self, from: Data(wrong.utf8)) }
        }
    }
}
