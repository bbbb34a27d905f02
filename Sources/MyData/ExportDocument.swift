import Cases
import Foundation
import Kernel
import Notices
import People

/// Everything that is kept of a person, as they take it along. Described in the API's document as `PersonalData`.
package struct ExportDocument: Encodable, Sendable {
    /// Counts up when a member changes its meaning or goes; new members don't count.
    static let format = "nuanxin-personal-data/1"
    /// How many of each are put in at most: years of daily reports.
    static let limit = 2000

    struct AccountPart: Encodable, Sendable {
        let id: String
        let kind: String
        let phone: String?
        let login: String?
        let name: String?
        let platform: String?
        let company: String?
        let site: String?
        let territory: String?
        let territoryName: String?
        let roles: [String]
        let createdAt: Date
        let welcomedAt: Date?
    }

    struct ConsentPart: Encodable, Sendable {
        let purpose: String
        let version: String
        let name: String
        let given: Bool
        let at: Date
        let source: String
    }

    struct SessionPart: Encodable, Sendable {
        let device: String
        let means: String
        let createdAt: Date
        let seenAt: Date
        let expiresAt: Date
    }

    struct PhotoPart: Encodable, Sendable {
        let url: String
        /// SHA-256 of the photo as it was sent.
        /// Absent once the original was erased.
        let sha256: String?
        let sentAt: Date
        let capturedAt: Date?
        let position: Position?
    }

    struct ToldPart: Encodable, Sendable {
        let at: Date
        let words: String
    }

    struct ReportPart: Encodable, Sendable {
        let id: String
        let number: String
        let receivedAt: Date
        let category: String
        let description: String
        let address: String?
        let position: Position?
        let identity: String
        let alias: String
        let state: String
        let result: String?
        let told: [ToldPart]
        let photos: [PhotoPart]
    }

    struct MessagePart: Encodable, Sendable {
        let at: Date
        let report: String
        let words: String
        let isRead: Bool
    }

    struct LookPart: Encodable, Sendable {
        let at: Date
        let kind: String
        let purpose: String
        let role: String?
        let unit: String?
        let report: String?
    }

    struct RequestPart: Encodable, Sendable {
        let kind: String
        let state: String
        let askedAt: Date
        let due: Day?
        let answeredAt: Date?
        let text: String?
        let answer: String?
    }

    let format: String
    let madeAt: Date
    /// False when there was more of something than the limit.
    let isComplete: Bool
    let account: AccountPart
    let consents: [ConsentPart]
    let sessions: [SessionPart]
    let reports: [ReportPart]
    let messages: [MessagePart]
    let looks: [LookPart]
    let requests: [RequestPart]
}
