import Foundation
import Kernel

/// What personal data is used for, by which law, and what somebody may say no to: `Data/purposes.json`.
package struct Purposes: Sendable, Decodable {
    /// All versions of all purposes, in the order of the file.
    package let purposes: [Purpose]

    package init(_ purposes: [Purpose]) {
        self.purposes = purposes
    }

    /// Each purpose as it is on `day`, in the order of the file.
    package func current(on day: Day) -> [Purpose] {
        keys.compactMap { current($0, on: day) }
    }

    package func current(_ key: String, on day: Day) -> Purpose? {
        purposes.filter { $0.key == key && $0.since <= day }.max { $0.since < $1.since }
    }

    /// The version that somebody answered to, with the words of then.
    package func version(_ version: String, of key: String) -> Purpose? {
        purposes.first { $0.key == key && $0.version == version }
    }

    private var keys: [String] {
        purposes.reduce(into: []) { keys, purpose in
            if !keys.contains(purpose.key) { keys.append(purpose.key) }
        }
    }

    /// The purposes that other parts of the product ask for.
    package static let wanted = [
        "account", "handling", "security", Purpose.profile, Purpose.named, "messages", "news", "honours", "figures",
    ]

    /// What is wrong with the file, for `nuanxin check`: one sentence each.
    package var faults: [String] {
        var found = Self.wanted.filter { !keys.contains($0) }.map { "purposes: there is no purpose \($0)" }
        for purpose in purposes {
            found += purpose.faults.map { "purposes: \(purpose.key) (\(purpose.version)): \($0)" }
        }
        for key in keys {
            let versions = purposes.filter { $0.key == key }
            if Set(versions.map(\.version)).count < versions.count {
                found.append("purposes: \(key): a version stands twice")
            }
            if Set(versions.map(\.since)).count < versions.count {
                found.append("purposes: \(key): two versions begin on the same day")
            }
        }
        return found
    }
}

/// One purpose in one version.
package struct Purpose: Sendable, Decodable {
    package enum Basis: String, Sendable, Decodable, CaseIterable {
        case consent, contract, statutoryDuty
    }

    /// How somebody is asked.
    package enum Asking: String, Sendable, Decodable, CaseIterable {
        /// Nobody is asked: the law gives the basis.
        case none
        /// Filling in what may be left out is agreeing, emptying it is withdrawing.
        case filling
        /// A box of its own, never ticked beforehand.
        case box
        /// As a box, with the necessity said beside it (单独同意, PIPL 29 and 25).
        case separate
    }

    package let key: String
    package let version: String
    /// The first day of this version.
    package let since: Day
    package let name: LocalizedText
    package let text: LocalizedText
    package let basis: Basis
    package let law: LocalizedText
    package let asking: Asking
    package let kept: LocalizedText
    package let keptFor: LocalizedText
    /// What happens after withdrawal; for what can't be withdrawn, why.
    package let withdrawal: LocalizedText

    /// Whether it stands as a box on the page where people register.
    package var isBox: Bool { asking == .box || asking == .separate }
    /// Whether somebody may say no.
    package var isOptional: Bool { asking != .none }

    /// What somebody says of themselves beyond the number.
    package static let profile = "profile"
    /// To be named to the handler by default.
    package static let named = "named"

    var faults: [String] {
        var found: [String] = []
        if key.isEmpty || !key.allSatisfy({ $0.isASCII && ($0.isLowercase || $0 == "-") }) {
            found.append("the key must be lower-case letters and hyphens")
        }
        if version.isEmpty || version.contains("@") { found.append("a version is a short word without @") }
        if isOptional != (basis == .consent) {
            found.append("who consents is asked, and nobody else: basis and asking don't fit together")
        }
        let texts = [
            ("name", name), ("text", text), ("law", law), ("kept", kept), ("keptFor", keptFor),
            ("withdrawal", withdrawal),
        ]
        for (member, text) in texts where text.chinese.isEmpty || text.english.isEmpty {
            found.append("`\(member)` lacks a language")
        }
        return found
    }
}
