import Foundation
import Hummingbird
import HummingbirdTesting
import Journal
import Kernel
import People
import TestSupport
import Testing

/// Who reported is known to their own pages, to the handler when they agreed, and to nobody else.
@Suite struct PrivacyTests {
    @Test func `a named reporter is shown to the handler only, and each look is written down`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report(["identity": "named"])
            try await client.bringToCheck(id, by: .liNa)
            for other in [Someone.wangFang, .zhaoQiang, .chenGang] {
                let answer = try await client.api(.post, "/cases/\(id)/reporter", as: other)
                #expect(answer.status == .forbidden, "\(other)")
            }
            #expect(try await city.journal("reporter.read").isEmpty)
            let shown = try await client.api(.post, "/cases/\(id)/reporter", as: .liNa)
            #expect(shown.status == .ok)
            #expect(try shown.json()["phone"] as? String == Someone.zhangWei.phone)
            let looks = try await city.journal("reporter.read")
            #expect(looks.map(\.actor) == [try city.person(.liNa).id])
        }
    }

    @Test func `whoever finds an unlocked screen learns no name`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report(["identity": "named"])
            try await client.bringToCheck(id, by: .liNa)
            let token = try await city.token(.liNa)
            city.clock.advance(by: 300)
            let refused = try await client.api(.post, "/cases/\(id)/reporter", token: token)
            #expect(refused.status == .forbidden)
            #expect(try refused.json()["type"] as? String == "/problems/proof-needed")
            #expect(try await city.journal("reporter.read").isEmpty)
            let fresh = try await city.token(.liNa)
            #expect(try await client.api(.post, "/cases/\(id)/reporter", token: fresh).status == .ok)
        }
    }

    @Test(arguments: ["confidential", "anonymous"])
    func `a reporter who didn't agree is shown to nobody`(_ identity: String) async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report(["identity": identity])
            try await client.bringToCheck(id, by: .liNa)
            let answer = try await client.api(.post, "/cases/\(id)/reporter", as: .liNa)
            #expect(answer.status == .notFound)
            #expect(try answer.json()["type"] as? String == "/problems/case-no-reporter")
            #expect(try await city.journal("reporter.read").isEmpty)
        }
    }

    @Test func `no answer for staff or the public holds anything of the reporter`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let photo = try Pictures.jpeg(6)
            let id = try await client.report(["identity": "named"], photos: [photo])
            try await client.close(id)
            _ = try await client.api(
                .post, "/reports/\(id)/rating", as: .zhangWei, json: ["rating": "solved", "note": "谢谢"])
            _ = try await client.api(.post, "/reports/\(id)/reopening", as: .zhangWei, json: ["note": "又来了"])
            await city.catchUp()
            let reporter = try city.person(.zhangWei)
            let canaries = [
                Someone.zhangWei.phone, "7788", Someone.zhangWei.name, reporter.id.text, reporter.id.uuid.uuidString,
            ]
            var seen = 0
            func look(_ answer: TestResponse, _ what: String) {
                seen += answer.text.utf8.count
                let found = canaries.filter { answer.text.contains($0) || "\(answer.headers)".contains($0) }
                #expect(found.isEmpty, "\(what)")
            }
            let views = ["open", "mine", "overdue", "soon", "decide", "closed", "all"]
            let api = ["/cases/\(id)", "/notices", "/me", "/sessions", "/reports", "/offices", "/public/figures"]
            let pages = [
                "/work", "/work/cases/\(id)", "/inbox", "/me", "/figures", "/admin/offices", "/admin/calendar",
            ]
            for someone in Someone.staff {
                for view in views {
                    look(try await client.get("/cases?view=\(view)", as: someone), "\(someone) \(view)")
                    look(try await client.page("/work?view=\(view)", as: someone), "\(someone) page \(view)")
                }
                for path in api { look(try await client.get(path, as: someone), "\(someone) \(path)") }
                for path in pages { look(try await client.page(path, as: someone), "\(someone) \(path)") }
                look(
                    try await client.api(.post, "/cases/\(id)/steps", as: someone, json: ["step": "close"]),
                    "\(someone) step")
            }
            for path in ["/public/figures", "/cases/\(id)", "/reports/\(id)"] { look(try await client.get(path), path) }
            for path in ["/figures", "/work", "/reports/\(id)", "/map/outlines?bbox=123,41,124,42&level=county"] {
                look(try await client.page(path), path)
            }
            #expect(seen > 20_000, "something was looked at")

            // Everybody who works on it knows the reporter by the same alias.
            let case1 = try await client.get("/cases/\(id)", as: .wangFang).json()["reporter"] as? String
            let case2 = try await client.get("/cases/\(id)", as: .chenGang).json()["reporter"] as? String
            #expect(case1 == case2)
            #expect(case1?.wholeMatch(of: /#[0-9A-F]{4}/) != nil)
        }
    }

    @Test func `two reports of one person don't show that they are one person's`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            var aliases: Set<String> = []
            for _ in 0..<3 {
                let id = try await client.report()
                aliases.insert(try await client.get("/cases/\(id)", as: .wangFang).json()["reporter"] as? String ?? "")
            }
            #expect(aliases.count == 3)
        }
    }

    @Test func `a photo is for its sender and for those who work on its case`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let sent = try await client.send(client.draft(), photos: [Pictures.jpeg(7)])
            let photos = try sent.json()["photos"] as? [[String: Any]] ?? []
            let id = try #require(photos.first?["id"] as? String)
            for size in ["small", "large"] {
                let answer = try await client.get("/photos/\(id)/\(size)", as: .zhangWei)
                #expect(answer.status == .ok)
                #expect(answer.headers[.contentType] == "image/jpeg")
                #expect(answer.headers[.cacheControl]?.contains("private") ?? false)
                #expect(Array(answer.body.readableBytesView.prefix(2)) == [0xff, 0xd8])
                #expect(try await client.get("/photos/\(id)/\(size)", as: .wangFang).status == .ok)
                for other in [Someone.liuYang, .sunLi, .zhouMin, .heMin] {
                    #expect(try await client.get("/photos/\(id)/\(size)", as: other).status == .notFound, "\(other)")
                }
                #expect(try await client.get("/photos/\(id)/\(size)").status == .unauthorized)
            }
            #expect(try await client.get("/photos/\(id)/huge", as: .zhangWei).status == .notFound)
        }
    }
}
