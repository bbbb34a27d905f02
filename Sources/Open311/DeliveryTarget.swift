import Cases
import Foundation
import Kernel
import Outgoing

/// A server of others that takes cases of some kinds from here, as the operator's file has it (`open311.targets`).
package struct DeliveryTarget: Sendable {
    /// What is sent of which cases, and under what name the other server knows it.
    package struct Rule: Sendable, Decodable {
        package let category: String
        package let service: String
        /// Only what lies there; everything when left out.
        package let territory: String?

        func fits(_ matter: Case) -> Bool {
            matter.category == category
                && (territory.map { matter.territory.codes.contains(TerritoryCode(rawValue: $0)) } ?? true)
        }
    }

    package let name: String
    package let address: OutgoingAddress
    package let jurisdiction: String?
    package let key: String?
    package let format: String
    /// Whether the reporter's words go along, without the numbers by which somebody can be found.
    package let sendsWords: Bool
    package let pollMinutes: Int
    package let rules: [Rule]

    func rule(for matter: Case) -> Rule? { rules.first { $0.fits(matter) } }
}

/// The file itself.
package struct DeliveryTargets: Sendable {
    package let all: [DeliveryTarget]

    package static let none = DeliveryTargets([])

    package init(_ all: [DeliveryTarget]) {
        self.all = all
    }

    package subscript(name: String) -> DeliveryTarget? { all.first { $0.name == name } }

    /// `key`: the key for a target of this name, which no file holds.
    ///
    /// - Throws: ``DeliveryTargetFault``, or what is wrong with the JSON.
    package init(json: Data, key: (_ target: String) -> String?) throws {
        let file = try JSONDecoder().decode(File.self, from: json)
        all = try file.targets.map { entry in
            func fault(_ words: String) -> DeliveryTargetFault { DeliveryTargetFault("target \(entry.name): \(words)") }
            let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789-")
            guard (1...32).contains(entry.name.count), entry.name.allSatisfy({ letters.contains($0) }) else {
                throw fault("a name has small letters, digits and hyphens, 32 at most")
            }
            guard let address = OutgoingAddress(entry.address, mayBeInside: entry.inside ?? false) else {
                throw fault("the address is no https:// address (http:// only to this machine, with \"inside\": true)")
            }
            let format = entry.format ?? "json"
            guard ["json", "xml"].contains(format) else { throw fault("the format is json or xml") }
            let minutes = entry.pollMinutes ?? 60
            guard (5...10_080).contains(minutes) else { throw fault("pollMinutes is 5 to 10080") }
            guard !entry.sends.isEmpty else { throw fault("it is sent nothing") }
            return DeliveryTarget(
                name: entry.name, address: address, jurisdiction: entry.jurisdiction, key: key(entry.name),
                format: format, sendsWords: entry.words ?? false, pollMinutes: minutes, rules: entry.sends)
        }
        guard Set(all.map(\.name)).count == all.count else {
            throw DeliveryTargetFault("two targets have the same name")
        }
    }

    /// What can't be with these categories, one sentence each.
    package func faults(_ categories: Categories) -> [String] {
        all.flatMap { target in
            target.rules.compactMap { rule -> String? in
                guard let category = categories.category(rule.category) else {
                    return "target \(target.name): there is no category \(rule.category)"
                }
                // Who reported a business has been promised who will read it.
                return category.isPrivate
                    ? "target \(target.name): \(rule.category) is private and leaves for nobody" : nil
            }
        }
    }

    private struct File: Decodable {
        let targets: [Entry]
    }

    private struct Entry: Decodable {
        let name: String
        let address: String
        let jurisdiction: String?
        let inside: Bool?
        let format: String?
        let words: Bool?
        let pollMinutes: Int?
        let sends: [DeliveryTarget.Rule]
    }
}

package struct DeliveryTargetFault: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
