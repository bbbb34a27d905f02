import Access
import Foundation
import Kernel
import Notices
import People

// What programs get.

struct PurposeItem: Encodable, Sendable {
    let key: String
    let version: String
    let since: Day
    let name: String
    let text: String
    let basis: String
    let law: String
    let asking: String
    let kept: String
    let keptFor: String
    let withdrawal: String

    init(_ purpose: Purpose, _ language: Language) {
        key = purpose.key
        version = purpose.version
        since = purpose.since
        name = purpose.name(language)
        text = purpose.text(language)
        basis = purpose.basis.rawValue
        law = purpose.law(language)
        asking = purpose.asking.rawValue
        kept = purpose.kept(language)
        keptFor = purpose.keptFor(language)
        withdrawal = purpose.withdrawal(language)
    }
}

struct ConsentItem: Encodable, Sendable {
    let purpose: String
    /// The version that is asked about today.
    let version: String
    let answer: String
    let at: Date?

    init(_ purpose: Purpose, _ answer: Consents.Answer) {
        self.purpose = purpose.key
        version = purpose.version
        (self.answer, at) =
            switch answer {
            case .open: ("open", nil)
            case .given(let at): ("given", at)
            case .withdrawn(let at): ("withdrawn", at)
            case .outdated(let at): ("outdated", at)
            }
    }
}

struct SeerItem: Encodable, Sendable {
    let role: String
    let unit: String
    /// Only whoever works on it.
    let isHandler: Bool
    let view: String?
    /// Time and place that the camera wrote into a photo.
    let seesEvidence: Bool
    let seesReporter: Bool
    let words: String

    init(_ line: Visibility.Line, of kind: String, _ words: VisibilityWords) {
        role = line.role.rawValue
        unit = words.unit(of: line)
        isHandler = line.isHandler
        view = line.view?.rawValue
        seesEvidence = line.seesEvidence
        seesReporter = line.seesReporter
        self.words = words.what(line, of: kind)
    }
}

struct VisibilityAnswer: Encodable, Sendable {
    let named: Bool
    let account: [SeerItem]
    let report: [SeerItem]
}

struct LookItem: Encodable, Sendable {
    let at: Date
    let kind: String
    let purpose: String
    let role: String?
    let unit: String?
    let report: String?
    /// What they asked about their own data.
    let request: String?

    init(_ look: Look, unit: String?) {
        at = look.at
        kind = look.kind
        purpose = look.purpose
        role = look.role?.rawValue
        self.unit = unit
        report = look.matter?.text
        request =
            if case .request(let id) = look.occasion { ID<DataRequest>(id).text } else { nil }
    }
}

struct RequestItem: Encodable, Sendable {
    let id: String
    let kind: String
    let state: String
    let askedAt: Date
    /// Missing while the calendar of its year is.
    let due: Day?
    let answeredAt: Date?
    let answer: String?

    init(_ request: DataRequest, answer: String?) {
        id = request.id.text
        kind = request.kind.rawValue
        state = request.state.rawValue
        askedAt = request.askedAt
        due = request.due
        answeredAt = request.answeredAt
        self.answer = answer
    }
}
