import Foundation
import Hummingbird
import HummingbirdTesting
import Kernel
import People
import TestSupport
import Testing

/// What lies outside somebody's scope doesn't exist for them, whichever way they ask.
@Suite struct ScopeTests {
    @Test func `a case of another district doesn't exist`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let photo = try Pictures.jpeg(8)
            let id = try await client.report(photos: [photo])
            try await client.bringToCheck(id)
            let photos = try await client.get("/cases/\(id)", as: .liNa).json()["photos"] as? [[String: Any]]
            let picture = try #require(photos?.first?["id"] as? String)
            let nowhere = client.newKey()
            for outsider in [Someone.sunLi, .zhouMin, .wuPing, .heMin] {
                for view in ["open", "all", "overdue", "soon", "decide", "mine", "closed"] {
                    let list = try await client.get("/cases?view=\(view)", as: outsider)
                    // For an administrator there are no cases anywhere.
                    guard outsider != .heMin else {
                        #expect(list.status == .notFound)
                        continue
                    }
                    #expect((try list.json()["items"] as? [Any])?.isEmpty ?? false, "\(outsider) \(view)")
                }
                if outsider != .heMin {
                    let found = try await client.get("/cases?q=%E8%80%81%E9%BC%A0", as: outsider).json()
                    #expect(found["items"] as? [String] == [])
                }
                try await same(client, outsider, id, nowhere) { try await client.get("/cases/\($0)", as: outsider) }
                for step in ["note", "accept", "dispatch", "close", "approveExtension", "no-such-step"] {
                    try await same(client, outsider, id, nowhere) {
                        try await client.api(
                            .post, "/cases/\($0)/steps", as: outsider, json: ["step": step, "note": "x"])
                    }
                }
                try await same(client, outsider, id, nowhere) {
                    try await client.api(.post, "/cases/\($0)/reporter", as: outsider)
                }
                try await same(client, outsider, id, nowhere) { try await client.get("/reports/\($0)", as: outsider) }
                try await same(client, outsider, id, nowhere) {
                    try await client.api(.post, "/reports/\($0)/rating", as: outsider, json: ["rating": "solved"])
                }
                try await same(client, outsider, picture, nowhere) {
                    try await client.get("/photos/\($0)/large", as: outsider)
                }
                let page = try await client.page("/work/cases/\(id)", as: outsider)
                #expect(page.status == .notFound)
            }
            let after = try await client.get("/cases/\(id)", as: .liNa).json()
            #expect(after["state"] as? String == "checking")
        }
    }

    /// What there is and isn't theirs answers like what isn't there at all.
    private func same(
        _ client: CityClient, _ outsider: Someone, _ hidden: String, _ nowhere: String,
        _ ask: (String) async throws -> TestResponse
    ) async throws {
        let (first, second) = (try await ask(hidden), try await ask(nowhere))
        #expect(first.status == .notFound, "\(outsider): \(first.text)")
        let bodies = try [first, second].map { answer in
            try answer.json().filter { $0.key != "instance" }.map { "\($0.key)=\($0.value)" }.sorted()
        }
        #expect(bodies[0] == bodies[1], "\(outsider)")
    }

    @Test func `the menu leads to cases only for those who work on them`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let entry = "<a href=\"/work\""
            for someone in [Someone.wangFang, .liNa, .chenGang] {
                #expect(try await client.page("/work", as: someone).text.contains(entry), "\(someone)")
            }
            let page = try await client.page("/admin/calendar", as: .heMin)
            #expect(page.status == .ok && !page.text.contains(entry) && page.text.contains("href=\"/admin/offices\""))
        }
    }

    @Test func `for riders there is no workbench, and for staff no report of their own`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report()
            for (method, path) in [
                (HTTPRequest.Method.get, "/cases"), (.get, "/cases/\(id)"), (.post, "/cases/\(id)/steps"),
                (.post, "/cases/\(id)/reporter"),
            ] {
                let answer = try await client.api(
                    method, path, as: .zhangWei, json: method == .post ? ["step": "note"] : nil)
                #expect(answer.status == .notFound, "\(path)")
            }
            #expect(try await client.page("/work", as: .zhangWei).status == .notFound)
            #expect(try await client.get("/offices", as: .zhangWei).status == .forbidden)
            #expect(try await client.send(client.draft(), as: .liNa).status == .forbidden)
            #expect(try await client.get("/reports/\(id)", as: .liuYang).status == .notFound)
            #expect(try await client.get("/reports", as: .liuYang).json()["items"] as? [String] == [])
        }
    }

    @Test func `the administrator sets things up and sees no case`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report()
            #expect(try await client.get("/cases", as: .heMin).status == .notFound)
            #expect(try await client.get("/cases/\(id)", as: .heMin).status == .notFound)
            #expect(try await client.get("/offices", as: .heMin).status == .ok)
        }
    }

    @Test func `a case is not given to an office or a person that can't have it`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report()
            let elsewhere = try city.office("HP-FOOD")
            let refused = try await client.step(
                "dispatch", on: id, as: .wangFang, ["office": elsewhere], expecting: .unprocessableContent)
            #expect(refused["type"] as? String == "/problems/case-may-not-forward")
            let food = try city.office("SH-FOOD")
            let stranger = try city.person(.zhouMin).id.text
            let nobody = try await client.step(
                "dispatch", on: id, as: .wangFang, ["office": food, "handler": stranger],
                expecting: .unprocessableContent)
            #expect(nobody["type"] as? String == "/problems/case-no-such-handler")
            let rider = try city.person(.zhangWei).id.text
            try await client.step(
                "dispatch", on: id, as: .wangFang, ["office": food, "handler": rider], expecting: .unprocessableContent)
        }
    }

    @Test func `colleagues of the handler see a case, and only the handler works on it`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report()
            try await client.bringToCheck(id, by: .liNa)
            let seen = try await client.get("/cases/\(id)", as: .zhaoQiang).json()
            #expect((seen["steps"] as? [String])?.contains("verify") == false)
            try await client.step("verify", on: id, as: .zhaoQiang, ["result": "x"], expecting: .forbidden)
            try await client.step("verify", on: id, as: .wangFang, ["result": "x"], expecting: .forbidden)
            // What stands in `steps` is what may be taken.
            let own = try await client.get("/cases/\(id)", as: .liNa).json()["steps"] as? [String] ?? []
            #expect(own.contains("verify") && own.contains("pause") && !own.contains("approveExtension"))
        }
    }
}
