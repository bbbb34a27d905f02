import Foundation
import Kernel

/// What another server of GeoReport answered about one request, in either form.
struct RemoteAnswer: Sendable, Hashable {
    let id: String?
    let token: String?
    let status: String?

    /// `nil` when it can't be read.
    init?(_ body: Data, format: String) {
        if format == "xml" {
            guard let text = String(validating: body, as: UTF8.self), text.contains("<service_requests") else {
                return nil
            }
            id = Self.element("service_request_id", in: text)
            token = Self.element("token", in: text)
            status = Self.element("status", in: text)
            return
        }
        guard let json = try? JSONSerialization.jsonObject(with: body) as? [Any] else { return nil }
        let members = json.first as? [String: Any] ?? [:]
        func text(_ name: String) -> String? {
            // Some write their numbers as numbers.
            Self.plain((members[name] as? String) ?? (members[name] as? NSNumber)?.stringValue)
        }
        (id, token, status) = (text("service_request_id"), text("token"), text("status"))
    }

    private static func element(_ name: String, in text: String) -> String? {
        guard let start = text.firstRange(of: "<\(name)>"),
            let end = text[start.upperBound...].firstRange(of: "</\(name)>")
        else { return nil }
        return plain(String(text[start.upperBound..<end.lowerBound]))
    }

    /// Numbers, tokens and states are short and plain; anything else is none.
    private static func plain(_ text: String?) -> String? {
        guard let text = text?.trimmingCharacters(in: .whitespacesAndNewlines), (1...64).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7e).contains($0) && !"<>&\"'/?#%\\".utf8.contains($0) })
        else { return nil }
        return text
    }
}
