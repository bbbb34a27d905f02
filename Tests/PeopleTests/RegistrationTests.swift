import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Storage
import TestSupport
import Testing

@testable import People

/// The first page: of age, what to call somebody, and consents of which none is presumed.
struct RegistrationTests {
    private let phone = "13812345678"

    @Test func `nothing is ticked beforehand, and each box has its words beside it`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let jar = try await client.signIn(phone, in: city)
            let page = try await client.page("/welcome", jar)
            #expect(page.status == .ok)
            #expect(!page.text.contains(" checked"))
            for purpose in try Purposes.shipped.current(on: Day(of: city.clock.now)) {
                #expect(page.text.contains(purpose.text.chinese), "\(purpose.key)")
                #expect(page.text.contains("id=\"consent-\(purpose.key)\"") == purpose.isBox, "\(purpose.key)")
                if purpose.isBox { #expect(page.text.contains(purpose.withdrawal.chinese), "\(purpose.key)") }
            }
            let english = try await client.page("/welcome", jar, language: "en")
            #expect(english.text.contains("18 or older"))
        }
    }

    @Test func `who is of age is in with one tap, and what was ticked is written down, nothing else`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let jar = try await client.signIn(phone, in: city)
            let token = try await client.formToken(jar)
            let done = try await client.submit(
                "/welcome", ["adult": "yes", "consent": "messages@1", "formToken": token], jar)
            #expect(done.headers[.location] == "/?done=welcomed")
        }
        let consents = try await city.consents(of: phone)
        #expect(consents.entries.map(\.purpose) == ["adult", "messages"])
        #expect(consents.entries.allSatisfy { $0.isGiven && $0.source == .registration && $0.version == "1" })
        #expect(consents.isAdult)
        #expect(try await city.journal().filter { $0 == "consent.given" }.count == 2)
    }

    @Test func `who doesn't say that they are of age is asked again, with all that was typed`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let jar = try await client.signIn(phone, in: city)
            let token = try await client.formToken(jar)
            let again = try await client.submit(
                "/welcome", ["name": "徐师傅", "consent": "news@1", "formToken": token], jar)
            #expect(again.status == .unprocessableContent)
            #expect(again.text.contains("id=\"adult-error\""))
            #expect(again.text.contains("徐师傅"))
            #expect(again.text.contains(/id="consent-news"[^>]*checked/))
            let old = try await client.submit(
                "/welcome", ["adult": "yes", "consent": "news@0", "formToken": token], jar)
            #expect(old.status == .unprocessableContent, "nobody agrees to words they haven't seen")
        }
        #expect(try await city.consents(of: phone).entries.isEmpty)
    }

    @Test func `of somebody under 18 nothing is kept`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let jar = try await client.signIn(phone, in: city)
            let token = try await client.formToken(jar)
            let refused = try await client.submit(
                "/welcome", ["adult": "no", "name": "小徐", "formToken": token], jar)
            #expect(refused.status == .ok)
            #expect(refused.text.contains("满 18 岁再来"))
            #expect(jar["__Host-nuanxin"] == nil)
            #expect(try await client.page("/me", jar).status == .seeOther)
        }
        for table in ["account", "account_contact", "session", "consent_entry", "session_proof", "sign_in_code"] {
            #expect(try await city.count("SELECT COUNT(*) FROM \(identifier: table)") == 0, "\(table)")
        }
    }

    @Test func `who is in already can't be sent away by a slip`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let jar = try await client.signIn(phone, in: city)
            let token = try await client.formToken(jar)
            _ = try await client.submit("/welcome", ["adult": "yes", "formToken": token], jar)
            let again = try await client.submit("/welcome", ["adult": "no", "formToken": token], jar)
            #expect(again.status == .seeOther)
        }
        #expect(try await city.count("SELECT COUNT(*) FROM account") == 1)
    }

    @Test func `a program says it in the same way`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            func enter(_ number: String) async throws -> String {
                _ = try await client.api(.post, "session/code", json: #"{"phone": "\#(number)"}"#)
                let body = #"{"phone": "\#(number)", "code": "\#(city.gateway.last?.code ?? "")"}"#
                return try await client.api(.post, "session", json: body).json()["token"] as? String ?? ""
            }
            let (grown, young) = (try await enter("13812345678"), try await enter("13912345678"))
            func say(_ json: String, _ token: String) async throws -> Int {
                try await client.api(.post, "me/registration", json: json, token: token).status.code
            }
            #expect(try await say("{}", grown) == 422)
            #expect(try await say(#"{"adult": true}"#, grown) == 200)
            #expect(try await say(#"{"adult": false}"#, grown) == 404)
            #expect(try await say(#"{"adult": false}"#, young) == 204)
            #expect(try await say(#"{"adult": true}"#, young) == 401)
        }
        #expect(try await city.count("SELECT COUNT(*) FROM account") == 1)
    }

    @Test func `filling in is agreeing, emptying is taking it back`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let jar = try await client.signIn(phone, in: city)
            let token = try await client.formToken(jar)
            _ = try await client.submit(
                "/welcome", ["adult": "yes", "name": "徐师傅", "formToken": token], jar)
            _ = try await client.submit("/me", ["name": "徐师傅", "platform": "kfc", "formToken": token], jar)
            _ = try await client.submit("/me", ["name": "", "platform": "", "formToken": token], jar)
        }
        let said = try await city.consents(of: phone).entries.filter { $0.purpose == Purpose.profile }
        #expect(said.map(\.isGiven) == [true, false])
    }
}

