import Cases
import Foundation
import Kernel

/// `Data/open311.json`: which kinds everybody may see one by one, and what a program is asked besides the place.
package struct Open311Facts: Sendable, Decodable {
    package enum Datatype: String, Sendable, Codable {
        case string, number, datetime, text, singlevaluelist, multivaluelist

        var isList: Bool { self == .singlevaluelist || self == .multivaluelist }
    }

    package struct Choice: Sendable, Decodable {
        package let key: String
        package let name: LocalizedText
    }

    /// What a service asks; its answer goes before the words.
    package struct Question: Sendable, Decodable {
        package let category: String
        package let code: String
        package let datatype: Datatype
        package let required: Bool
        package let description: LocalizedText
        package let values: [Choice]?
    }

    /// When this file was last changed in a way that programs have to know.
    package let changeset: String
    package let contact: LocalizedText
    package let keyService: LocalizedText
    /// What a program may call this city; `nil` when it need not.
    package let jurisdiction: String?
    /// The codes of the categories whose cases stand in the public list.
    package let shown: [String]
    /// In a cell with fewer than so many requests none has a position.
    package let fewest: Int
    package let questions: [Question]

    package func shows(_ category: String) -> Bool { shown.contains(category) }
    func questions(of category: String) -> [Question] { questions.filter { $0.category == category } }

    /// What is wrong with the file, one sentence each.
    package func faults(_ categories: Categories) -> [String] {
        var faults: [String] = []
        if Date(rfc3339: changeset) == nil { faults.append("changeset \(changeset) is no instant") }
        if fewest < 2 { faults.append("fewest must be 2 at least: a position of one is a position of somebody") }
        if Set(shown).count < shown.count { faults.append("shown names a category twice") }
        for code in shown {
            guard let category = categories.category(code) else {
                faults.append("shown names the unknown category \(code)")
                continue
            }
            if category.isPrivate { faults.append("shown names \(code), which is private") }
        }
        for (index, question) in questions.enumerated() {
            let name = "questions[\(question.category) \(question.code)]"
            if categories.category(question.category) == nil { faults.append("\(name) is of an unknown category") }
            if question.code.isEmpty || question.code == "emergency" { faults.append("\(name) needs another code") }
            if questions[..<index].contains(where: {
                $0.category == question.category && $0.code == question.code
            }) {
                faults.append("\(name) stands there twice")
            }
            let keys = (question.values ?? []).map(\.key)
            if question.datatype.isList == keys.isEmpty || Set(keys).count < keys.count {
                faults.append("\(name) needs values with keys of their own when it is a list, and only then")
            }
        }
        return faults.map { "open311: \($0)" }
    }
}
