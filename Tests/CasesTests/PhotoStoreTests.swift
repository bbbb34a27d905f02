import Foundation
import Kernel
import Storage
import TestSupport
import Testing

@testable import Cases

/// Photos wait for a report or a step, belong to one, and never change hands.
struct PhotoStoreTests {
    @Test(arguments: TestDatabase.available)
    func `a photo is the same before and after, with and without what its camera wrote`(
        _ kind: TestDatabase
    ) async throws {
        let district = try await TestDistrict(kind)
        for (number, evidence) in [
            Photo.Evidence(), Photo.Evidence(capturedAt: .monday), Photo.Evidence(toldAt: .monday),
            Photo.Evidence(capturedAt: .monday, position: TestDistrict.inBinhe),
        ].enumerated() {
            let photo = Photo(
                id: ID(UUID(high: 5, low: UInt64(number))), account: Someone.zhangWei.id, format: "heic",
                byteCount: 20 << 20, originalHash: Data((0..<32).map { UInt8($0) }), width: 4032, height: 3024,
                createdAt: .monday, evidence: evidence)
            try await district.database.write { db in try PhotoStore(db).insert(photo) }
            #expect(try await district.read { db in try PhotoStore(db).find(photo.id) } == photo)
        }
    }

    @Test(arguments: TestDatabase.available)
    func `only one's own waiting photos go with a report, in their order, and only once`(
        _ kind: TestDatabase
    ) async throws {
        let district = try await TestDistrict(kind)
        let mine = [try await district.photo(by: .zhangWei), try await district.photo(by: .zhangWei)]
        let theirs = try await district.photo(by: .liuYang)
        let nobodys = ID<Photo>(UUID(high: 5, low: 5))
        for wrong in [[mine[0], theirs], [nobodys], [mine[0], mine[0]]] {
            await #expect(throws: CaseError.photoGone) { try await district.report(photos: wrong) }
        }
        #expect(try await district.count("SELECT COUNT(*) FROM matter") == 0, "nothing of it is kept")
        #expect(try await district.count("SELECT COUNT(*) FROM photo WHERE matter_id IS NOT NULL") == 0)

        let id = try await district.report(photos: mine.reversed())
        #expect(try await district.story(id).photos.map(\.id) == mine.reversed())
        await #expect(throws: CaseError.photoGone) { try await district.report(photos: [mine[0]]) }
        #expect(try await district.story(id).photos.count == 2)
    }

    @Test(arguments: TestDatabase.available)
    func `nobody takes a rider's photo into a step`(_ kind: TestDatabase) async throws {
        let district = try await TestDistrict(kind)
        let id = try await district.report()
        try await district.bringToCheck(id)
        let riders = try await district.photo(by: .zhangWei)
        let own = try await district.photo(by: .liNa)
        await #expect(throws: CaseError.photoGone) {
            try await district.take("note", on: id, by: .liNa) {
                $0.note = "x"
                $0.photos = [own, riders]
            }
        }
        try await district.take("note", on: id, by: .liNa) {
            $0.note = "x"
            $0.photos = [own]
        }
        let story = try await district.story(id)
        #expect(story.photos.map(\.id) == [own] && story.photos.first?.step == story.timeline.last?.id)
        #expect(try await district.read { db in try PhotoStore(db).find(riders)?.matter } == nil)
    }

    @Test(arguments: TestDatabase.available)
    func `a list shows the reporter's first photo, never one of a step`(_ kind: TestDatabase) async throws {
        let district = try await TestDistrict(kind)
        // The names of files are random: here the staff's sorts before, then after the reporter's.
        for staffFirst in [true, false] {
            var staffs = staffFirst ? try await district.photo(by: .liNa) : nil
            let mine = [try await district.photo(by: .zhangWei), try await district.photo(by: .zhangWei)]
            let id = try await district.report(photos: mine)
            try await district.bringToCheck(id)
            if staffs == nil { staffs = try await district.photo(by: .liNa) }
            let inside = try #require(staffs)
            try await district.take("note", on: id, by: .liNa) {
                $0.note = "x"
                $0.photos = [inside]
            }
            let first = try await district.read { db in try PhotoStore(db).firstPhotos(of: [id]) }
            #expect(first == [id: mine[0]])
        }
        let bare = try await district.report()
        #expect(try await district.read { db in try PhotoStore(db).firstPhotos(of: [bare]) } == [:])
        #expect(try await district.read { db in try PhotoStore(db).firstPhotos(of: []) } == [:])
    }

    @Test(arguments: TestDatabase.available)
    func `what no report took within a day is removed, what was taken stays`(_ kind: TestDatabase) async throws {
        let district = try await TestDistrict(kind)
        let start = district.clock.now
        let old = try await district.photo(by: .zhangWei)
        let used = try await district.photo(by: .zhangWei)
        let id = try await district.report(photos: [used])
        district.clock.advance(by: 3600)
        let newer = try await district.photo(by: .zhangWei)
        let newest = try await district.photo(by: .zhangWei)
        func removed(before time: Date, limit: Int = 10) async throws -> [ID<Photo>] {
            try await district.database.write { db in
                try PhotoStore(db).removeAbandoned(before: time, limit: limit, at: time)
            }
        }
        #expect(try await removed(before: start) == [], "before is before")
        #expect(try await removed(before: start + 1) == [old])
        #expect(try await removed(before: start + 7200, limit: 1).count == 1)
        #expect(try await removed(before: start + 7200).count == 1)
        #expect(try await removed(before: start + 7200) == [], "\(newer) and \(newest) are gone")
        #expect(try await district.story(id).photos.map(\.id) == [used])
        #expect(try await district.count("SELECT COUNT(*) FROM photo_evidence") == 1)
    }

    @Test(arguments: TestDatabase.available)
    func `waiting photos are counted for each person within a day`(_ kind: TestDatabase) async throws {
        let district = try await TestDistrict(kind)
        let start = district.clock.now
        _ = try await district.photo(by: .zhangWei)
        _ = try await district.photo(by: .liuYang)
        let used = try await district.photo(by: .zhangWei)
        district.clock.advance(by: 60)
        _ = try await district.photo(by: .zhangWei)
        func waiting(since time: Date) async throws -> Int {
            try await district.read { db in try PhotoStore(db).waitingCount(of: Someone.zhangWei.id, since: time) }
        }
        #expect(try await waiting(since: start) == 3)
        #expect(try await waiting(since: start + 60) == 1)
        #expect(try await waiting(since: start + 61) == 0)
        _ = try await district.report(photos: [used])
        #expect(try await waiting(since: start) == 2)
    }
}
