import Access
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import TestSupport
import Testing
import Web

/// The frame round every page.
struct PageTests {
    @Test func `what somebody wrote can't become markup`() async throws {
        try await withFrame(as: .mei(roles: [.officer])) { client in
            let page = try await client.page("/frame?x=%22%3E%3Cscript%3E")
            #expect(page.status == .ok)
            #expect(page.text.contains("&lt;i&gt;"))
            #expect(page.text.contains("&lt;b&gt;") == page.text.contains("美"))
            for markup in ["<i>", "<b>", "<script>"] { #expect(!page.text.contains(markup), "\(markup)") }
        }
    }

    @Test func `the switch to the other language leads to the same page`() async throws {
        try await withFrame { client in
            let chinese = try await client.page("/frame?page=2&q=%E6%9A%96")
            #expect(chinese.text.contains("lang=\"zh-Hans\""))
            #expect(chinese.text.contains("/language/en?to=%2Fframe%3Fpage%3D2%26q%3D%25E6%259A%2596"))
            let english = try await client.page("/frame", language: "en")
            #expect(english.text.contains("/language/zh-Hans?to=%2Fframe"))
        }
    }

    @Test func `what was just done is said in our words only`() async throws {
        try await withFrame { client async throws in
            #expect(!(try await client.page("/frame?done=jackpot").text.contains("jackpot</span>")))
        }
    }

    @Test func `a page is kept by nobody`() async throws {
        try await withFrame { client async throws in
            #expect(try await client.page("/frame").headers[.cacheControl] == "no-store")
        }
    }

    @Test func `JSON says instants in UTC and isn't kept either`() async throws {
        struct Answer: Codable {
            let at: Date
            let path: String
        }
        try await withRouter(routes: { router in
            router.get("json") { _, _ in try Response.json(Answer(at: .saturdayMorning, path: "/a"), status: .created) }
        }) { client in
            let answer = try await client.page("/json")
            #expect(answer.status == .created)
            #expect(answer.text == #"{"at":"2026-11-21T01:30:00.000Z","path":"/a"}"#)
            #expect(answer.headers[.cacheControl] == "no-store")
        }
    }

    @Test(
        arguments: [
            ("/reports", nil, "/reports"), ("/reports", "sent", "/reports?done=sent"),
            ("/work?page=2", "a b", "/work?page=2&done=a%20b"),
        ] as [(String, String?, String)])
    func `a form leads to a page that says what was done`(path: String, done: String?, location: String) {
        let answer = Response.seeOther(path, done: done)
        #expect(answer.status == .seeOther)
        #expect(answer.headers[.location] == location)
    }

    private func withFrame(
        as signedIn: SignedIn? = nil, _ test: @escaping @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        let site = try sharedSite.get()
        try await withRouter(
            as: signedIn,
            routes: { router in
                router.get("frame") { request, context in try site.render(Frame(), for: request, context) }
            }, test)
    }
}

/// Any page of Web's, with a title that looks like markup.
private struct Frame: Page {
    static let template = "problem"
    let heading = "<i>"
    let detail = "\"><script>"
    func title(_ t: Strings) -> String { heading }
}
