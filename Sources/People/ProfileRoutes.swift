import Access
import Foundation
import Hummingbird
import Kernel
import Web

/// The pages about oneself.
struct ProfileRoutes: Sendable {
    let services: Services
    let profiles: ProfileCommands
    let enrolments: EnrolmentCommands
    let signIns: SignInCommands
    let cookies: CookieMode

    func addRoutes(to routes: Routes) {
        routes.get("welcome", .may("read", "profile"), use: showWelcome)
        routes.post("welcome", .may("change", "profile"), use: introduce)
        routes.get("me", .may("read", "profile"), use: show)
        routes.post("me", .may("change", "profile"), use: change)
        routes.post("me/sessions/:session/end", .may("end", "session"), use: endSession)
        routes.post("me/sessions/end", .may("end", "session"), use: endOthers)
    }

    // MARK: Registering

    @Sendable
    private func showWelcome(_ request: Request, context: AppContext) async throws -> Response {
        let person = try await profiles.find(context.requireCaller().id)
        var form = RegistrationForm()
        form.registration.profile = person.profile
        form.registration.territory = person.territory
        var author: String?
        // What a keeper or a site wrote down is filled in, for the rider to look over.
        if person.welcomedAt == nil, let phone = person.phone, let found = try await enrolments.waiting(for: phone) {
            form.registration.profile = found.enrolment.profile
            form.registration.territory = found.enrolment.territory
            author = found.by
        }
        return try await welcome(
            form, person, by: author, to: localPath(request.uri.queryParameters["to"]), request, context)
    }

    @Sendable
    private func introduce(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let sent = try await Form(request, context)
        let to = localPath(sent["to"])
        let person = try await profiles.find(caller.id)
        let isRider = person.kind == .rider
        let isKnownAdult = isRider ? try await profiles.consents(of: caller.id).isAdult : true
        var form = RegistrationForm(sent, before: person)
        if !isKnownAdult, form.isAdult == false, person.welcomedAt == nil {
            try await profiles.turnAway(caller.id)
            var response = try services.site.render(TooYoungPage(), for: request, AppContext.left(context))
            response.setCookie(cookies.cleared(cookies.session))
            return response
        }
        if !isKnownAdult, form.isAdult != true { form.problems.append(FieldProblem("adult", "adult-missing")) }
        do {
            guard form.problems.isEmpty else { throw InvalidFields(form.problems) }
            if isRider {
                _ = try await profiles.register(caller, form.registration, from: .registration)
            } else {
                _ = try await profiles.introduce(caller, as: form.registration.profile, from: .page)
            }
            return .seeOther(to, done: "welcomed")
        } catch let invalid as InvalidFields {
            form.problems = invalid.fields
            return try await welcome(form, person, to: to, request, context)
        }
    }

    private func welcome(
        _ form: RegistrationForm, _ person: Person, by author: String? = nil, to: String, _ request: Request,
        _ context: AppContext
    ) async throws -> Response {
        let t = services.site.strings(in: context.language)
        let isRider = person.kind == .rider
        let consents = try await profiles.consents(of: person.id)
        let page = WelcomePage(
            to: to, form: form, author: author, homes: isRider ? try await profiles.homes() : [],
            purposes: isRider ? profiles.purposes.current(on: Day(of: services.now())) : [], consents: consents,
            asksAge: isRider && !consents.isAdult, t: t, language: context.language)
        return try services.site.render(page, for: request, context)
    }

    // MARK: One's own page

    @Sendable
    private func show(_ request: Request, context: AppContext) async throws -> Response {
        try await me(request, context, profile: nil)
    }

    @Sendable
    private func change(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let form = try await Form(request, context)
        let before = try await profiles.find(caller.id)
        let (profile, problems) = Profile.read(form, before: before.profile)
        do {
            guard problems.isEmpty else { throw InvalidFields(problems) }
            _ = try await profiles.introduce(caller, as: profile, from: .page)
            return .seeOther("/me", done: "profile-saved")
        } catch let invalid as InvalidFields {
            return try await me(request, context, profile: profile, problems: invalid.fields)
        }
    }

    @Sendable
    private func endSession(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        _ = try await Form(request, context)
        try await signIns.end(context.id("session", of: Session.self), of: caller.id)
        return .seeOther("/me", done: "session-ended")
    }

    @Sendable
    private func endOthers(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        _ = try await Form(request, context)
        guard let signedIn = context.signedIn else { throw SignInRequired() }
        try await signIns.endOthers(of: caller.id, but: signedIn.session)
        return .seeOther("/me", done: "session-ended")
    }

    private func me(
        _ request: Request, _ context: AppContext, profile: Profile?, problems: [FieldProblem] = []
    ) async throws -> Response {
        guard let signedIn = context.signedIn else { throw SignInRequired() }
        let t = services.site.strings(in: context.language)
        let person = try await profiles.find(signedIn.caller.id)
        let roles = signedIn.caller.grants.map(\.role).filter { $0 != .everyone }.map(\.rawValue)
        let consents = try await profiles.consents(of: person.id)
        let isAsked = profiles.purposes.current(on: Day(of: services.now())).contains { purpose in
            if case .outdated = consents.answer(to: purpose) { purpose.isBox } else { false }
        }
        let page = MePage(
            person, roles: Set(roles).sorted().map { t("role.\($0)") },
            profile: ProfileFields(profile ?? person.profile, t: t, problems: problems),
            sessions: try await signIns.sessions(of: person.id), current: signedIn.session,
            isAsked: isAsked, declares: services.policy.mayEver(signedIn.caller, "declare", on: "interest"), t: t,
            status: problems.isEmpty ? .ok : .unprocessableContent)
        return try services.site.render(page, for: request, context)
    }
}

extension Profile {
    /// What a form says, and what of it can't be taken. A field that isn't in the form stays as it was.
    package static func read(_ form: Form, before: Profile) -> (Profile, [FieldProblem]) {
        func text(_ field: String, _ old: String?) -> String? { form.values[field] == nil ? old : form[field] }
        var profile = Profile(
            name: text("name", before.name), platform: before.platform, company: text("company", before.company),
            site: text("site", before.site))
        var problems = profile.problems
        if form.values["platform"] != nil {
            profile.platform = form["platform"].flatMap(Platform.init)
            if form["platform"] != nil, profile.platform == nil {
                problems.append(FieldProblem("platform", "no-such-choice"))
            }
        }
        return (profile, problems)
    }
}

extension AppContext {
    /// The same request of somebody who isn't signed in any more.
    fileprivate static func left(_ context: AppContext) -> AppContext {
        var context = context
        context.signedIn = nil
        return context
    }
}
