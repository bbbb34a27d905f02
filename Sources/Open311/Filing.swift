import Cases
import Foundation
import Kernel

/// What a program sends: the fields of `POST requests` as they came, looked through.
struct Filing: Sendable {
    let category: Category
    let place: Case.Place
    let words: String
    /// The name by which the program knows it, so that sending twice is one report.
    let external: String?
    /// Whether there was something about a person, or a link to a picture: neither is taken.
    let hasPerson: Bool
    let hasMedia: Bool

    static let longestWords = 4000
    private static let longestAddress = 200
    private static let personFields = ["first_name", "last_name", "email", "phone", "device_id", "account_id"]

    /// `fields`: each with all its values. `external`: the one of the header.
    ///
    /// - Throws: ``Open311Error/noSuchService``, ``Kernel/InvalidFields``.
    init(
        _ fields: [String: [String]], external header: String?, categories: Categories, facts: Open311Facts
    ) throws {
        func value(_ name: String) -> String? {
            let text = fields[name]?.first?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
            return text.isEmpty ? nil : text
        }
        guard let code = value("service_code") else { throw InvalidFields("service_code", "missing") }
        guard let category = categories.category(code) else { throw Open311Error.noSuchService }
        self.category = category
        var problems: [FieldProblem] = []
        let position = RequestFilter.position(value("lat"), value("long"))
        if position == nil, value("lat") != nil || value("long") != nil {
            problems.append(FieldProblem("lat", "not-a-number"))
        }
        let address = value("address_string")
        if let address, address.count > Self.longestAddress {
            problems.append(
                FieldProblem("address_string", "too-long", details: ["limit": "\(Self.longestAddress)"]))
        }
        if position == nil, address == nil, problems.isEmpty { problems.append(FieldProblem("lat", "place-missing")) }
        place = Case.Place(position: position, source: position == nil ? .address : .map, address: address)
        let answers = Self.answers(fields, to: facts.questions(of: code), problems: &problems)
        words = (answers + [value("description")].compactMap(\.self)).joined(separator: "\n")
        if words.isEmpty { problems.append(FieldProblem("description", "missing")) }
        if words.count > Self.longestWords {
            problems.append(FieldProblem("description", "too-long", details: ["limit": "\(Self.longestWords)"]))
        }
        external = header ?? value("external_id")
        if let external, external.count > 200 {
            problems.append(FieldProblem("external_id", "too-long", details: ["limit": "200"]))
        }
        hasPerson = Self.personFields.contains { value($0) != nil }
        hasMedia = value("media_url") != nil
        guard problems.isEmpty else { throw InvalidFields(problems) }
    }

    /// What was answered, in the words of those who work on it.
    private static func answers(
        _ fields: [String: [String]], to questions: [Open311Facts.Question], problems: inout [FieldProblem]
    ) -> [String] {
        questions.compactMap { question in
            let name = "attribute[\(question.code)]"
            let given = ((fields[name] ?? []) + (fields["\(name)[]"] ?? []))
                .map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.filter { !$0.isEmpty }
            guard let first = given.first else {
                if question.required { problems.append(FieldProblem(name, "missing")) }
                return nil
            }
            var answer = first
            switch question.datatype {
            case .singlevaluelist, .multivaluelist:
                let chosen = given.map { key in question.values?.first { $0.key == key } }
                let names = chosen.compactMap { $0?.name.chinese }
                let isOne = question.datatype == .singlevaluelist
                if names.count < chosen.count || (isOne && names.count > 1) {
                    problems.append(FieldProblem(name, "no-such-choice"))
                }
                answer = names.joined(separator: "、")
            case .number: if Double(first) == nil { problems.append(FieldProblem(name, "not-a-number")) }
            case .datetime: if Date(rfc3339: first) == nil { problems.append(FieldProblem(name, "not-an-instant")) }
            case .string, .text: break
            }
            return "\(question.description.chinese)：\(answer)"
        }
    }
}
