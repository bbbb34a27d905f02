import Foundation
import Kernel
import Testing

@testable import People

struct PhoneTests {
    @Test(arguments: [
        "13812345678", "+8613812345678", "+86 138 1234 5678", "008613812345678", "8613812345678", "138-1234-5678",
        "１３８１２３４５６７８", "＋８６１３８１２３４５６７８", " 138\u{3000}12345678 ",
    ])
    func `a number is understood however it is typed`(_ text: String) {
        #expect(Phone(text)?.digits == "13812345678")
    }

    @Test(arguments: [
        "", "1381234567", "138123456789", "12812345678", "03812345678", "+8513812345678", "1381234567a", "138+12345678",
        "١٣٨١٢٣٤٥٦٧٨", "+44 20 7946 0000", "13812345678;13912345678", "1381234567\u{0}",
        String(repeating: " ", count: 1000) + "13812345678",
    ])
    func `what isn't a mobile number of the mainland is refused`(_ text: String) {
        #expect(Phone(text) == nil)
    }

    @Test func `a number prints masked, alone and inside of something else`() throws {
        let phone = try #require(Phone("13812345678"))
        #expect("\(phone)" == "138****5678")
        let person = Person(id: ID(UUID()), door: .phone(phone), createdAt: .now)
        #expect(!"\(person) \(String(reflecting: person))".contains("13812345678"))
    }

    @Test(arguments: ["li.na", "zhang_3", "a-b", "LI.NA"])
    func `a login is plain Latin text`(_ text: String) {
        #expect(Login(text)?.text == text.lowercased())
    }

    @Test(arguments: ["", "ab", "li na", "李娜", "a@b", String(repeating: "a", count: 41)])
    func `other logins are refused`(_ text: String) {
        #expect(Login(text) == nil)
    }
}
