import Deadlines
import Foundation
import Kernel

/// The 90 days that the demo city has lived through, and the office hours in them. Working days are counted backwards: 0 is
/// the latest one, 1 the one before.
struct DemoDays: Sendable {
    /// No step and no report is later.
    let end: Date
    /// The first of the 90 days.
    let first: Day
    /// The latest first.
    private let workingDays: [Day]

    /// Of days that `calendar` doesn't know, those from Monday to Friday are taken as worked.
    init(until end: Date, in calendar: WorkingCalendar) {
        self.end = end
        let last = Day(of: end - 1)
        first = last + -89
        workingDays = (0..<90).map { last + -$0 }.filter { calendar.isWorkingDay($0) ?? !$0.isWeekend }
    }

    var last: Day { Day(of: end - 1) }

    /// How far back one can count.
    var oldest: Int { workingDays.count - 1 }

    func day(_ back: Int) -> Day { workingDays[min(max(0, back), oldest)] }

    /// A moment in the office hours of a working day, in one of six parts of it, so that steps keep their order. The
    /// parts 0 to 4 are over at 15:20.
    func moment(_ back: Int, _ part: Int, using generator: inout SeededGenerator) -> Date {
        let part = Self.parts[min(max(0, part), Self.parts.count - 1)]
        return day(back).start + Double(Int.random(in: part.lowerBound * 60..<part.upperBound * 60, using: &generator))
    }

    /// When a rider on the road may have seen something on a working day or on the days off right after it. On the last day
    /// it is in the morning, early enough for somebody to have looked at it.
    func sighting(_ back: Int, using generator: inout SeededGenerator) -> Date {
        let next = back > 0 ? day(back - 1) : last + 1
        let day = day(back) + Int.random(in: 0..<max(1, next - day(back)), using: &generator)
        let hours = day == last ? 480..<660 : Self.meals[Int.random(in: 0..<Self.meals.count, using: &generator)]
        return day.start + Double(Int.random(in: hours.lowerBound * 60..<hours.upperBound * 60, using: &generator))
    }

    /// A few hours before the end, so that nobody has got to it yet.
    func justNow(using generator: inout SeededGenerator) -> Date {
        end - Double(Int.random(in: 40 * 60..<8 * 3600, using: &generator))
    }

    /// When the intake desk, which is there from 08:30 to 20:00 every day, gets to something.
    func atDesk(after instant: Date, minutes: ClosedRange<Int>, using generator: inout SeededGenerator) -> Date {
        let reached =
            instant
            + Double(Int.random(in: minutes, using: &generator) * 60 + Int.random(in: 0..<60, using: &generator))
        let day = Day(of: reached)
        let minute = Int(reached.timeIntervalSince(day.start)) / 60
        if (515...1190).contains(minute) { return reached }
        let morning = minute < 515 ? day : day + 1
        return morning.start + Double(Int.random(in: 515 * 60..<560 * 60, using: &generator))
    }

    /// In minutes of the day: two before coffee, one before lunch, three in the afternoon.
    private static let parts = [520..<570, 580..<640, 650..<715, 790..<850, 860..<920, 930..<1010]
    private static let meals = [480..<630, 630..<740, 690..<870, 660..<840, 990..<1110, 1050..<1230, 1080..<1290]
}
