import Access
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Storage
import TestSupport
import Testing
import Web

@testable import People

/// Riders whom a keeper or a site wrote down before they came.
struct EnrolmentTests {
    private static let platforms: [String: Platform] = ["美团": .meituan, "meituan": .meituan, "饿了么": .eleme]

    // MARK: The sheet

    @Test(arguments: [
        "13812345678\t徐师傅\t美团\t示例公司\t示例站\n139 1234 5678",
        "手机号\t姓名\t平台\t合作企业\t站点\r\n13812345678\t徐师傅\t美团\t示例公司\t示例站\r\n13912345678\t\t\t\t\r\n",
        "站点,合作企业,姓名,平台,电话\n示例站,示例公司,徐师傅,meituan,13812345678\n\n,,,,13912345678\n",
        "phone,name,platform,company,site\n13812345678,\"徐师傅\",美团,\"示例公司\",示例站\n+86 139-1234-5678\n",
    ])
    func `a sheet is read as it was copied, or saved as CSV, with headings in any order`(text: String) throws {
        let sheet = EnrolmentSheet(text, platformNames: Self.platforms)
        #expect(sheet.faults == [])
        #expect(sheet.people.map(\.phone.digits) == ["13812345678", "13912345678"])
        #expect(
            sheet.people.map(\.profile) == [
                Profile(name: "徐师傅", platform: .meituan, company: "示例公司", site: "示例站"), Profile(),
            ])
    }

    @Test(arguments: [
        ("", 0, "sheet", "missing"), ("手机号\n", 0, "sheet", "missing"),
        ("13812345678,\"x", 0, "sheet", "malformed-sheet"),
        ("138", 1, "phone", "not-a-mobile-number"), ("\t徐师傅", 1, "phone", "missing"),
        ("13812345678\n13812345678", 2, "phone", "phone-twice"),
        ("手机号\t平台\n13812345678\t没有", 2, "platform", "no-such-platform"),
        ("13812345678\t" + String(repeating: "长", count: 41), 1, "name", "too-long"),
        (String(repeating: "13812345678\n", count: 2001), 0, "sheet", "sheet-too-long"),
    ])
    func `what is wrong is said with its line`(text: String, row: Int, field: String, problem: String) {
        let faults = EnrolmentSheet(text, platformNames: Self.platforms).faults
        #expect(faults.map(\.row) == [row] && faults.map(\.problem.field) == [field])
        #expect(faults.map(\.problem.name) == [problem])
    }

    // MARK: The pages

    @Test func `what a keeper wrote down is filled in when the rider comes, and counts once the rider says so`()
        async throws
    {
        let (city, keeper) = try await TestCity.withKeeper()
        try await city.run { client in
            let token = try await client.formToken(keeper)
            let sent = try await client.submit(
                "/work/enrolments",
                ["phone": "138 1234 5678", "name": "徐师傅", "platform": "meituan", "site": "示例站", "formToken": token],
                keeper)
            #expect(sent.headers[.location] == "/work/enrolments?done=enrolled")
            #expect(
                try await city.count("SELECT COUNT(*) FROM account WHERE kind = 'rider'") == 0, "nobody is here yet")
            let list = try await client.page("/work/enrolments", keeper)
            #expect(list.text.contains("1 人") && !list.text.contains("徐师傅") && !list.text.contains("1234"))

            let rider = try await client.signIn("13812345678", in: city)
            let welcome = try await client.page("/welcome", rider)
            for words in ["谢站长 替你填了一些", "value=\"徐师傅\"", "value=\"meituan\" selected", "value=\"示例站\""] {
                #expect(welcome.text.contains(words), "\(words)")
            }
            #expect(try await city.people.profiles.find(city.riders()[0]).profile == Profile())
            let riderToken = try await client.formToken(rider)
            _ = try await client.submit(
                "/welcome", ["adult": "yes", "name": "徐师傅", "platform": "", "formToken": riderToken, "to": "/"], rider)
            #expect(try await city.people.profiles.find(city.riders()[0]).profile.name == "徐师傅")
        }
        #expect(try await city.count("SELECT COUNT(*) FROM enrolment") == 0, "it is the rider's own word now")
    }

    @Test func `whether a number is known can't be told from anything that its keeper sees`() async throws {
        let (city, keeper) = try await TestCity.withKeeper()
        try await city.run { client in
            _ = try await client.signIn("13812345678", in: city)
            let token = try await client.formToken(keeper)
            var answers: Set<String> = []
            for phone in ["13812345678", "13912345678", "13812345678"] {
                let sent = try await client.submit("/work/enrolments", ["phone": phone, "formToken": token], keeper)
                answers.insert("\(sent.status.code) \(sent.headers[.location] ?? "")")
            }
            #expect(answers.count == 1)
            let page = try await client.page("/work/enrolments", keeper).text
            #expect(page.matches(of: /1 人/).count == 3)
        }
        #expect(try await city.count("SELECT COUNT(*) FROM enrolment") == 2, "the newest of a number")
    }

    @Test func `a sheet with a fault is refused as a whole and comes back with everything in it`() async throws {
        let (city, keeper) = try await TestCity.withKeeper()
        try await city.run { client in
            let token = try await client.formToken(keeper)
            let text = "手机号\t姓名\n13812345678\t徐师傅\n1381234567\t<b>\n"
            let page = try await client.submit("/work/enrolments", ["sheet": text, "formToken": token], keeper)
            #expect(page.status == .unprocessableContent)
            #expect(page.text.contains("有 1 处不对，一行都没有记下") && page.text.contains("第 3 行，手机号："))
            #expect(page.text.contains("1381234567\t&lt;b&gt;"))
            let mended = try await client.submit(
                "/work/enrolments",
                ["sheet": text.replacing("1381234567\t<b>", with: "13912345678"), "formToken": token],
                keeper)
            #expect(mended.headers[.location] == "/work/enrolments?done=enrolled")
        }
        #expect(try await city.count("SELECT COUNT(*) FROM enrolment") == 2)
    }

    @Test func `who doesn't come within thirty days is forgotten`() async throws {
        let (city, _) = try await TestCity.withKeeper()
        let keeper = try await city.people.accounts.list()[0].person
        let caller = Caller(id: keeper.id, name: "谢站长", grants: [Grant(role: .keeper)])
        let phone = try #require(Phone("13812345678"))
        try await city.people.enrolments.enrol([(phone, Profile(name: "徐师傅"))], by: caller)
        city.clock.advance(by: 30 * 86_400 - 1)
        #expect(try await city.people.enrolments.waiting(for: phone)?.enrolment.profile.name == "徐师傅")
        city.clock.advance(by: 1)
        #expect(try await city.people.enrolments.waiting(for: phone) == nil)
    }

    @Test func `nobody writes down more riders in a day than a site has, and only those may whose duty it is`()
        async throws
    {
        let (city, _) = try await TestCity.withKeeper()
        let keeper = try await city.people.accounts.list()[0].person
        let caller = Caller(id: keeper.id, name: "谢站长", grants: [Grant(role: .keeper)])
        func some(_ range: Range<Int>) -> [(phone: Phone, profile: Profile)] {
            range.compactMap { number in Phone("138\(10_000_000 + number)").map { ($0, Profile()) } }
        }
        for start in [0, 2000] { try await city.people.enrolments.enrol(some(start..<start + 2000), by: caller) }
        await #expect(throws: AccountError.tooManyEnrolments(limit: 5000)) {
            try await city.people.enrolments.enrol(some(4000..<5001), by: caller)
        }
        #expect(try await city.count("SELECT COUNT(*) FROM enrolment") == 4000)
        let (officer, _) = try await city.hire("li.na")
        _ = try await city.people.accounts.grant(Grant(role: .custodian), to: "li.na", because: "test")
        await #expect(throws: NotAllowed.self) {
            try await city.people.enrolments.enrol(
                some(0..<1), by: Caller(id: officer.id, name: "李娜", grants: [Grant(role: .custodian)]))
        }
    }
}

extension TestCity {
    /// A city with a keeper, who is signed in.
    static func withKeeper() async throws -> (TestCity, Jar) {
        let city = try await TestCity()
        let (_, authenticator) = try await city.hire("xie.zhan", name: "谢站长")
        _ = try await city.people.accounts.grant(Grant(role: .keeper), to: "xie.zhan", because: "test")
        let jar = Jar()
        try await city.run { client in
            _ = try await client.submit(
                "/sign-in/staff",
                ["login": "xie.zhan", "password": TestCity.password, "totp": city.shows(authenticator), "to": "/"], jar)
        }
        return (city, jar)
    }

    fileprivate func riders() async throws -> [ID<Account>] {
        try await database.read { db in try AccountStore(db).list(.rider, limit: 10).map(\.id) }
    }
}
