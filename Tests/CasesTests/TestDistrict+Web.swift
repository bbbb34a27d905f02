import Access
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Media
import Notices
import Storage
import TestSupport
import Web

@testable import Cases

// The district's pages and its API, in process. A header says who asks: signing in is People's to test.
extension TestDistrict {
    func run(_ test: @escaping @Sendable (any TestClientProtocol) async throws -> Void) async throws {
        let shelf = PhotoShelf(
            root: try temporaryFolder(),
            keys: SealingKeyRing(current: try SealingKey(bytes: Data(repeating: 7, count: 32))))
        try await shelf.open()
        let desk = PhotoDesk(services, workshop: PhotoWorkshop(workFolder: shelf.workFolder), shelf: shelf)
        let router = Router(context: AppContext.self)
        router.add(middleware: LanguageMiddleware())
        router.add(middleware: ProblemMiddleware(site: services.site))
        router.add(middleware: SignedInByHeader(district: self))
        Cases(services, facts: facts, desk: desk, map: MapSettings()).addRoutes(
            to: Routes(router, policy: services.policy))
        Notices(services, facts: facts).addRoutes(to: Routes(router, policy: services.policy))
        try await Application(responder: router.buildResponder()).test(.router) { client in try await test(client) }
    }
}

extension TestClientProtocol {
    func get(_ path: String, as someone: Someone, language: Language = .zhHans) async throws -> TestResponse {
        try await execute(
            uri: path, method: .get, headers: [.someone: "\(someone.rawValue)", .acceptLanguage: language.rawValue])
    }

    /// Sends a form with its fields as a browser does, and with the text of files by their names.
    func post(
        _ path: String, as someone: Someone, _ fields: [(String, String)], files: [(String, String)] = [],
        language: Language = .zhHans
    ) async throws -> TestResponse {
        let values = fields.map { "Content-Disposition: form-data; name=\"\($0.0)\"\r\n\r\n\($0.1)" }
        let uploads = files.map {
            "Content-Disposition: form-data; name=\"photo\"; filename=\"\($0.0)\"\r\n\r\n\($0.1)"
        }
        let pairs = fields.map { "\(percentEncoded($0.0))=\(percentEncoded($0.1))" }.joined(separator: "&")
        let parts = (values + uploads).map { "--xyz\r\n\($0)\r\n" }.joined() + "--xyz--\r\n"
        let type = files.isEmpty ? "application/x-www-form-urlencoded" : "multipart/form-data; boundary=xyz"
        return try await execute(
            uri: path, method: .post,
            headers: [
                .someone: "\(someone.rawValue)", .acceptLanguage: language.rawValue, .accept: "text/html",
                .contentType: type,
            ], body: ByteBuffer(string: files.isEmpty ? pairs : parts))
    }
}

private struct SignedInByHeader: RouterMiddleware {
    let district: TestDistrict

    func handle(
        _ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let someone = request.headers[.someone].flatMap { Int($0) }.flatMap(Someone.init)
        context.signedIn = someone.map { someone in
            let caller = district.caller(someone)
            return SignedIn(
                caller: caller, session: ID(UUID(high: 9, low: 9)), means: .bearer, formToken: "token", unread: 0
            ) { [policy = district.services.policy] in policy.mayEver(caller, $0, on: $1) }
        }
        return try await next(request, context)
    }
}

extension HTTPField.Name {
    fileprivate static let someone = HTTPField.Name("X-Someone")!
}

/// What a page must never hold: an unfilled placeholder, a key in the place of its words.
func leftovers(in html: String) -> [String] {
    // Addresses look like keys, and what the scripts say is filled in by them.
    let text = html.replacing(/data-[a-z-]+="[^"]*"/, with: " ").replacing(/[\/#][A-Za-z0-9_.\/?=&%-]+/, with: " ")
    let keys = text.matches(
        of:
            /\b(?:home|front|report|case|work|figures|inbox|done|role|field|problem|widget|deadline|directory|nav|site)\.[a-z][A-Za-z0-9.-]+/
    ).map { String($0.output) }
    let placeholders = text.matches(of: /\{\{|\{[a-z]+\}/).map { String($0.output) }
    return keys + placeholders
}
