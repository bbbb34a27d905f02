/// An error as the person who caused it should see it: RFC 9457's problem details.
///
/// A problem's words live in the string tables under `problem.<name>.title` and `.detail`, so one error reads well in
/// every language.
package struct Problem: Sendable, Hashable {
    /// Which problem this is, in kebab case. Published: never change one that has shipped.
    package let name: String
    /// The HTTP status: 401 sign in, 403 not yours, 404 unknown or hidden, 409 someone was faster, 412 stale form,
    /// 422 form, 429 too often, 503 try later.
    package let status: Int
    /// What to put into the `{placeholders}` of the problem's words.
    package let details: [String: String]
    /// What is wrong with single fields of a form.
    package let fields: [FieldProblem]
    /// When to try again, in seconds.
    package let retryAfter: Int?

    package init(
        _ name: String, status: Int, details: [String: String] = [:], fields: [FieldProblem] = [],
        retryAfter: Int? = nil
    ) {
        self.name = name
        self.status = status
        self.details = details
        self.fields = fields
        self.retryAfter = retryAfter
    }
}

/// What is wrong with one field. Its words live under `field.<name>`.
package struct FieldProblem: Sendable, Hashable {
    package let field: String
    package let name: String
    package let details: [String: String]

    package init(_ field: String, _ name: String, details: [String: String] = [:]) {
        self.field = field
        self.name = name
        self.details = details
    }
}

/// An error that people may see. All others become "something went wrong" with a number, and a log entry.
package protocol ProblemError: Error {
    var problem: Problem { get }
}

/// A form or a document with fields that can't be taken as they are.
package struct InvalidFields: ProblemError, Hashable {
    package var fields: [FieldProblem]

    package init(_ fields: [FieldProblem]) {
        self.fields = fields
    }

    package init(_ field: String, _ name: String, details: [String: String] = [:]) {
        fields = [FieldProblem(field, name, details: details)]
    }

    package var problem: Problem { Problem("invalid-fields", status: 422, fields: fields) }
}
