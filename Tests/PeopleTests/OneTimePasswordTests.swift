import Foundation
import Testing

@testable import People

struct OneTimePasswordTests {
    /// RFC 6238, appendix B, SHA-1: the last six of the eight digits there.
    @Test(arguments: [
        (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
        (2_000_000_000, "279037"), (20_000_000_000, "353130"),
    ])
    func `the codes are those of RFC 6238`(_ seconds: Int, _ code: String) {
        let password = OneTimePassword(secret: Data("12345678901234567890".utf8))
        let instant = Date(timeIntervalSince1970: Double(seconds))
        #expect(password.code(at: OneTimePassword.step(at: instant)) == code)
    }

    @Test func `the secret is what people type into an app, and reads back`() throws {
        let password = OneTimePassword(secret: Data("12345678901234567890".utf8))
        #expect(password.base32 == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
        #expect(OneTimePassword(base32: "gezd gnbv gy3t qojq gezd gnbv gy3t qojq==") == password)
        #expect(OneTimePassword(base32: "GEZDGNB1") == nil)
        for _ in 0..<50 {
            let new = OneTimePassword.new()
            #expect(OneTimePassword(base32: new.base32) == new)
        }
    }

    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
        ("foobar", "MZXW6YTBOI"),
    ])
    func `base 32 is that of RFC 4648`(_ plain: String, _ encoded: String) {
        #expect(Base32.encoded(Data(plain.utf8)) == encoded)
        #expect(Base32.decoded(encoded) == Data(plain.utf8))
    }

    @Test(arguments: [(-2, false), (-1, true), (0, true), (1, true), (2, false)])
    func `a clock may be off by half a minute`(_ offset: Int, _ isAccepted: Bool) {
        let password = OneTimePassword.new()
        let now = Date(timeIntervalSince1970: 1_795_224_610)
        let step = OneTimePassword.step(at: now) + offset
        #expect((password.step(of: password.code(at: step), at: now, after: 0) == step) == isAccepted)
    }

    @Test func `a code works once, and none before it works any more`() {
        let password = OneTimePassword.new()
        let now = Date(timeIntervalSince1970: 1_795_224_610)
        let step = OneTimePassword.step(at: now)
        #expect(password.step(of: password.code(at: step), at: now, after: step) == nil)
        #expect(password.step(of: password.code(at: step - 1), at: now, after: step) == nil)
        #expect(password.step(of: password.code(at: step + 1), at: now, after: step) == step + 1)
    }

    @Test(arguments: ["", "12345", "1234567", "abcdef", "１２３４５６"])
    func `what isn't six digits is no code`(_ text: String) {
        #expect(OneTimePassword.new().step(of: text, at: .now, after: 0) == nil)
    }
}
