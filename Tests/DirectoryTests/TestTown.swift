import Access
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import Kernel
import Storage
import TestSupport
import Web

@testable import Directory

/// A server with the directory alone: the story's territories, two outlines and a few offices. Who asks is said by the test.
struct TestTown: Sendable {
    let database: any Database
    let services: Services

    var commands: DirectoryCommands { DirectoryCommands(services) }

    init(_ kind: TestDatabase = .chosen) async throws {
        database = try await kind.open(JournalSchema.migrations + DirectorySchema.migrations)
        services = try Services.test(database, modules: [Directory.bundle])
        try await database.write { db in
            let store = DirectoryStore(db)
            try store.save(Territory.story)
            for (territory, outline) in [
                (Territory.shenhe, Outline.box(123, 41, 124, 42)), (.zhujianlu, .box(123, 41, 123.2, 41.2)),
            ] {
                try store.save(
                    TerritoryOutline(
                        code: territory.code, outline: outline, source: .wgs84, isSchematic: territory == .shenhe),
                    level: territory.level)
            }
        }
        _ = try await OfficeStoreTests.take(OfficeStoreTests.file, into: database)
    }

    func run(
        as caller: Caller? = nil, _ test: @escaping @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        let router = Router(context: AppContext.self)
        router.add(middleware: LanguageMiddleware())
        router.add(middleware: ProblemMiddleware(site: services.site))
        router.add(middleware: SignedInAs(caller: caller, policy: services.policy))
        Directory(services) { code, _ in code == "0104" ? "后厨脏乱" : nil }.addRoutes(
            to: Routes(router, policy: services.policy))
        try await Application(responder: router.buildResponder()).test(.router) { client in try await test(client) }
    }
}

extension Caller {
    static let admin = Caller(id: ID(UUID(high: 9, low: 1)), name: "管理员", grants: [Grant(role: .administrator)])
    static let officer = Caller(
        id: ID(UUID(high: 9, low: 2)), name: "李娜",
        grants: [Grant(role: .officer, territory: Territory.shenhe.path, office: ID(UUID(high: 1, low: 5)))])
    static let rider = Caller(id: ID(UUID(high: 9, low: 3)), name: "陈师傅", grants: [Grant(role: .rider)])
}

private struct SignedInAs: RouterMiddleware {
    let caller: Caller?
    let policy: Policy

    func handle(
        _ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.signedIn = caller.map { caller in
            SignedIn(
                caller: caller, session: ID(UUID(high: 9, low: 9)), means: .bearer, formToken: "token", unread: 0
            ) { policy.mayEver(caller, $0, on: $1) }
        }
        return try await next(request, context)
    }
}
