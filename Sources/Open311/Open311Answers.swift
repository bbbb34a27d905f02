import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import Storage
import Web

/// How the addresses of GeoReport answer: in the form that the address ends with, refusals too.
struct Open311Answers: Sendable {
    let site: Site
    let facts: Open311Facts

    /// What an address ends with, else `format`, else XML, which the specification asks everybody to have.
    static func split(_ name: String, _ request: Request) -> (name: String, format: SparkDocument.Format?) {
        for format in SparkDocument.Format.allCases where name.hasSuffix(".\(format.rawValue)") {
            return (String(name.dropLast(format.rawValue.count + 1)), format)
        }
        let asked = request.uri.queryParameters["format"].map(String.init) ?? ""
        return (name, asked.isEmpty ? .xml : SparkDocument.Format(rawValue: asked))
    }

    /// Answers with what `work` makes. `seconds`: for how long anybody may keep it.
    func answer(
        _ request: Request, _ context: AppContext, for seconds: Int? = nil,
        _ work: (_ name: String) async throws -> (SparkDocument, HTTPResponse.Status, HTTPFields)
    ) async throws -> Response {
        let last = request.uri.path.split(separator: "/").last.map(String.init) ?? ""
        let (name, format) = Self.split(last.removingPercentEncoding ?? last, request)
        let isRead = request.method == .get || request.method == .head
        do {
            guard let format else { throw Open311Error.noSuchFormat }
            try checkJurisdiction(request.uri.queryParameters["jurisdiction_id"].map(String.init))
            let (document, status, headers) = try await work(name)
            var response = response(document, format, status: status, isRead: isRead)
            response.headers.append(contentsOf: headers)
            // Nothing that was shown to somebody who is signed in is kept, whatever it is.
            if let seconds, status == .ok, context.signedIn == nil {
                response.headers[.cacheControl] = "public, max-age=\(seconds)"
                response.headers[.vary] = "Accept-Language, Cookie"
            }
            return response
        } catch let error as any ProblemError {
            return refusal(error.problem, format ?? .xml, context, isRead: isRead)
        } catch let error as HTTPError where (400..<500).contains(error.status.code) {
            return refusal(
                Problem("http-\(error.status.code)", status: error.status.code), format ?? .xml, context,
                isRead: isRead)
        }
    }

    func checkJurisdiction(_ named: String?) throws {
        guard let own = facts.jurisdiction, let named, !named.isEmpty, named != own else { return }
        throw Open311Error.noSuchJurisdiction
    }

    private func response(
        _ document: SparkDocument, _ format: SparkDocument.Format, status: HTTPResponse.Status, isRead: Bool
    ) -> Response {
        var headers: HTTPFields = [.contentType: format.contentType, .cacheControl: "no-store"]
        // What everybody may read, a page of anybody may read; sending needs a key, which no page should have.
        if isRead { headers[.accessControlAllowOrigin] = "*" }
        return Response(
            status: status, headers: headers,
            body: .init(byteBuffer: ByteBuffer(string: document.text(as: format))))
    }

    /// The specification knows 400, 403 and 404; what else we have to say goes by one of them.
    private func refusal(
        _ problem: Problem, _ format: SparkDocument.Format, _ context: AppContext, isRead: Bool
    ) -> Response {
        let status = [403, 404, 413, 415, 429].contains(problem.status) || problem.status >= 500 ? problem.status : 400
        let words = ProblemWords(problem, t: site.strings(in: context.language))
        let sentences = words.fields.isEmpty ? [words.detail] : words.fields.map { "\($0.field): \($0.detail)" }
        let errors = sentences.map { sentence in
            Spark.members([.init("code", .integer(status)), .init("description", sentence)])
        }
        var response = response(
            SparkDocument("errors", .items("error", errors)), format, status: .init(code: status), isRead: isRead)
        if let wait = problem.retryAfter { response.headers[.retryAfter] = "\(wait)" }
        return response
    }
}
