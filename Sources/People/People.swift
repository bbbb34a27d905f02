import Directory
import Foundation
import Hummingbird
import Kernel
import Retention
import Storage
import Vault
import Web

/// Who people are to the product: accounts, roles with dates, sessions, and the doors by which they come in.
package struct People: Feature {
    package static let migrations = PeopleSchema.migrations + ConsentSchema.migrations + EnrolmentSchema.migrations
    package static let bundle = Bundle.module
    package static let sealedTables = [ContactStore.table, EnrolmentStore.table]
    package static let retention: [RetentionRule] = PeopleRetentionStore.rules

    /// Sets `context.signedIn`. It belongs inside the middleware that answers problems, and before all routes.
    package let middleware: SignInMiddleware
    /// What `nuanxin account` does.
    package let accounts: AccountCommands
    /// What people do with their own account.
    package let profiles: ProfileCommands
    /// What staff declare themselves to be tied to.
    package let interests: InterestCommands
    /// What others write down of riders who aren't here yet.
    package let enrolments: EnrolmentCommands
    /// Reads the sheets of sites.
    package let sheets: SheetReader
    /// What People seals and finds by, for those that keep numbers besides it.
    package let keys: PeopleKeys

    /// What a security administrator does.
    let staff: StaffCommands

    private let services: Services
    private let cookies: CookieMode
    private let signIns: SignInCommands

    /// `serverKey` is a secret of 32 bytes or more that all nodes share: with another one all codes and authenticators are
    /// void. `gateway` says how one-time codes get to phones, `cookies` whether people reach the server by TLS, `limits`
    /// how often what may be tried, `passwordCost` what new passwords are hashed with, `unread` how many messages wait
    /// for somebody, `purposes` what riders are asked, `sectors` what a role can be narrowed to, `work` what goes back to the
    /// offices when somebody leaves. Throws ``ShortServerKey``.
    package init(
        _ services: Services, serverKey: Data, purposes: Purposes, gateway: any CodeGateway, cookies: CookieMode,
        limits: SignInLimits = .standard, passwordCost: PasswordHash.Cost = .standard,
        sectors: Sectors, work: AssignedWork = .none, sheets: SheetReader = SheetReader(),
        unread: @escaping @Sendable (_ account: SQL) -> SQL
    ) throws {
        keys = try PeopleKeys(serverKey: serverKey)
        profiles = ProfileCommands(services: services, purposes: purposes)
        interests = InterestCommands(services: services)
        enrolments = EnrolmentCommands(services: services)
        self.sheets = sheets
        let desk = PasswordDesk(cost: passwordCost)
        self.services = services
        self.cookies = cookies
        signIns = SignInCommands(services: services, keys: keys, gateway: gateway, limits: limits, desk: desk)
        accounts = AccountCommands(services: services, keys: keys, desk: desk, work: work)
        staff = StaffCommands(services: services, keys: keys, desk: desk, sectors: sectors, work: work)
        middleware = SignInMiddleware(services: services, keys: keys, cookies: cookies, unread: unread)
    }

    /// Forms of staff that need a fresh proof, for those who have some besides the accounts.
    package var desk: StaffDesk { StaffDesk(services: services, signIns: signIns, cookies: cookies) }

    package func addRoutes(to routes: Routes) {
        SignInRoutes(services: services, commands: signIns, cookies: cookies).addRoutes(to: routes)
        ProfileRoutes(
            services: services, profiles: profiles, enrolments: enrolments, signIns: signIns, cookies: cookies
        ).addRoutes(to: routes)
        EnrolmentRoutes(services: services, enrolments: enrolments, reader: sheets).addRoutes(to: routes)
        ProofRoutes(services: services, signIns: signIns, cookies: cookies).addRoutes(to: routes)
        PhoneRoutes(services: services, signIns: signIns, cookies: cookies).addRoutes(to: routes)
        InterestRoutes(services: services, interests: interests).addRoutes(to: routes)
        ProofAPIRoutes(services: services, signIns: signIns).addRoutes(to: routes)
        PeopleAPIRoutes(services: services, signIns: signIns, profiles: profiles).addRoutes(to: routes)
        CredentialRoutes(services: services, signIns: signIns, cookies: cookies).addRoutes(to: routes)
        StaffRoutes(services: services, commands: staff).addRoutes(to: routes)
        StaffFormRoutes(desk: desk, commands: staff).addRoutes(to: routes)
        StaffActRoutes(desk: desk, commands: staff).addRoutes(to: routes)
        StaffAPIRoutes(services: services, commands: staff).addRoutes(to: routes)
    }
}
