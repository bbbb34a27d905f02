import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Storage
import TestSupport
import Testing

/// Forms in a browser: what was typed stays when something is wrong.
@Suite struct PageFormTests {
    @Test func `a report with a mistake is shown again with all that was typed`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let browser = try await Browser(client, .zhangWei)
            let form = try await browser.page("/reports/new")
            #expect(form.status == .ok)
            let fields = [
                "formToken": browser.token(in: form), "id": client.newKey(), "category": "0104",
                "description": "后厨有老鼠 <b>&", "identity": "confidential", "address": "",
            ]
            let again = try await browser.submit("/reports", fields)
            #expect(again.status == .unprocessableContent, "\(again.status)")
            #expect(again.text.contains("后厨有老鼠 &lt;b&gt;&amp;"))
            #expect(again.text.contains(fields["id"] ?? "?"))
            #expect(again.text.contains(/value="0104"[^>]*checked/))
            #expect(again.text.contains(/value="confidential"[^>]*checked/))
            #expect(again.text.contains("position-error"))
            #expect(try await city.count("SELECT COUNT(*) FROM matter") == 0)

            let sent = try await browser.submit("/reports", fields.merging(["address": "文艺路28号"]) { $1 })
            #expect(sent.status == .seeOther, "\(sent.text)")
            #expect(sent.headers[.location]?.hasPrefix("/reports/\(fields["id"] ?? "?")") ?? false)
            let shown = try await browser.page(sent.headers[.location] ?? "")
            #expect(shown.status == .ok)
            #expect(shown.text.contains("后厨有老鼠 &lt;b&gt;&amp;"))
        }
    }

    @Test func `a step with something missing is shown again with all that was typed`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report()
            try await client.bringToCheck(id)
            let browser = try await Browser(client, .liNa)
            let page = try await browser.page("/work/cases/\(id)")
            let token = browser.token(in: page)
            let failed = try await browser.submit(
                "/work/cases/\(id)/steps",
                ["formToken": token, "step": "unfound", "result": "没有发现 <i>", "version": "3"])
            #expect(failed.status == .unprocessableContent, "\(failed.status)")
            #expect(failed.text.contains("没有发现 &lt;i&gt;"))
            #expect(failed.text.contains("unfound-reason"))

            try await client.step("note", on: id, as: .liNa, ["note": "同事先写了"])
            let stale = try await browser.submit(
                "/work/cases/\(id)/steps",
                ["formToken": token, "step": "unfound", "reason": "notFound", "result": "没有发现", "version": "3"])
            #expect(stale.status == .unprocessableContent)
            #expect(stale.text.contains("没有发现"))
            let state = try await client.get("/cases/\(id)", as: .liNa).json()["state"] as? String
            #expect(state == "checking")
        }
    }

    @Test func `a form from elsewhere, or with another's token, does nothing`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let browser = try await Browser(client, .zhangWei)
            let token = browser.token(in: try await browser.page("/reports/new"))
            let other = try await Browser(client, .liuYang)
            let stolen = other.token(in: try await other.page("/reports/new"))
            #expect(token != stolen)
            let fields = [
                "id": client.newKey(), "category": "0104", "description": "x", "identity": "named", "address": "x",
            ]
            for wrong in [nil, "", "x", stolen] {
                let sent = fields.merging(["formToken": wrong].compactMapValues(\.self)) { $1 }
                #expect(try await browser.submit("/reports", sent).status == .forbidden)
            }
            let good = fields.merging(["formToken": token]) { $1 }
            for (name, value) in [
                ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("Origin", "https://evil.example"),
            ] {
                #expect(try await browser.submit("/reports", good, (name, value)).status == .forbidden)
            }
            #expect(try await city.count("SELECT COUNT(*) FROM matter") == 0)
            #expect(try await browser.submit("/reports", good).status == .seeOther)
        }
    }

    @Test func `the reporter's page and the handler's page show the same answer`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report(photos: [Pictures.jpeg(11)])
            try await client.close(id)
            await city.catchUp()
            for language in ["zh-Hans", "en"] {
                let own = try await client.page("/reports/\(id)", as: .zhangWei, language: language)
                #expect(own.status == .ok)
                #expect(own.text.contains("已责令整改并复查合格"))
                let inbox = try await client.page("/inbox", as: .zhangWei, language: language)
                #expect(inbox.text.contains("/reports/\(id)"))
                let work = try await client.page("/work/cases/\(id)", as: .liNa, language: language)
                #expect(work.status == .ok)
                #expect(work.text.contains("已责令整改并复查合格"))
                for page in [own, inbox, work] {
                    #expect(
                        !page.text.contains("{{")
                            && !page.text.contains(/>(case|work|report|field|problem)\.[a-z-]+\.[a-z.-]+</))
                }
            }
        }
    }
}

/// A browser in which somebody is signed in.
struct Browser: Sendable {
    private let client: CityClient
    private let cookie: String

    init(_ client: CityClient, _ someone: Someone) async throws {
        self.client = client
        cookie = try await client.cookie(of: someone) ?? ""
    }

    func page(_ path: String) async throws -> TestResponse {
        try await client.http.page(path, cookie: cookie)
    }

    func token(in page: TestResponse) -> String {
        page.text.firstMatch(of: /name="formToken" value="([^"]+)"/).map { String($0.1) } ?? ""
    }

    func submit(
        _ path: String, _ fields: [String: String], _ header: (String, String) = ("Sec-Fetch-Site", "same-origin")
    ) async throws -> TestResponse {
        var headers: HTTPFields = [
            .accept: "text/html", .contentType: "application/x-www-form-urlencoded", .cookie: cookie,
        ]
        if let name = HTTPField.Name(header.0) { headers[name] = header.1 }
        let pairs = fields.map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
        }
        return try await client.http.execute(
            uri: path, method: .post, headers: headers, body: ByteBuffer(string: pairs.joined(separator: "&")))
    }
}
