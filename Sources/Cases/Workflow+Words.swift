import Foundation
import Kernel
import Web

extension Workflow {
    /// What a step can tell the reporter: the endings of `case.told.` that have words in every language.
    package static func knownWords() throws -> Set<String> {
        let prefix = "case.told."
        let endings = try Language.allCases.map { language in
            let keys = try Strings(language, in: Cases.bundle).table.keys
            return Set(keys.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) })
        }
        return endings.dropFirst().reduce(endings.first ?? []) { $0.intersection($1) }
    }
}
