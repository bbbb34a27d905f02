import Foundation
import Kernel
import TestSupport
import Testing

@testable import People

struct SecretsTests {
    private let keys: PeopleKeys
    private let otherKeys: PeopleKeys

    init() throws {
        keys = try PeopleKeys(serverKey: Data(repeating: 7, count: 32))
        otherKeys = try PeopleKeys(serverKey: Data(repeating: 8, count: 32))
    }

    @Test func `a server key that is too short is refused`() {
        #expect(throws: ShortServerKey.self) { try PeopleKeys(serverKey: Data(repeating: 7, count: 31)) }
    }

    @Test func `what is sealed opens in its place only, unaltered, and with the same key`() throws {
        let sealed = try keys.sealed(Data("13812345678".utf8), for: "here")
        #expect(try keys.opened(sealed, for: "here") == Data("13812345678".utf8))
        #expect(try keys.sealed(Data("13812345678".utf8), for: "here") != sealed)
        #expect(throws: (any Error).self) { try keys.opened(sealed, for: "there") }
        #expect(throws: (any Error).self) { try otherKeys.opened(sealed, for: "here") }
        for index in sealed.indices {
            var altered = sealed
            altered[index] ^= 1
            #expect(throws: (any Error).self) { try keys.opened(altered, for: "here") }
        }
        #expect(throws: (any Error).self) { try keys.opened(Data(), for: "here") }
    }

    @Test func `a form's token belongs to one session and one server`() {
        let session = ID<Session>(UUID())
        #expect(keys.formToken(of: session) == keys.formToken(of: session))
        #expect(keys.formToken(of: session) != keys.formToken(of: ID(UUID())))
        #expect(keys.formToken(of: session) != otherKeys.formToken(of: session))
        #expect(keys.formToken(of: session).utf8.count == 43)
    }

    @Test func `a token is long, different each time, and never prints itself`() {
        let tokens = (0..<100).map { _ in Token() }
        #expect(Set(tokens.map(\.text)).count == 100)
        #expect(tokens.allSatisfy { $0.text.utf8.count == 43 && Token($0.text) == $0 })
        #expect(tokens.allSatisfy { !"\($0) \(String(reflecting: $0))".contains($0.text) })
    }

    @Test(arguments: ["", "short", String(repeating: "a", count: 44), String(repeating: "!", count: 43)])
    func `what can't be a token is none`(_ text: String) {
        #expect(Token(text) == nil)
    }

    @Test func `codes are six digits from all over the range`() {
        let codes = (0..<2000).map { _ in SignInCode.randomCode() }
        #expect(codes.allSatisfy { $0.count == 6 && Int($0) != nil })
        #expect(Set(codes.compactMap(\.first)).count == 10)
        #expect(Set(codes).count > 1900)
    }
}

struct SignInCodeTests {
    private let keys: PeopleKeys
    private let now = Date.saturdayMorning

    init() throws {
        keys = try PeopleKeys(serverKey: Data(repeating: 7, count: 32))
    }

    private func code(_ digits: String = "123456") -> SignInCode {
        let challenge = Token().hash
        return SignInCode(
            id: ID(UUID()), challenge: challenge, codeHash: keys.codeHash(digits, challenge: challenge),
            phoneKey: Data(), sealedPhone: Data(), means: .cookie, expiresAt: now + SignInCode.lifetime)
    }

    @Test(arguments: ["123456", "123 456", " 123456 ", "１２３４５６", "12\u{A0}34\u{3000}56"])
    func `the right code is accepted however a phone fills it in`(_ typed: String) {
        var code = code()
        let isAccepted = code.accepts(typed, keys: keys, at: now)
        #expect(isAccepted)
    }

    @Test(arguments: ["", "123457", "12345", "1234567", "⑩①②③④⑤", "12345६"])
    func `another is not`(_ typed: String) {
        var code = code()
        let isAccepted = code.accepts(typed, keys: keys, at: now)
        #expect(!isAccepted)
    }

    @Test func `after five wrong tries the right code is refused too`() {
        var code = code()
        let answers = (["000000"] + Array(repeating: "000001", count: 4) + ["123456"]).map {
            code.accepts($0, keys: keys, at: now)
        }
        #expect(answers == Array(repeating: false, count: 6))
        #expect(code.triesLeft == 0)
    }

    @Test(arguments: [(0.0, true), (599, true), (600, false), (-1, false)])
    func `a code works for ten minutes, and not when the clock was set back`(_ later: Double, _ isGood: Bool) {
        var code = code()
        let isAccepted = code.accepts("123456", keys: keys, at: now + later)
        #expect(isAccepted == isGood)
    }

    @Test func `a code is bound to its challenge`() {
        let hash = keys.codeHash("123456", challenge: Data("one".utf8))
        #expect(keys.isCode("123456", challenge: Data("one".utf8), hash: hash))
        #expect(!keys.isCode("123456", challenge: Data("two".utf8), hash: hash))
    }
}
