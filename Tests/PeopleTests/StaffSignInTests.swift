import Access
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Storage
import Synchronization
import TestSupport
import Testing

@testable import People

struct StaffSignInTests {
    @Test func `staff come in with password and authenticator, and land on the workbench`() async throws {
        let city = try await TestCity()
        let (_, authenticator) = try await city.hire()
        try await city.run { client in
            let jar = Jar()
            #expect(try await client.page("/sign-in/staff", jar).text.contains("current-password"))
            let entered = try await client.submit(
                "/sign-in/staff",
                ["login": "LI.NA", "password": TestCity.password, "totp": city.shows(authenticator), "to": "/"], jar)
            #expect(entered.status == .seeOther)
            #expect(entered.headers[.location] == "/work")
            let line = entered.headers[values: .setCookie].first { $0.hasPrefix("__Host-nuanxin=") }
            #expect(line?.contains("Max-Age=28800") == true)
            #expect(try await client.page("/peek", jar).text.hasPrefix("李娜 3 "))
        }
        #expect(try await city.journal() == ["account.created", "session.started"])
    }

    @Test func `whatever is wrong, the answer is the same`() async throws {
        let city = try await TestCity()
        let (_, authenticator) = try await city.hire()
        _ = try await city.hire("wang.wu", name: "王五")
        try await city.people.accounts.suspend("wang.wu", because: "left")
        try await city.run { client in
            let right = city.shows(authenticator)
            let wrong = right == "111111" ? "222222" : "111111"
            let tries = [
                ("li.na", "wrong horse battery", right), ("li.na", TestCity.password, wrong),
                ("nobody", TestCity.password, right), ("not a login", TestCity.password, right),
                ("wang.wu", TestCity.password, right), ("13812345678", TestCity.password, right),
            ]
            var answers: Set<String> = []
            for (login, password, code) in tries {
                let body = #"{"login": "\#(login)", "password": "\#(password)", "totp": "\#(code)"}"#
                let answer = try await client.api(.post, "session", json: body)
                #expect(answer.status == .unauthorized)
                answers.insert(answer.text.replacing(/requests\/[^"]+/, with: "requests/?"))
            }
            #expect(answers.count == 1)
            #expect(answers.first?.contains("/problems/sign-in-refused") == true)
        }
        #expect(try await city.count("SELECT COUNT(*) FROM session") == 0)
    }

    @Test func `a code that was used is refused, and so is one from before it`() async throws {
        let city = try await TestCity()
        let (_, authenticator) = try await city.hire()
        try await city.run { client in
            func enter(_ code: String) async throws -> HTTPResponse.Status {
                let body = #"{"login": "li.na", "password": "\#(TestCity.password)", "totp": "\#(code)"}"#
                return try await client.api(.post, "session", json: body).status
            }
            let step = OneTimePassword.step(at: city.clock.now)
            var statuses: [HTTPResponse.Status] = []
            for used in [step, step, step - 1] { statuses.append(try await enter(authenticator.code(at: used))) }
            city.clock.advance(by: 30)
            statuses.append(try await enter(authenticator.code(at: step + 1)))
            #expect(statuses == [.ok, .unauthorized, .unauthorized, .ok])
        }
    }

    @Test func `ten tries lock a login for a quarter of an hour, and no other`() async throws {
        let city = try await TestCity()
        let (_, authenticator) = try await city.hire()
        let (_, other) = try await city.hire("zhao.liu", name: "赵六")
        try await city.run { client in
            func enter(_ login: String, _ password: String, _ code: String) async throws -> TestResponse {
                try await client.submit("/sign-in/staff", ["login": login, "password": password, "totp": code])
            }
            for _ in 0..<10 {
                #expect(try await enter("li.na", "wrong horse battery", "000000").status == .unprocessableContent)
            }
            let locked = try await enter("li.na", TestCity.password, city.shows(authenticator))
            #expect(locked.status == .tooManyRequests)
            #expect(locked.headers[.retryAfter] == "900")
            #expect(locked.text.contains("value=\"li.na\""), "what was typed is still there")
            #expect(!locked.text.contains(TestCity.password), "but never the password")
            #expect(try await enter("zhao.liu", TestCity.password, city.shows(other)).status == .seeOther)
            for _ in 0..<10 { _ = try await enter("nobody", "wrong horse battery", "000000") }
            #expect(try await enter("nobody", "wrong horse battery", "000000").status == .tooManyRequests)
            city.clock.advance(by: 900)
            #expect(try await enter("li.na", TestCity.password, city.shows(authenticator)).status == .seeOther)
        }
    }

    @Test func `who got in has all tries again`() async throws {
        let city = try await TestCity()
        let (_, authenticator) = try await city.hire()
        try await city.run { client in
            for _ in 0..<3 {
                for _ in 0..<9 {
                    let wrong = try await client.submit(
                        "/sign-in/staff", ["login": "li.na", "password": "wrong horse battery", "totp": "000000"])
                    #expect(wrong.status == .unprocessableContent)
                }
                city.clock.advance(by: 30)
                let right = try await client.submit(
                    "/sign-in/staff",
                    ["login": "li.na", "password": TestCity.password, "totp": city.shows(authenticator)])
                #expect(right.status == .seeOther)
            }
        }
    }

    @Test func `an empty field is named, and nothing is tried`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let page = try await client.submit("/sign-in/staff", ["login": "li.na"])
            #expect(page.status == .unprocessableContent)
            #expect(page.text.contains("id=\"password-error\""))
            #expect(page.text.contains("id=\"totp-error\""))
            #expect(!page.text.contains("id=\"login-error\""))
        }
        #expect(try await city.count("SELECT COUNT(*) FROM attempt") == 0)
    }

    @Test func `what an operator changes signs the person out at once`() async throws {
        let city = try await TestCity()
        let (_, first) = try await city.hire()
        let accounts = city.people.accounts
        try await city.run { client in
            let authenticator = Mutex(first)
            func enter(_ password: String) async throws -> String? {
                city.clock.advance(by: 30)
                let body =
                    #"{"login": "li.na", "password": "\#(password)", "totp": "\#(city.shows(authenticator.withLock(\.self)))"}"#
                return try await client.api(.post, "session", json: body).json()["token"] as? String
            }
            func isIn(_ token: String?) async throws -> Bool {
                try await client.api(.get, "me", token: token).status == .ok
            }
            var token = try await enter(TestCity.password)
            #expect(try await isIn(token))

            let path = TerritoryPath(rawValue: "/21/2101/")
            let dated = try await accounts.grant(
                Grant(role: .officer, territory: path), to: "li.na", because: "new post")
            let roles = try await client.api(.get, "me", token: token).json()["roles"] as? [String]
            #expect(roles == ["officer"], "a grant holds from the next request on")
            try await accounts.revoke(dated.id, of: "li.na", because: "post ended")
            #expect(try await !isIn(token))
            await #expect(throws: AccountError.noSuchGrant) {
                try await accounts.revoke(dated.id, of: "li.na", because: "again")
            }

            token = try await enter(TestCity.password)
            #expect(try await isIn(token))
            try await accounts.setPassword(of: "li.na", to: "another horse battery")
            #expect(try await !isIn(token))
            #expect(try await enter(TestCity.password) == nil)

            token = try await enter("another horse battery")
            let new = try await accounts.resetOneTimePassword(of: "li.na")
            authenticator.withLock { $0 = new }
            #expect(try await !isIn(token))
            token = try await enter("another horse battery")
            try await accounts.suspend("li.na", because: "left")
            #expect(try await !isIn(token))
            #expect(try await enter("another horse battery") == nil)
        }
        let kinds = try await city.journal().filter { $0.hasPrefix("account.") }
        #expect(
            kinds == [
                "account.created", "account.role-granted", "account.role-revoked", "account.password-set",
                "account.authenticator-reset", "account.suspended",
            ])
    }

    @Test func `an account is made once, with a good login and password, and only staff get roles`() async throws {
        let city = try await TestCity()
        _ = try await city.hire()
        let accounts = city.people.accounts
        await #expect(throws: AccountError.loginTaken) {
            try await accounts.createStaff(login: "Li.Na", name: "", password: TestCity.password)
        }
        await #expect(throws: AccountError.badLogin) {
            try await accounts.createStaff(login: "李娜", name: "", password: TestCity.password)
        }
        await #expect(throws: AccountError.weakPassword) {
            try await accounts.createStaff(login: "wang.wu", name: "", password: "short")
        }
        try await city.database.write { db in try AccountStore(db).insert([.riderXu]) }
        await #expect(throws: AccountError.notFound) {
            try await accounts.grant(Grant(role: .administrator), to: "13812345678", because: "a slip")
        }
        await #expect(throws: AccountError.notFound) {
            try await accounts.setPassword(of: "nobody", to: TestCity.password)
        }
        let all = try await accounts.list()
        #expect(all.map(\.person.login?.text) == ["li.na"])
    }

    /// GB/T 22239-2019: 三员分立.
    @Test func `who sets up, gives roles or audits has no other post, and nobody gives a role to themselves`()
        async throws
    {
        let city = try await TestCity()
        let (person, _) = try await city.hire()
        let accounts = city.people.accounts
        func give(_ role: Role, by actor: ID<Account>? = nil) async throws {
            _ = try await accounts.grant(Grant(role: role), to: "li.na", because: "trial", by: actor)
        }
        try await give(.keeper)
        for role in Role.guards {
            await #expect(throws: AccountError.rolesApart) { try await give(role) }
        }
        await #expect(throws: AccountError.notOneself) { try await give(.community, by: person.id) }
        try await give(.community)
    }

    @Test func `the journal holds nothing of a person, and the log neither`() async throws {
        let city = try await TestCity()
        let (_, authenticator) = try await city.hire()
        try await city.run { client in
            _ = try await client.signIn("13812345678", in: city)
            _ = try await client.submit(
                "/sign-in/staff",
                ["login": "li.na", "password": TestCity.password, "totp": city.shows(authenticator)])
            try await city.people.accounts.suspend("li.na", because: "李娜 is away")
        }
        let data = try await city.database.read { db in
            try db.rows("SELECT data FROM journal_entry").map { try $0["data"] as String }
        }
        #expect(data.count == 5)
        for word in ["李娜", "li.na", "138", "away", TestCity.password, authenticator.base32] {
            #expect(data.allSatisfy { !$0.contains(word) }, "\(word)")
        }
    }
}
