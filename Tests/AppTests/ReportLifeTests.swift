import Foundation
import Hummingbird
import HummingbirdTesting
import Kernel
import People
import Storage
import TestSupport
import Testing

/// The one job, from end to end, as programs do it.
@Suite struct ReportLifeTests {
    @Test func `a report goes from a phone to a closed case, and a second person looks at it again`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let photo = try Pictures.jpeg(1)
            let draft = client.draft(["identity": "named", "capturedAt": "2026-09-30T07:58:11Z", "address": "文艺路28号"])
            let sent = try await client.send(draft, photos: [photo])
            #expect(sent.status == .created, "\(sent.text)")
            let id = try #require(try sent.json()["id"] as? String)
            #expect(sent.headers[.location] == "/api/v1/reports/\(id)")
            #expect(try sent.json()["state"] as? String == "received")
            let pictures = try #require(try sent.json()["photos"] as? [[String: Any]])
            #expect(pictures.count == 1)

            // Seen by the desk, given to the section that answers for food, checked, found true.
            let listed = try await client.get("/cases?view=open", as: .wangFang).json()["items"] as? [[String: Any]]
            #expect(listed?.map { $0["id"] as? String } == [id])
            let food = try city.office("SH-FOOD")
            let liNa = try city.person(.liNa).id.text
            try await client.step("accept", on: id, as: .wangFang)
            try await client.step(
                "dispatch", on: id, as: .wangFang, ["office": food, "handler": liNa, "note": "请今天去看"])
            try await client.step("check", on: id, as: .liNa)
            try await client.step("verify", on: id, as: .liNa, ["result": "查实，后厨有鼠迹"])
            try await client.step("rectify", on: id, as: .liNa, ["note": "灭鼠、封堵", "day": "2026-10-16"])

            // Put right with a photo, looked at again, closed.
            try await client.step("recheck", on: id, as: .liNa, expecting: .unprocessableContent)
            let after = try await client.photo(2, as: .liNa)
            try await client.step("recheck", on: id, as: .liNa, ["photos": [after]])
            try await client.step("close", on: id, as: .liNa, ["result": "已整改，复查合格"])

            // The reporter is told of each, and sees the photo that shows it was put right.
            await city.catchUp()
            let inbox = try await client.get("/notices", as: .zhangWei).json()["items"] as? [[String: Any]] ?? []
            #expect(inbox.count == 8, "\(inbox.map { $0["words"] as? String ?? "" })")
            #expect(inbox.allSatisfy { $0["report"] as? String == id && $0["isRead"] as? Bool == false })
            let own = try await client.get("/reports/\(id)", as: .zhangWei).json()
            #expect(own["state"] as? String == "closed")
            #expect(own["result"] as? String == "已整改，复查合格")
            #expect(try await client.get("/photos/\(after)/small", as: .zhangWei).status == .ok)

