import Foundation
import HTTPTypes
import HummingbirdTesting
import Kernel
import Storage
import TestSupport
import Testing
import Web

@testable import Cases

/// Photos that a reporter adds later, and when a photo was taken.
struct LaterPhotosTests {
    @Test func `a reporter adds photos while the report is open, and those who work on it see that they came later`()
        async throws
    {
        let district = try await TestDistrict()
        let first = try await district.photo(by: .zhangWei)
        let id = try await district.report(photos: [first])
        try await district.bringToCheck(id)
        let (later, theirs) = (try await district.photo(3, by: .zhangWei), try await district.photo(4, by: .liuYang))
        try await district.run { client in
            let path = "/reports/\(id)/photos"
            #expect(try await client.get("/reports/\(id)", as: .zhangWei).text.contains("action=\"\(path)\""))
            let foreign = try await client.post(path, as: .liuYang, [("photoId", theirs.text)])
            #expect(foreign.status == .notFound)
            let empty = try await client.post(path, as: .zhangWei, [("note", "看 <这里>")])
            #expect(empty.status == .unprocessableContent && empty.text.contains("id=\"more-photos\" open"))
            #expect(empty.text.contains("看 &lt;这里&gt;</textarea>") && leftovers(in: empty.text) == [])
            let stolen = try await client.post(path, as: .zhangWei, [("photoId", theirs.text)])
            #expect(stolen.status == .unprocessableContent && !stolen.text.contains(theirs.text))
            for _ in 0..<2 {
                let added = try await client.post(path, as: .zhangWei, [("photoId", later.text), ("note", "又拍到了")])
                #expect(added.headers[.location] == "/reports/\(id)?done=photos-added")
            }
            let own = try await client.get("/reports/\(id)", as: .zhangWei)
            #expect(own.text.contains(later.text) && own.text.contains("又拍到了") && leftovers(in: own.text) == [])
            let desk = try await client.get("/work/cases/\(id)", as: .liNa)
            #expect(desk.text.contains(later.text) && desk.text.contains("补充：") == false)
            #expect(desk.text.contains("上报人补充照片") && desk.text.contains(" 补充 · "))
            let api = try await client.get("/api/v1/reports/\(id)", as: .zhangWei)
            #expect(api.text.contains(later.text) && api.text.contains("\"capturedAt\""))
            let staffs = try await client.get("/api/v1/cases/\(id)", as: .liNa)
            #expect(staffs.text.contains(later.text) && !staffs.text.contains("\"capturedAt\""))
        }
        let story = try await district.story(id)
        #expect(story.photos.count == 2, "twice sent is once added")
        let entry = try #require(story.timeline.last)
        #expect(entry.step == "addPhotos" && entry.actor == nil && story.timeline.count { $0.step == "addPhotos" } == 1)
        try await district.close(id)
        await #expect(throws: CaseError.notNow(.closed)) {
            let photo = try await district.photo(5, by: .zhangWei)
            try await district.cases.addPhotos([photo], note: nil, to: id, by: district.caller(.zhangWei))
        }
    }

    @Test func `the same file again is no new photo, and a report has only so many`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report(photos: [try await district.photo(by: .zhangWei)])
        let (caller, limit) = (district.caller(.zhangWei), CaseCommands.photoLimit)
        let again = try await district.photo(by: .zhangWei)
        try await district.cases.addPhotos([again], note: nil, to: id, by: caller)
        #expect(try await district.story(id).photos.count == 1)
        var photos: [ID<Photo>] = []
        for number in 0..<limit { photos.append(try await district.photo(UInt8(number + 20), by: .zhangWei)) }
        let all = photos
        await #expect(throws: CaseError.tooManyPhotos(limit: limit)) {
            try await district.cases.addPhotos(all, note: nil, to: id, by: caller)
        }
        try await district.cases.addPhotos(Array(all.dropLast()), note: nil, to: id, by: caller)
        #expect(try await district.story(id).photos.count == limit)
    }

    @Test(arguments: [
        ("2026-09-27T08:00:00Z", true), ("2026-09-27T08:00:00.250+08:00", true), ("2999-01-01T00:00:00Z", false),
        ("1970-01-01T00:00:00Z", false), ("yesterday", false), ("", false),
    ])
    func `a phone's word on when a photo was taken counts when it can be`(_ text: String, isTaken: Bool) throws {
        let form = Form(values: ["capturedAt": [text]])
        #expect((form.takenAt(.monday) != nil) == isTaken)
    }
}