struct PurposesTests {
    @Test func `the shipped purposes are in order`() throws {
        #expect(try Purposes.shipped.faults == [])
    }

    @Test func `a new version asks again, and the old yes doesn't count for it`() throws {
        let purposes = try Purposes.shipped
        let day = Day(of: .saturdayMorning)
        let old = try #require(purposes.current("news", on: day))
        let account = ID<Account>(UUID())
        func entry(_ version: String, _ isGiven: Bool) -> ConsentEntry {
            ConsentEntry(
                id: UUID(), account: account, purpose: "news", version: version, isGiven: isGiven,
                at: .saturdayMorning, source: .page)
        }
        #expect(Consents([]).answer(to: old) == .open)
        #expect(Consents([entry(old.version, true)]).isGiven(old))
        #expect(Consents([entry("0", true)]).answer(to: old) == .outdated(.saturdayMorning))
        #expect(!Consents([entry("0", true)]).isGiven(old))
        let both = Consents([entry(old.version, true), entry(old.version, false)])
        #expect(both.answer(to: old) == .withdrawn(.saturdayMorning))
        #expect(purposes.current("news", on: old.since + -1) == nil)
    }

    @Test func `what is wrong with a purpose is said by its key`() throws {
        let json = """
            {"purposes": [{"key": "x", "version": "1", "since": "2026-01-01", "basis": "consent", "asking": "none",
              "name": {"zh-Hans": "名", "en": ""}, "text": {"zh-Hans": "文", "en": "t"},
              "law": {"zh-Hans": "法", "en": "l"}, "kept": {"zh-Hans": "存", "en": "k"},
              "keptFor": {"zh-Hans": "久", "en": "f"}, "withdrawal": {"zh-Hans": "后", "en": "w"}}]}
            """
        let faults = try JSONDecoder().decode(Purposes.self, from: Data(json.utf8)).faults
        #expect(faults.contains("purposes: x (1): `name` lacks a language"))
        #expect(faults.contains { $0.hasPrefix("purposes: x (1): who consents is asked") })
        #expect(faults.contains("purposes: there is no purpose account"))
    }
}

extension TestCity {
    func consents(of number: String) async throws -> Consents {
        try await database.read { db in
            let person = try #require(try Phone(number).flatMap { try AccountStore(db).person(with: $0) })
            return try ConsentStore(db).consents(of: person.id)
        }
    }
}
