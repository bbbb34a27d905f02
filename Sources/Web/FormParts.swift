import Kernel

/// What can be chosen in a form, as a template shows it.
package struct ChoiceItem: Sendable {
    package let value: String
    package let name: String
    package let isChosen: Bool

    package init(value: String, name: String, isChosen: Bool) {
        self.value = value
        self.name = name
        self.isChosen = isChosen
    }
}

/// What is wrong with a field, for the summary above a form.
package struct FormFault: Sendable {
    package let field: String
    package let detail: String

    package init(field: String, detail: String) {
        self.field = field
        self.detail = detail
    }

    package init(_ problem: FieldProblem, _ t: Strings) {
        self.init(field: problem.field, detail: t("field.\(problem.name)", problem.details))
    }

    /// What to say at each field.
    package static func byField(_ faults: [FormFault]) -> [String: String] {
        faults.reduce(into: [:]) { errors, fault in
            errors[fault.field] = [errors[fault.field], fault.detail].compactMap(\.self).joined(separator: " ")
        }
    }
}
