import Foundation
import Kernel
import TestSupport
import Testing

@testable import Directory

@Suite struct OpeningHoursTests {
    @Test(arguments: ["1-5 08:30-11:30,13:00-17:00; 6 09:00-12:00", "1-7 00:00-24:00", "3 10:00-10:01"])
    func `hours read back as they were written`(text: String) {
        #expect(OpeningHours(text)?.text == text)
    }

    @Test(arguments: [
        "", "1-5", "8 09:00-12:00", "5-1 09:00-12:00", "1 12:00-09:00", "1 09:00-25:00", "1 9:00-12:00",
        "1 09:60-12:00", "1 13:00-17:00,08:00-12:00", "1 08:00-12:00,11:00-13:00", "1 09:00-12:00 x", "0 09:00-12:00",
    ])
    func `other texts are refused`(text: String) {
        #expect(OpeningHours(text) == nil)
    }

    @Test(
        arguments: [
            // 2026-11-23 is a Monday.
            (8, false), (8.5, true), (11.49, true), (11.5, false), (13, true), (17, false), (24 * 5 + 9, true),
            (24 * 6 + 9, false),
        ] as [(Double, Bool)])
    func `an office is open by Shanghai's clock`(hours: Double, isOpen: Bool) throws {
        let opening = try #require(OpeningHours("1-5 08:30-11:30,13:00-17:00; 6 09:00-12:00"))
        let monday = try #require(Day("2026-11-23")).start
        #expect(opening.isOpen(at: monday + hours * 3600) == isOpen)
    }
}
