import Foundation
import HTTPTypes
import HummingbirdTesting
import Kernel
import People
import Storage
import TestSupport
import Testing
import Web

@testable import Cases

/// The form in which riders report: empty, sent, and shown again with everything in it.
struct ReportFormTests {
    @Test(arguments: Language.allCases)
    func `the empty form offers every category, its stop questions and who sees the name`(
        _ language: Language
    ) async throws {
        let district = try await TestDistrict()
        try await district.run { client in
            let page = try await client.get("/reports/new", as: .zhangWei, language: language)
            #expect(page.status == .ok && leftovers(in: page.text) == [])
            for category in district.facts.categories.groups.flatMap(\.categories) {
                #expect(page.text.contains("value=\"\(category.code)\""), "\(category.code)")
                #expect(page.text.contains(category.name(language)))
            }
            for number in ["110", "119", "120", "122", "96119", "96110"] {
                #expect(page.text.contains("href=\"tel:\(number)\""))
            }
            #expect(page.text.contains("value=\"confidential\" checked"), "nobody is named unasked")
            #expect(!page.text.contains("-error\""), "nothing is wrong yet")
            #expect(!page.text.contains(Someone.zhangWei.id.text), "a draft's owner is an alias")
        }
    }

    @Test(arguments: Language.allCases)
    func `what is missing is said at its field, and the rest stays`(_ language: Language) async throws {
        let district = try await TestDistrict()
        let key = "01900000-0000-7000-8000-0000000000aa"
        try await district.run { client in
            let page = try await client.post(
                "/reports", as: .zhangWei,
                [
                    ("id", key), ("description", "后厨 <b>有</b> 老鼠"), ("identity", "confidential"),
                    ("lat", "91"), ("lng", "123.45"), ("accuracy", "12"),
                ], language: language)
            #expect(page.status == .unprocessableContent && leftovers(in: page.text) == [])
            for field in ["category", "position"] { #expect(page.text.contains("id=\"\(field)-error\""), "\(field)") }
            #expect(!page.text.contains("id=\"photo-error\""), "words are enough")
            #expect(page.text.contains("后厨 &lt;b&gt;有&lt;/b&gt; 老鼠"))
            #expect(page.text.contains("value=\"confidential\" checked"))
            #expect(page.text.contains("name=\"id\" value=\"\(key)\""))
            #expect(page.text.contains("name=\"lng\" value=\"123.45\""))

            let bare = try await client.post("/reports", as: .zhangWei, [("category", "0104"), ("address", "文艺路")])
            #expect(bare.text.contains("id=\"photo-error\"") && bare.text.contains("拍一张照片，或者写几句话。"))
            #expect(bare.text.contains("value=\"0104\" checked") && bare.text.contains("value=\"文艺路\""))
        }
        #expect(try await district.count("SELECT COUNT(*) FROM matter") == 0)
    }

    @Test(arguments: Language.allCases)
    func `who reports faster than people do is asked to wait, and all that was written stays`(
        _ language: Language
    ) async throws {
        var district = try await TestDistrict()
        district.facts.reports = [Budget("report-hour", 1, per: 3600)]
        try await district.run { client in
            let fields = [("category", "0104"), ("lat", "41.80"), ("lng", "123.45"), ("description", "后厨又有老鼠")]
            let first = try await client.post("/reports", as: .zhangWei, fields, language: language)
            #expect(first.status == .seeOther)
            let page = try await client.post("/reports", as: .zhangWei, fields, language: language)
            #expect(page.status == .tooManyRequests && page.headers[.retryAfter] == "3600")
            #expect(leftovers(in: page.text) == [] && page.text.contains("id=\"description-error\""))
            #expect(page.text.contains("后厨又有老鼠") && page.text.contains("60"), "what was written, and for how long")
        }
        #expect(try await district.count("SELECT COUNT(*) FROM matter") == 1)
    }

    @Test(arguments: [(Language.zhHans, "第 2 张（假的.jpg）不是照片"), (.en, "No. 2 (假的.jpg) is not a photo")])
    func `a file that is no photo is named, and everything else stays`(
        language: Language, words: String
    ) async throws {
        let district = try await TestDistrict()
        let photo = try await district.photo(by: .zhangWei)
        try await district.run { client in
            let page = try await client.post(
                "/reports", as: .zhangWei,
                [
                    ("category", "0104"), ("description", "有老鼠"), ("lat", "41.8"), ("lng", "123.45"),
                    ("photoId", photo.text),
                ],
                files: [("一.gif", "GIF89a_____________________"), ("假的.jpg", "hello")], language: language)
            #expect(page.status == .unprocessableContent && leftovers(in: page.text) == [])
            #expect(page.text.contains(words))
            #expect(page.text.contains("一.gif") && page.text.contains("GIF"))
            #expect(page.text.contains("data-photo-id=\"\(photo)\""), "the good photo is still there")
            #expect(page.text.contains("value=\"0104\" checked") && page.text.contains("有老鼠"))
        }
        #expect(try await district.count("SELECT COUNT(*) FROM matter") == 0)
    }

    @Test func `a form with everything becomes a report, and sent again the same one`() async throws {
        let district = try await TestDistrict()
        let photo = try await district.photo(by: .zhangWei)
        let key = "01900000-0000-7000-8000-0000000000aa"
        let fields = [
            ("id", key), ("category", "0104"), ("description", "  有老鼠 "), ("lat", "41.8"), ("lng", "123.45"),
            ("accuracy", "12.5"), ("positionSource", "photo"), ("address", "文艺路28号"), ("identity", "confidential"),
            ("photoId", photo.text),
        ]
        try await district.run { client in
            for _ in 0..<2 {
                let sent = try await client.post("/reports", as: .zhangWei, fields)
                #expect(sent.status == .seeOther && sent.headers[.location] == "/reports/\(key)?done=report-sent")
            }
            let other = try await client.post("/reports", as: .zhangWei, [("description", "别的")] + fields)
            #expect(other.status == .unprocessableContent && other.text.contains("编号已经用过"))
        }
        let id = try #require(ID<Case>(key))
        let story = try await district.story(id)
        #expect(story.matter.description == "有老鼠" && story.reporter?.identity == .confidential)
        #expect(
            story.matter.place
                == Case.Place(
                    position: Position(lat: 41.8, lng: 123.45), accuracy: 12.5, source: .photo, address: "文艺路28号"))
        #expect(story.photos.map(\.id) == [photo])
    }

