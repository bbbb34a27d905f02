import Foundation
import Kernel
import Testing

@testable import Media

@Suite struct SealingTests {
    private let content = Data("a photo".utf8)

    @Test func `what was sealed can be opened, and is never sealed alike`() throws {
        let ring = SealingKeyRing(current: try .of(1))
        let sealed = try ring.seal(content, of: .pothole)
        #expect(try ring.open(sealed, of: .pothole) == content)
        #expect(try ring.seal(content, of: .pothole) != sealed)
        #expect(sealed.count == content.count + SealingKeyRing.overhead)
        #expect(sealed.range(of: content) == nil)
        #expect(try ring.open(ring.seal(Data(), of: .pothole), of: .pothole) == Data())
    }

    @Test func `changing any byte is noticed`() throws {
        let ring = SealingKeyRing(current: try .of(1))
        let sealed = try ring.seal(content, of: .pothole)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            let error = #expect(throws: SealingError.self) { try ring.open(changed, of: .pothole) }
            switch index {
            case 0..<5: #expect(error == .notSealed)
            case 5..<13: #expect(error == .unknownKey(id: changed[5..<13].hexadecimal))
            default: #expect(error == .tampered)
            }
        }
    }

    @Test func `another photo's original can't be put in its place`() throws {
        let ring = SealingKeyRing(current: try .of(1))
        let sealed = try ring.seal(content, of: .pothole)
        #expect(throws: SealingError.tampered) { try ring.open(sealed, of: .streetlight) }
    }

    @Test(arguments: [0, 4, 13, 40]) func `a file cut short isn't a sealed one`(count: Int) throws {
        let ring = SealingKeyRing(current: try .of(1))
        let sealed = try ring.seal(content, of: .pothole)
        #expect(throws: SealingError.notSealed) { try ring.open(sealed.prefix(count), of: .pothole) }
    }

    @Test func `after a change of keys the old one still opens, and without it nothing does`() throws {
        let sealed = try SealingKeyRing(current: try .of(1)).seal(content, of: .pothole)
        let changed = SealingKeyRing(current: try .of(2), older: [try .of(1)])
        #expect(try changed.open(sealed, of: .pothole) == content)
        let other = SealingKeyRing(current: try .of(2))
        #expect(throws: SealingError.unknownKey(id: try SealingKey.of(1).id.hexadecimal)) {
            try other.open(sealed, of: .pothole)
        }
        #expect(try other.open(changed.seal(content, of: .pothole), of: .pothole) == content)
    }

    @Test func `the layout is the published one`() throws {
        let key = try SealingKey.of(1)
        let sealed = try SealingKeyRing(current: key).seal(content, of: .pothole)
        #expect(sealed.prefix(13) == Data("NXS1".utf8) + [1] + key.id)
        // The first 8 bytes of SHA-256 of 32 bytes of 1, by sha256sum.
        #expect(key.id.hexadecimal == "72cd6e8422c407fb")
    }

    @Test func `a key is read from hexadecimal digits, from base64 and from files`() throws {
        let key = try SealingKey.of(0xfb)
        let hexadecimal = String(repeating: "fB", count: 32)
        let base64 = Data(repeating: 0xfb, count: 32).base64EncodedString()
        let inAddresses = base64.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        for text in [hexadecimal, "  \(hexadecimal)\n", base64, inAddresses] {
            #expect(try SealingKey(text: text).id == key.id)
        }
        let pictures = try Pictures()
        defer { pictures.remove() }
        #expect(try SealingKey(file: pictures.file("a", Data("\(base64)\n".utf8))).id == key.id)
        #expect(try SealingKey(file: pictures.file("b", Data(repeating: 0xfb, count: 32))).id == key.id)
    }

    @Test(arguments: ["", "secret", "00", String(repeating: "0", count: 62), String(repeating: "g", count: 64), "++++"])
    func `anything else isn't a key`(text: String) {
        #expect(throws: SealingError.notAKey) { try SealingKey(text: text) }
    }

    @Test func `a key doesn't show itself`() throws {
        let key = try SealingKey.of(0xab)
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), dumped, "\(SealingKeyRing(current: key))"] {
            #expect(!text.lowercased().contains("abab") && !text.contains("171"), "\(text)")
        }
    }
}
