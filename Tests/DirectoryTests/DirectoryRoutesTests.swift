import Access
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import TestSupport
import Testing

@testable import Directory

/// The API, the map's outlines and the pages, in process.
@Suite struct DirectoryRoutesTests {
    @Test func `a point is answered from the province down`() async throws {
        try await TestTown().run { client in
            let answer = try await client.api(.get, "territories/at?lat=41.1&lng=123.1")
            #expect(answer.status == .ok)
            #expect(
                answer.text
                    == #"[{"code":"210000","level":"province","name":"辽宁省"},{"code":"210100","level":"city","name":"沈阳市"},"#
                    + #"{"code":"210103","level":"county","name":"沈河区"},"#
                    + #"{"code":"210103013","level":"township","name":"朱剪炉街道"}]"#)
            let outside = try await client.api(.get, "territories/at?lat=0&lng=0")
            #expect(outside.status == .ok && outside.text == "[]")
        }
    }

    @Test func `territories are listed page by page`() async throws {
        try await TestTown().run { client in
            let provinces = try await client.api(.get, "territories").json()
            #expect(try #require(provinces["items"] as? [[String: Any]]).map { $0["name"] as? String } == ["辽宁省"])
            let first = try await client.api(.get, "territories?parent=210100&limit=2").json()
            #expect((first["items"] as? [Any])?.count == 2)
            let next = try #require(first["next"] as? String)
            let last = try await client.api(.get, "territories?parent=210100&limit=2&cursor=\(next)").json()
            #expect(try #require(last["items"] as? [[String: Any]]).map { $0["code"] as? String } == ["210112"])
            #expect(last["next"] == nil)
            #expect(try await client.api(.get, "territories?parent=999999").status == .notFound)
        }
    }

    @Test func `the map gets the outlines in its window`() async throws {
        try await TestTown().run { client in
            let answer = try await client.page("/map/outlines?bbox=122,40,125,43&level=county")
            #expect(answer.status == .ok)
            #expect(answer.headers[.contentType] == "application/geo+json")
            #expect(answer.headers[.cacheControl] == "public, max-age=600")
            let collection = try answer.json()
            let feature = try #require((collection["features"] as? [[String: Any]])?.first)
            let properties = try #require(feature["properties"] as? [String: Any])
            #expect(properties["code"] as? String == "210103" && properties["schematic"] as? Bool == true)
            #expect(collection["truncated"] as? Bool == false)
            let geometry = try #require(feature["geometry"] as? [String: Any])
            let ring = try #require((geometry["coordinates"] as? [[[[Double]]]])?.first?.first)
            #expect(ring.count == 5 && ring.first == ring.last)
            let elsewhere = try await client.page("/map/outlines?bbox=10,10,11,11&level=county").json()
            #expect((elsewhere["features"] as? [Any])?.isEmpty == true)
        }
    }

    @Test(arguments: [
        ("/api/v1/territories/at", 422, "lat"), ("/api/v1/territories/at?lat=91&lng=0", 422, "lat"),
        ("/api/v1/territories/at?lat=nan&lng=0", 422, "lat"), ("/api/v1/territories/at?lat=1&lng=x", 422, "lng"),
        ("/api/v1/territories/at?lat=1&lat=2&lng=0", 400, "lat"), ("/api/v1/territories/at?lat=1&lng=0&x=1", 400, "x"),
        ("/api/v1/territories?limit=0", 422, "limit"), ("/api/v1/territories?cursor=%21", 422, "cursor"),
        ("/api/v1/territories?parent=1", 422, "parent"),
        ("/map/outlines?bbox=1,2,3&level=county", 422, "bbox"),
        ("/map/outlines?bbox=3,2,1,4&level=county", 422, "bbox"),
        ("/map/outlines?bbox=1,2,3,nan&level=county", 422, "bbox"),
        ("/map/outlines?bbox=1,2,3,4&level=x", 422, "level"),
        ("/map/outlines?level=county", 422, "bbox"),
    ])
    func `a wrong parameter is named`(path: String, status: Int, field: String) async throws {
        try await TestTown().run { client in
            let answer = try await client.execute(uri: path, method: .get, headers: [.acceptLanguage: "en"])
            #expect(answer.status.code == status)
            let errors = try answer.json()["errors"] as? [[String: Any]] ?? []
            #expect(errors.contains { $0["field"] as? String == field }, "\(answer.text)")
            #expect(!answer.text.contains("field."))
        }
    }

    @Test func `offices are for administrators`() async throws {
        let town = try await TestTown()
        try await town.run(as: .admin) { client throws in
            let list = try await client.api(.get, "offices?q=food").json()
            let office = try #require((list["items"] as? [[String: Any]])?.first)
            #expect(office["code"] as? String == "SYS-SH-FOOD" && office["dutyDesk"] as? Bool == false)
            #expect((office["duties"] as? [[String: Any]])?.map { $0["category"] as? String } == ["01", "06"])
            let page = try await client.page("/admin/offices")
            #expect(page.status == .ok)
            #expect(page.text.contains("0104 后厨脏乱") && page.text.contains("024-5555-0101"))
            #expect(page.text.contains("每天 全天"))
            #expect(page.text.contains(#"href="/admin/offices" aria-current="page""#))
            let english = try await client.page("/admin/offices?q=intake", language: "en")
            #expect(english.text.contains("City intake") && !english.text.contains("Food Section"))
            #expect(try await client.page("/admin/offices?q=xyz").text.contains("没有找到"))
        }
        try await town.run(as: .officer) { client throws in
            #expect(try await client.api(.get, "offices").status == .forbidden)
            #expect(try await client.page("/admin/offices").status == .notFound)
            #expect(try await client.page("/admin/territories").status == .notFound)
        }
        try await town.run(as: .rider) { client throws in
            #expect(try await client.api(.get, "offices").status == .forbidden)
            #expect(try await client.page("/admin/offices").status == .notFound)
        }
        try await town.run { client throws in
            #expect(try await client.api(.get, "offices").status == .unauthorized)
            #expect(try await client.page("/admin/offices").status == .seeOther)
        }
    }

    @Test func `administrators look into the territories and see what has no outline`() async throws {
        try await TestTown().run(as: .admin) { client throws in
            let country = try await client.page("/admin/territories")
            #expect(country.status == .ok)
            #expect(country.text.contains("辽宁省") && country.text.contains(#"href="/admin/territories?in=210000""#))
            let city = try await client.page("/admin/territories?in=210100")
            #expect(city.text.contains("本页 3 个辖区中有 2 个没有边界"))
            #expect(city.text.contains("示意图") && city.text.contains("2 个，1 个有边界"))
            let english = try await client.page("/admin/territories?in=210103", language: "en")
            #expect(english.text.contains("1 of the 2 territories here have no outline"))
            #expect(try await client.page("/admin/territories?in=999999").status == .notFound)
            #expect(!english.text.contains("directory."))
        }
    }
}
