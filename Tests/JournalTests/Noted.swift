import Foundation
import Journal
import Kernel
import Storage
import TestSupport

/// The simplest of particulars: a number.
struct Noted: Codable {
    let number: Int
}

extension JournalStore {
    func note(_ number: Int, about subject: UUID = UUID(high: 0, low: 1)) throws {
        try append("test.noted", subject: subject, by: nil, at: .saturdayMorning, data: Noted(number: number))
    }
}

extension JournalEntry {
    var number: Int? { try? decoded(as: Noted.self).number }
}