    @Test func `a photo that is gone is asked for again, and nothing else is lost`() async throws {
        let district = try await TestDistrict()
        let theirs = try await district.photo(by: .liuYang)
        try await district.run { client in
            let page = try await client.post(
                "/reports", as: .zhangWei,
                [("category", "0104"), ("description", "有老鼠"), ("address", "文艺路"), ("photoId", theirs.text)])
            #expect(page.status == .unprocessableContent)
            #expect(page.text.contains("照片只保留一天，请重新拍。") && page.text.contains("有老鼠"))
            #expect(!page.text.contains(theirs.text), "nobody learns whether it is somebody else's")
        }
    }

    @Test(arguments: [
        ("long", ["description": String(repeating: "长", count: 1001)], "description"),
        ("far", ["lat": "41", "lng": "181", "address": ""], "position"),
        ("no number", ["lat": "nan", "lng": "123", "address": ""], "position"),
        ("long address", ["address": String(repeating: "路", count: 201)], "address"),
        ("unknown kind", ["category": "0199"], "category"), ("half a kind", ["category": "01"], "category"),
    ])
    func `what can't be taken as it is has its words at the field`(
        name: String, change: [String: String], field: String
    ) async throws {
        let district = try await TestDistrict()
        let whole = ["category": "0104", "description": "有老鼠", "address": "文艺路"]
        try await district.run { client in
            let page = try await client.post(
                "/reports", as: .zhangWei, whole.merging(change) { $1 }.map { ($0.key, $0.value) })
            #expect(page.status == .unprocessableContent, "\(name)")
            #expect(page.text.contains("id=\"\(field)-error\""))
        }
    }

    @Test func `a key of ours takes the place of one that is none`() async throws {
        let district = try await TestDistrict()
        try await district.run { client in
            // A key of version 4 says nothing of when it was made, and sorts nowhere.
            for key in ["", "x", "5c1f8b1e-3d2a-4b6c-8d7e-9f0a1b2c3d4e"] {
                let sent = try await client.post(
                    "/reports", as: .zhangWei,
                    [("id", key), ("category", "0104"), ("description", "有老鼠"), ("address", "文艺路")])
                #expect(sent.status == .seeOther && sent.headers[.location]?.contains("5c1f8b1e") == false)
            }
        }
        #expect(try await district.count("SELECT COUNT(*) FROM matter") == 3)
    }

    @Test func `staff who don't ride have no form`() async throws {
        let district = try await TestDistrict()
        try await district.run { client throws in
            #expect(try await client.get("/reports/new", as: .liNa).status == .forbidden)
            #expect(try await client.get("/reports/new", as: .gaoJie).status == .ok)
        }
    }
}
