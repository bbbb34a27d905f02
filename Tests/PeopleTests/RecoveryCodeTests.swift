import Foundation
import HTTPTypes
import HummingbirdTesting
import Kernel
import Storage
import TestSupport
import Testing

@testable import People

/// The codes for the day on which the authenticator is gone.
struct RecoveryCodeTests {
    @Test func `ten codes are made, all different, and read as they are typed`() {
        let codes = RecoveryCode.new()
        #expect(Set(codes).count == 10)
        for code in codes {
            let digits = RecoveryCode.digits(of: code)
            #expect(digits?.count == 16)
            #expect(RecoveryCode.digits(of: code.replacing(" ", with: "-")) == digits)
            #expect(RecoveryCode.digits(of: code.replacing(" ", with: "")) == digits)
        }
        for typed in ["123456", "", "1234 5678 9012 345", "1234 5678 9012 34567", "abcd efgh ijkl mnop"] {
            #expect(RecoveryCode.digits(of: typed) == nil, "\(typed)")
        }
    }

    @Test(arguments: TestDatabase.available)
    func `two who use one code at the same moment: one gets in`(_ kind: TestDatabase) async throws {
        let database = try await kind.open(PeopleSchema.migrations)
        let keys = try PeopleKeys(serverKey: Data(repeating: 7, count: 32))
        let officer = Person.officerLi
        let hashes = RecoveryCode.new().compactMap(RecoveryCode.digits).map { keys.recoveryHash($0, of: officer.id) }
        try await database.write { db in
            try AccountStore(db).insert([officer])
            try RecoveryCodeStore(db).replace(of: officer.id, by: hashes, at: .saturdayMorning)
        }
        for hash in hashes {
            let won = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        try await database.write { db in
                            let works = try RecoveryCodeStore(db).works(hash, of: officer.id)
                            return try RecoveryCodeStore(db).use(hash, of: officer.id, at: .saturdayMorning) && works
                        }
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(won == 1)
        }
        try await database.read { db in
            let left = try RecoveryCodeStore(db).left(of: officer.id)
            #expect(left.count == 0 && left.lastUsed == .saturdayMorning)
        }
    }

    @Test func `a code stands in for the authenticator once, and its owner is told`() async throws {
        let city = try await TestCity()
        let (person, authenticator) = try await city.hire()
        try await city.run { client in
            let jar = Jar()
            func enter(_ code: String, _ jar: Jar) async throws -> TestResponse {
                let token = try await client.formToken(jar)
                return try await client.submit(
                    "/sign-in/staff",
                    ["login": "li.na", "password": TestCity.password, "totp": code, "formToken": token], jar)
            }
            _ = try await enter(city.shows(authenticator), jar)
            let token = try await client.formToken(jar)
            let bare = try await client.submit("/me/recovery-codes", ["formToken": token], jar)
            #expect(bare.text.contains("id=\"totp-error\""))
            city.clock.advance(by: 30)
            let page = try await client.submit(
                "/me/recovery-codes", ["formToken": token, "totp": city.shows(authenticator)], jar)
            let codes = page.text.matches(of: /data-recovery-code>([0-9 ]+)</).map { String($0.1) }
            #expect(codes.count == 10)
            #expect(try await !client.page("/me/recovery-codes", jar).text.contains(codes[0]), "shown this once")

            let entered = try await enter(codes[0], Jar())
            #expect(entered.headers[.location] == "/me/recovery-codes?done=recovery-code-used")
            #expect(try await enter(codes[0], Jar()).status == .unprocessableContent, "once")
            #expect(try await enter("0000 0000 0000 0000", Jar()).status == .unprocessableContent)
            let told = try await client.page("/me/recovery-codes", jar).text
            #expect(told.contains(">9<") && told.contains("如果不是你用的"))

            city.clock.advance(by: 30)
            _ = try await client.submit(
                "/me/recovery-codes", ["formToken": token, "totp": city.shows(authenticator)], jar)
            #expect(try await enter(codes[1], Jar()).status == .unprocessableContent, "the old ones are void")
        }
        #expect(try await city.journal().filter { $0 == "account.recovery-code-used" }.count == 1)
        _ = person
    }

    @Test func `two sign in with one code at the same moment: one session`() async throws {
        let city = try await TestCity()
        let (person, _) = try await city.hire()
        let code = RecoveryCode.new()[0]
        let hash = city.people.keys.recoveryHash(try #require(RecoveryCode.digits(of: code)), of: person.id)
        try await city.database.write { db in
            try RecoveryCodeStore(db).replace(of: person.id, by: [hash], at: city.clock.now)
        }
        try await city.run { client in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        try await client.api(
                            .post, "session",
                            json: #"{"login": "li.na", "password": "\#(TestCity.password)", "totp": "\#(code)"}"#
                        ).status.code
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [200, 401])
        }
        #expect(try await city.count("SELECT COUNT(*) FROM session") == 1)
    }

    @Test func `riders have no password and no codes: they are shown to their own page`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let jar = try await client.signIn("13812345678", in: city)
            for path in ["/me/password", "/me/recovery-codes"] {
                #expect(try await client.page(path, jar).headers[.location] == "/me")
            }
        }
    }
}
