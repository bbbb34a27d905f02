import Access
import Foundation
import Hummingbird
import Kernel
import Web

/// A fresh proof and another number, for programs.
struct ProofAPIRoutes: Sendable {
    let services: Services
    let signIns: SignInCommands

    func addRoutes(to routes: Routes) {
        routes.post("api/v1/me/proof/code", .may("askForProof", "myData"), use: askForProof)
        routes.post("api/v1/me/proof", .may("read", "profile"), use: prove)
        routes.post("api/v1/me/phone/code", .may("changePhone", "myData"), use: askForCode)
        routes.put("api/v1/me/phone", .may("changePhone", "myData"), use: changePhone)
    }

    @Sendable
    private func askForProof(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let asked = try await signIns.askForProof(
            of: caller.id, in: context.language, client: .init(request, context, .bearer))
        return try .json(CodeAnswer(asked), status: .accepted)
    }

    @Sendable
    private func prove(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        guard let signedIn = context.signedIn else { throw SignInRequired() }
        var fields = try await JSONFields(request)
        let code = fields.text("code", 1...16, optional: true)
        let challenge = fields.text("challenge", 1...64, optional: true)
        let totp = fields.text("totp", 1...24, optional: true)
        if (code == nil) == (totp == nil) { fields.problem("code", "missing") }
        try fields.finish()
        let client = SignInCommands.Client(request, context, .bearer)
        let now = services.now()
        if let totp {
            _ = try await signIns.prove(oneTimePassword: totp, of: caller.id, session: signedIn.session, client: client)
        } else {
            _ = try await signIns.prove(
                code ?? "", challenge: challenge.map { Token($0) ?? Token() }, of: caller.id,
                session: signedIn.session, client: client)
        }
        return try .json(ProofAnswer(validUntil: now + Proof.lifetime))
    }

    @Sendable
    private func askForCode(_ request: Request, context: AppContext) async throws -> Response {
        guard let signedIn = context.signedIn else { throw SignInRequired() }
        var fields = try await JSONFields(request)
        let phone = try Self.phone(&fields)
        let asked = try await signIns.askForCode(
            toNew: phone, session: signedIn.session, in: context.language, client: .init(request, context, .bearer))
        return try .json(CodeAnswer(asked), status: .accepted)
    }

    @Sendable
    private func changePhone(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        var fields = try await JSONFields(request)
        let code = fields.text("code", 1...16)
        let challenge = fields.text("challenge", 1...64, optional: true)
        let phone = try Self.phone(&fields)
        try await signIns.changePhone(
            code ?? "", phone: phone, challenge: challenge.map { Token($0) ?? Token() }, of: caller,
            client: .init(request, context, .bearer))
        return Response(status: .noContent)
    }

    /// The last field: after it the body must be done.
    private static func phone(_ fields: inout JSONFields) throws -> Phone {
        let text = fields.text("phone", 1...32)
        let phone = text.flatMap { Phone($0) }
        if text != nil, phone == nil { fields.problem("phone", "not-a-mobile-number") }
        try fields.finish()
        guard let phone else { throw InvalidFields("phone", "missing") }
        return phone
    }
}

private struct ProofAnswer: Encodable {
    let validUntil: Date
}

/// A code is on its way.
struct CodeAnswer: Encodable {
    let challenge: String
    let expiresIn: Int
    let demoCode: String?

    init(_ asked: SignInCommands.Asked) {
        challenge = asked.challenge.text
        expiresIn = Int(SignInCode.lifetime)
        demoCode = asked.shownCode
    }
}
