import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import Web

/// That a report has come in: what a phone needs to hear before it forgets what it kept.
struct ReportReceipt: Encodable, Sendable {
    let id: String
    let number: String
    let receivedAt: Date
    let url: String

    init(_ matter: Case) {
        id = matter.id.text
        number = matter.number
        receivedAt = matter.receivedAt
        url = "/reports/\(matter.id)"
    }
}

/// The answer to a photo that was taken in.
struct TakenPhoto: Encodable, Sendable {
    let id: String
    let url: String
    let position: Position?
    let capturedAt: Date?
}

extension Request {
    /// Whether a script sent the form and waits for a receipt, not for a page.
    var wantsReceipt: Bool { headers[.accept]?.contains("application/json") ?? false }
}

extension Form {
    /// When the phone says that a photo was taken. A phone's clock can be anything, so what can't be is left out.
    func takenAt(_ now: Date) -> Date? {
        guard let time = self["capturedAt"].flatMap({ Date(rfc3339: $0) }) else { return nil }
        return (now - 10 * 365 * 86_400...now + 600).contains(time) ? time : nil
    }
}
