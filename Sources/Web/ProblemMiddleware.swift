import Foundation
import Hummingbird
import Kernel
import Logging
import NIOCore
import Storage

/// Turns every error into an answer: a page for a person, RFC 9457's problem details for a program.
package struct ProblemMiddleware: RouterMiddleware {
    private let site: Site

    package init(site: Site) {
        self.site = site
    }

    package func handle(
        _ request: Request, context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let problem = problem(for: error, context: context)
            if problem.status >= 500, error is any ProblemError {
                context.logger.error("problem of ours", metadata: ["error": "\(error)", "problem": "\(problem.name)"])
            }
            if request.wantsPage {
                return try page(problem, request: request, context: context)
            }
            return try problemDetails(problem, context: context)
        }
    }

    private func problem(for error: any Error, context: AppContext) -> Problem {
        switch error {
        case let error as any ProblemError:
            return error.problem
        case let error as JSONProblem:
            return MalformedBody.json(error).problem
        case let error as HTTPError:
            return Problem("http-\(error.status.code)", status: error.status.code)
        case is NIOTooManyBytesError:
            return Problem("http-413", status: 413)
        case StorageError.busy:
            return Problem("busy", status: 503, retryAfter: 2)
        case StorageError.unavailable:
            context.logger.error("the database can't be reached")
            return Problem("unavailable", status: 503, retryAfter: 5)
        case StorageError.outcomeUnknown:
            context.logger.error("nobody confirmed a commit", metadata: ["request": "\(context.id)"])
            return Problem("outcome-unknown", status: 503, retryAfter: 5)
        case StorageError.full, CocoaError.fileWriteOutOfSpace:
            context.logger.error("the disk is full")
            return Problem("storage-full", status: 507)
        case StorageError.uniqueViolation:
            // Somebody else made the same thing first; the rules above usually say so in better words.
            return Problem("conflict", status: 409)
        default:
            context.logger.error("unexpected error", metadata: ["error": "\(error)", "request": "\(context.id)"])
            return Problem("unexpected", status: 500)
        }
    }

    private func page(_ problem: Problem, request: Request, context: AppContext) throws -> Response {
        if problem.name == "sign-in-required" {
            let here = request.method == .get ? request.uri.string : "/"
            let isStaffs = ["work", "admin"].contains(request.uri.path.split(separator: "/").first)
            let door = isStaffs ? "/sign-in/staff" : "/sign-in"
            return .redirect(to: "\(door)?to=\(percentEncoded(here))")
        }
        if problem.name == "password-change-needed" {
            let here = request.method == .get ? request.uri.string : "/"
            return .redirect(to: "/me/password?to=\(percentEncoded(here))", type: .normal)
        }
        let t = site.strings(in: context.language)
        var response = try site.render(ProblemPage(problem, t: t, number: context.id), for: request, context)
        response.addHeaders(of: problem)
        return response
    }

    private func problemDetails(_ problem: Problem, context: AppContext) throws -> Response {
        let words = ProblemWords(problem, t: site.strings(in: context.language))
        let body = ProblemDetails(
            type: "/problems/\(words.name)", title: words.title, status: problem.status, detail: words.detail,
            instance: "/requests/\(context.id)",
            errors: words.fields.isEmpty ? nil : words.fields.map { .init(field: $0.field, detail: $0.detail) })
        var response = try Response.json(body, status: .init(code: problem.status))
        response.headers[.contentType] = "application/problem+json"
        response.addHeaders(of: problem)
        if problem.status == 401 { response.headers[.wwwAuthenticate] = "Bearer" }
        return response
    }
}

extension Response {
    /// What a program needs besides the words: when to try again, and what could be done instead.
    fileprivate mutating func addHeaders(of problem: Problem) {
        if let seconds = problem.retryAfter { headers[.retryAfter] = "\(seconds)" }
        if problem.status == 405 { headers[.allow] = problem.details["allow"] }
    }
}

/// A problem in the reader's language.
package struct ProblemWords: Sendable {
    package struct Field: Sendable {
        package let field: String
        package let detail: String
    }

    package let name: String
    package let title: String
    package let detail: String
    package let fields: [Field]

    package init(_ problem: Problem, t: Strings) {
        // An answer of the framework that we have no words for, such as 414, is still said plainly.
        name = t.has("problem.\(problem.name).title") ? problem.name : "http-other"
        title = t("problem.\(name).title", problem.details)
        detail = t("problem.\(name).detail", problem.details)
        fields = problem.fields.map { field in
            Field(field: field.field, detail: t("field.\(field.name)", field.details))
        }
    }
}

/// The members that RFC 9457 defines, and `errors` for the fields of a form.
private struct ProblemDetails: Encodable {
    struct Field: Encodable {
        let field: String
        let detail: String
    }

    let type: String
    let title: String
    let status: Int
    let detail: String
    let instance: String
    let errors: [Field]?
}

struct ProblemPage: Page {
    static let template = "problem"
    let heading: String
    let detail: String
    let fields: [ProblemWords.Field]
    /// What a person can quote to us; only where we have to look for the cause.
    let number: String?
    let status: HTTPResponse.Status

    init(_ problem: Problem, t: Strings, number: String) {
        let words = ProblemWords(problem, t: t)
        heading = words.title
        detail = words.detail
        fields = words.fields
        self.number = problem.status == 500 ? number : nil
        status = .init(code: problem.status)
    }

    func title(_ t: Strings) -> String { heading }
}

extension Request {
    /// Whether a person in a browser waits for the answer.
    package var wantsPage: Bool {
        !uri.path.hasPrefix("/api/") && (headers[.accept]?.contains("text/html") ?? false)
    }
}

/// `/problems/<name>`: what the `type` of problem details leads to.
package struct ProblemRoutes: Sendable {
    private let site: Site

    package init(site: Site) {
        self.site = site
    }

    package func addRoutes(to routes: Routes) {
        routes.get("problems/:name", .open) { request, context -> Response in
            let t = site.strings(in: context.language)
            guard let name = context.parameters.get("name"), t.has("problem.\(name).title") else { throw NoSuchPage() }
            return try site.render(ExplanationPage(name: name, t: t), for: request, context)
        }
    }
}

struct ExplanationPage: Page {
    static let template = "explanation"
    let name: String
    let heading: String
    let detail: String

    init(name: String, t: Strings) {
        self.name = name
        heading = t("problem.\(name).title")
        detail = t("problem.\(name).detail")
    }

    func title(_ t: Strings) -> String { heading }
}
