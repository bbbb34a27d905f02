import Foundation
import Kernel
import TestSupport
import Testing

@testable import Directory

@Suite struct BodiesTests {
    private static let shipped = Result {
        try Bodies(json: Data(contentsOf: sourceRoot.appending(path: "Data/bodies.json")))
    }

    @Test(arguments: [
        ("2001", "fire", "119"), ("2003", "fire", "119"), ("2002", "urban-management", "12345"),
        ("2004", "police", "110"),
        ("2005", "traffic-police", "122"), ("2006", "health", "120"), ("2007", "tobacco", "12313"),
        ("2008", "agriculture", "12345"), ("2009", "human-resources", "12333"), ("2010", "ecology", "12345"),
        ("2011", "traffic-police", "122"), ("2012", "human-resources", "12333"), ("0804", "urban-management", "12345"),
        ("0502", "housing", "12345"),
    ])
    func `each matter of another body has one that answers for it`(category: String, code: String, phone: String) throws
    {
        let body = try #require(try Self.shipped.get().answering(for: category).first)
        #expect(body.code == code)
        #expect(body.phones.first == phone)
    }

    @Test func `what has no department of its own goes to the hotline`() throws {
        #expect(try Self.shipped.get().answering(for: "2099").map(\.code) == ["hotline"])
        #expect(try Self.shipped.get().answering(for: "0101").isEmpty)
    }

    @Test func `the numbers of fire and police are complete`() throws {
        let bodies = try Self.shipped.get()
        #expect(bodies["fire"]?.phones == ["119", "96119"])
        #expect(bodies["police"]?.phones == ["110", "96110"])
        #expect(bodies["nobody"] == nil)
    }

    @Test(arguments: [
        ("Fire", "消防", "Fire", "119", "2001", "characters"), ("fire", "消防", "", "119", "2001", "words"),
        ("fire", "消防", "Fire", "024-5555", "2001", "short number"), ("fire", "消防", "Fire", "119", "200", "category"),
    ])
    func `a mistake in the file is named`(
        code: String, chinese: String, english: String, phone: String, category: String, reason: String
    ) {
        let json = """
            [{"code": "\(code)", "name": {"zh-Hans": "\(chinese)", "en": "\(english)"}, "phones": ["\(phone)"],
              "categories": ["\(category)"], "duty": {"zh-Hans": "x", "en": "x"}}]
            """
        let fault = #expect(throws: BodyFault.self) { try Bodies(json: Data(json.utf8)) }
        #expect(fault?.reason.contains(reason) == true)
    }
}
