import Foundation
import Kernel

/// Another authority that a matter may be handed over to, as `Data/bodies.json` lists them: a fact of the country, not a row
/// of a city.
package struct Body: Sendable, Hashable, Decodable {
    /// Such as `fire`. Kept with matters: never change one that has shipped.
    package let code: String
    package let name: LocalizedText
    /// Public short numbers, the first to call first. Empty when there is none of its own.
    package let phones: [String]
    /// The categories it answers for, by code or beginning.
    package let categories: [String]
    /// What it can be asked for, in one sentence.
    package let duty: LocalizedText
}

/// A mistake in `Data/bodies.json`, found at the start.
package struct BodyFault: Error, Hashable, CustomStringConvertible {
    package let code: String
    package let reason: String

    package var description: String { "bodies.json: \(code): \(reason)" }
}

/// All other authorities.
package struct Bodies: Sendable {
    package let all: [Body]

    /// - Throws: ``BodyFault`` or a decoding error.
    package init(json: Data) throws {
        try self.init(JSONDecoder().decode([Body].self, from: json))
    }

    package init(_ bodies: [Body]) throws(BodyFault) {
        var codes: Set<String> = []
        for body in bodies {
            if let reason = Self.fault(in: body) { throw BodyFault(code: body.code, reason: reason) }
            guard codes.insert(body.code).inserted else { throw BodyFault(code: body.code, reason: "listed twice") }
        }
        all = bodies
    }

    package subscript(code: String) -> Body? { all.first { $0.code == code } }

    /// The bodies that answer for a category, those first that name it most closely.
    package func answering(for category: String) -> [Body] {
        func closeness(_ body: Body) -> Int {
            body.categories.filter { category.hasPrefix($0) }.map(\.utf8.count).max() ?? 0
        }
        return all.enumerated().filter { closeness($0.element) > 0 }
            .sorted { (-closeness($0.element), $0.offset) < (-closeness($1.element), $1.offset) }
            .map(\.element)
    }

    private static func fault(in body: Body) -> String? {
        func isCode(_ text: String) -> Bool {
            !text.isEmpty && text.utf8.allSatisfy { (0x61...0x7a).contains($0) || $0 == 0x2d }
        }
        func isNumber(_ text: String, _ length: ClosedRange<Int>) -> Bool {
            length.contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
        if !isCode(body.code) { return "the code has other characters than a-z and -" }
        for text in [body.name, body.duty] where text.chinese.isEmpty || text.english.isEmpty {
            return "words are missing in one language"
        }
        if let phone = body.phones.first(where: { !isNumber($0, 3...5) }) { return "\(phone) is no short number" }
        let isCategory = { (text: String) in isNumber(text, 2...2) || isNumber(text, 4...4) }
        if let category = body.categories.first(where: { !isCategory($0) }) { return "\(category) is no category" }
        return nil
    }
}
