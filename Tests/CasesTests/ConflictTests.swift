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

@testable import Cases

/// Conflicts of interest (回避): who is tied to the business that a case is about never sees it as staff.
struct ConflictTests {
    /// A case that the desk gave to the food section, about a shop to whose chain Zhao Qiang is tied.
    private func world(
        _ kind: TestDatabase = .chosen, tied: [Someone] = [.zhaoQiang]
    ) async throws -> (TestDistrict, ID<Case>) {
        var district = try await TestDistrict(kind)
        try await district.open()
        for someone in tied { try await district.declare("CHAIN", by: someone) }
        let id = try await district.report(photos: [try await district.photo(by: .zhangWei)])
        try await district.take("dispatch", on: id, by: .wangFang) { $0.office = try district.office("SH-FOOD") }
        return (district, id)
    }

    @Test(arguments: TestDatabase.available)
    func `a case disappears for whoever is tied to its business, and for nobody else`(_ kind: TestDatabase) async throws
    {
        let (district, id) = try await world(kind)
        try await district.run { client in
            let paths = ["/work/cases/\(id)", "/api/v1/cases/\(id)"]
            let number = try await district.matter(id).number
            func isSeen(by someone: Someone) async throws -> Set<Bool> {
                var seen: Set<Bool> = []
                for path in paths { seen.insert(try await client.get(path, as: someone).status == .ok) }
                for path in ["/work?view=all", "/api/v1/cases?view=all", "/work?view=all&q=\(number)"] {
                    seen.insert(try await client.get(path, as: someone).text.contains("\(id)"))
                }
                return seen
            }
            for someone in [Someone.zhaoQiang, .liNa] { #expect(try await isSeen(by: someone) == [true]) }
            let named = try await client.post(
                "/work/cases/\(id)/steps", as: .wangFang, [("step", "nameBusiness"), ("business", "示例小店")])
            #expect(named.status == .seeOther)
            #expect(try await isSeen(by: .zhaoQiang) == [false])
            #expect(try await client.get(paths[0], as: .zhaoQiang).status == .notFound)
            for someone in [Someone.liNa, .wangFang, .chenGang] {
                #expect(try await isSeen(by: someone) == [true], "\(someone)")
                #expect(try await client.get(paths[0], as: someone).text.contains("示例小店"))
            }
            let refused = try await client.post("/work/cases/\(id)/steps", as: .zhaoQiang, [("step", "check")])
            #expect(refused.status == .notFound)

            let dropped = try await client.post(
                "/work/cases/\(id)/steps", as: .wangFang,
                [("step", "dropBusiness"), ("business", "SHOP"), ("note", "看错了招牌")])
            #expect(dropped.status == .seeOther)
            #expect(try await isSeen(by: .zhaoQiang) == [true])
        }
    }

    @Test func `a handler who is tied to the business leaves the case, and can't be given it again`() async throws {
        let (district, id) = try await world()
        try await district.take("check", on: id, by: .zhaoQiang)
        let named = try await district.take("nameBusiness", on: id, by: .wangFang) { $0.business = "shop" }
        #expect(named.handler == nil)
        let story = try await district.story(id)
        #expect(story.businesses.map(\.code) == ["SHOP"])
        #expect(story.timeline.last?.detail.isHandlerInvolved == true)
        await #expect(throws: CaseError.handlerInvolved) {
            try await district.take("assign", on: id, by: .chenGang) { $0.handler = Someone.zhaoQiang.id }
        }
        let other = try await district.take("assign", on: id, by: .chenGang) { $0.handler = Someone.liNa.id }
        #expect(other.handler == Someone.liNa.id)
    }

    @Test func `who isn't tied to it stays the handler`() async throws {
        let (district, id) = try await world()
        try await district.take("check", on: id, by: .liNa)
        let named = try await district.take("nameBusiness", on: id, by: .liNa) { $0.business = "SHOP" }
        #expect(named.handler == Someone.liNa.id)
    }

    @Test func `what somebody reported themselves stays theirs`() async throws {
        let (district, _) = try await world(tied: [.gaoJie])
        let id = try await district.report(by: .gaoJie, at: TestDistrict.inHeping)
        try await district.take("nameBusiness", on: id, by: .sunLi) { $0.business = "CHAIN" }
        try await district.run { client in
            let own = try await client.get("/reports/\(id)", as: .gaoJie)
            let work = try await client.get("/work/cases/\(id)", as: .gaoJie)
            #expect(own.status == .ok && work.status == .notFound)
        }
    }

    @Test(arguments: Language.allCases)
    func `a business that can't be told is asked for again, with what is like it`(_ language: Language) async throws {
        let (district, id) = try await world()
        try await district.run { client in
            for (typed, answer) in [("示例", "示例小店（SHOP）"), ("没有这一家", "没有这一家"), ("", "nameBusiness")] {
                let page = try await client.post(
                    "/work/cases/\(id)/steps", as: .wangFang, [("step", "nameBusiness"), ("business", typed)],
                    language: language)
                #expect(page.status == .unprocessableContent && leftovers(in: page.text) == [])
                #expect(page.text.contains("id=\"nameBusiness-business-error\"") && page.text.contains(answer))
            }
            for _ in 0..<2 {
                _ = try await client.post(
                    "/work/cases/\(id)/steps", as: .wangFang, [("step", "nameBusiness"), ("business", "OTHER")])
            }
        }
        #expect(try await district.story(id).businesses.map(\.code) == ["OTHER"], "once, however often it is sent")
    }

    @Test func `five businesses are the most that a case names`() async throws {
        let (district, id) = try await world()
        try await district.open((1...6).map { "S\($0)X,merchant,店\($0),210103," }.joined(separator: "\n"))
        for number in 1...5 {
            try await district.take("nameBusiness", on: id, by: .wangFang) { $0.business = "S\(number)X" }
        }
        await #expect(throws: InvalidFields("business", "businesses-too-many")) {
            try await district.take("nameBusiness", on: id, by: .wangFang) { $0.business = "S6X" }
        }
    }
}