            // Not solved: somebody else than who closed it decides.
            let reopening = try await client.api(
                .post, "/reports/\(id)/reopening", as: .zhangWei, json: ["note": "又看到老鼠了"])
            #expect(reopening.status == .ok, "\(reopening.text)")
            #expect(try reopening.json()["rating"] as? String == "notSolved")
            let decisions =
                try await client.get("/cases?view=decide", as: .chenGang).json()["items"] as? [[String: Any]]
            #expect(decisions?.count == 1)
            try await client.step("reopen", on: id, as: .liNa, ["note": "再查"], expecting: .forbidden)
            let reopened = try await client.step("reopen", on: id, as: .chenGang, ["note": "再查一次"])
            #expect(reopened["state"] as? String == "checking")
            #expect(reopened["handler"] as? String == liNa)
            await city.catchUp()
            let news = try await client.get("/notices?limit=1", as: .zhangWei).json()
            #expect(news["next"] is String)
        }
    }

    @Test func `who closed a case doesn't decide on reopening it`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report()
            try await client.close(id, by: .maRui)
            _ = try await client.api(.post, "/reports/\(id)/reopening", as: .zhangWei, json: ["note": "没有解决"])
            let refused = try await client.step("reopen", on: id, as: .maRui, ["note": "再查"], expecting: .forbidden)
            #expect(refused["type"] as? String == "/problems/case-needs-second-person")
            let kept = try await client.step("keepClosed", on: id, as: .maRui, ["result": "不重办"], expecting: .forbidden)
            #expect(kept["type"] as? String == "/problems/case-needs-second-person")
            try await client.step("keepClosed", on: id, as: .chenGang, ["result": "已再次核实，维持"])
        }
    }

    @Test func `what is sent twice is one report`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let photo = try Pictures.jpeg(3)
            let draft = client.draft()
            let first = try await client.send(draft, photos: [photo])
            city.clock.advance(by: 5)
            let second = try await client.send(draft, photos: [photo])
            #expect(first.status == .created)
            #expect(second.status == .ok)
            #expect(first.text == second.text)
            #expect(try await city.count("SELECT COUNT(*) FROM matter") == 1)
            #expect(try await city.count("SELECT COUNT(*) FROM photo") == 1)
        }
    }

    @Test func `a key stands for one content and one person`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let draft = client.draft()
            #expect(try await client.send(draft).status == .created)
            let others = draft.merging(["description": "别的事"]) { $1 }
            let changed = try await client.send(others)
            #expect(changed.status == .unprocessableContent)
            #expect(try changed.json()["type"] as? String == "/problems/report-key-used")
            #expect(try await client.send(draft, photos: [Pictures.jpeg(4)]).status == .unprocessableContent)

            // Somebody else's key: refused in the same words, whatever the content.
            for content in [draft, others] {
                let stolen = try await client.send(content, as: .liuYang)
                #expect(stolen.status == .unprocessableContent)
                #expect(try stolen.json()["title"] as? String == changed.json()["title"] as? String)
                #expect(try stolen.json()["detail"] as? String == changed.json()["detail"] as? String)
                #expect(!stolen.text.contains("后厨有老鼠"))
            }
            #expect(try await city.count("SELECT COUNT(*) FROM matter") == 1)
        }
    }

    @Test func `a report outside every outline goes to the city's desk, and one with an address only too`() async throws
    {
        let city = try await TestCity()
        try await city.run { client in
            let desk = try city.office("SY-DESK")
            let far = try await client.report(in: (lat: 30, lng: 100))
            let written = try await client.send([
                "id": client.newKey(), "category": "0104", "address": "太原街", "identity": "named", "description": "有虫",
            ])
            #expect(written.status == .created, "\(written.text)")
            #expect(
                try await city.count("SELECT COUNT(*) FROM matter WHERE office_id = \(ID<OfficeEntity>(desk))") == 2)
            #expect(try await client.get("/cases/\(far)", as: .wangFang).status == .notFound)
        }
    }

    @Test func `a step on a case that was changed in between is refused`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report()
            let seen = try await client.get("/cases/\(id)", as: .wangFang).json()["version"] as? Int
            try await client.step("note", on: id, as: .wangFang, ["note": "先看看"])
            let stale = try await client.step(
                "accept", on: id, as: .wangFang, ["version": seen ?? 0], expecting: .preconditionFailed)
            #expect(stale["type"] as? String == "/problems/case-stale")
            try await client.step("accept", on: id, as: .wangFang, ["version": (seen ?? 0) + 1])
        }
    }

    @Test func `a wrong photo is named, and the report can be sent again without it`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let draft = client.draft()
            let photo = try Pictures.jpeg(5)
            let answer = try await client.send(draft, photos: [photo, Data("%PDF-1.7 no photo".utf8)])
            #expect(answer.status == .unprocessableContent)
            let errors = try answer.json()["errors"] as? [[String: String]] ?? []
            #expect(errors.map { $0["field"] } == ["photo"])
            #expect(errors[0]["detail"]?.contains("2") ?? false, "\(errors)")
            #expect(try await city.count("SELECT COUNT(*) FROM matter") == 0)
            #expect(try await client.send(draft, photos: [photo]).status == .created)
        }
    }
}
