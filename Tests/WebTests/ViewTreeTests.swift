import Foundation
import Kernel
import Testing

@testable import Web

/// Templates find in a page what its view model says, however deep.
struct ViewTreeTests {
    private struct Page {
        let title = "一页"
        let note: String? = "note"
        let nothing: String? = nil
        let noRow: Row? = nil
        let rows = [Row(words: "a", isOpen: true), Row(words: "b", isOpen: false)]
        let none: [Row] = []
        let first: Row? = Row(words: "c", isOpen: true)
        let counts = ["one": 1]
        let id = ID<Page>(UUID(high: 1, low: 2))
        let share = 0.5
    }

    private struct Row {
        let words: String
        let isOpen: Bool
        let deep = ["x", "y"].map(Optional.some)
    }

    @Test func `names, lists and what hangs on what come out as they went in`() throws {
        let page = try #require(ViewTree.node(Page()) as? [String: Any])
        #expect(page["title"] as? String == "一页")
        #expect(page["note"] as? String == "note")
        #expect(page["share"] as? Double == 0.5)
        #expect(page["counts"] as? [String: Int] == ["one": 1])
        let rows = try #require(page["rows"] as? [[String: Any]])
        #expect(rows.map { $0["words"] as? String } == ["a", "b"])
        #expect(rows.map { $0["isOpen"] as? Bool } == [true, false])
        #expect(rows.map { $0["deep"] as? [String] } == [["x", "y"], ["x", "y"]])
        #expect((page["none"] as? [Any])?.isEmpty == true)
        #expect((page["first"] as? [String: Any])?["words"] as? String == "c")
    }

    @Test func `what isn't there has no name, so that a template can ask whether it is`() throws {
        let page = try #require(ViewTree.node(Page()) as? [String: Any])
        #expect(page.keys.contains("nothing") == false)
        #expect(page.keys.contains("noRow") == false)
        #expect(ViewTree.node(String?.none as Any) == nil)
    }

    @Test func `what prints by itself stays whole`() throws {
        let page = try #require(ViewTree.node(Page()) as? [String: Any])
        #expect(page["id"] as? ID<Page> == ID(UUID(high: 1, low: 2)))
    }
}
