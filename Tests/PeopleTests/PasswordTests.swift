import Foundation
import Testing

@testable import People

struct PasswordTests {
    private let cheap = PasswordHash.Cost(logRounds: 4)

    @Test func `a hash survives being stored, and knows its password`() throws {
        let hash = try PasswordHash("correct horse battery", cost: cheap)
        let stored = try #require(PasswordHash(text: hash.text))

        #expect(stored == hash)
        #expect(hash.text.hasPrefix("$scrypt$ln=4,r=8,p=1$"))
        #expect(try stored.matches("correct horse battery"))
        #expect(try !stored.matches("correct horse batterY"))
        #expect(try !stored.matches(""))
    }

    /// RFC 7914, section 12, the third vector: scrypt("pleaseletmein", "SodiumChloride", 16384, 8, 1), its first 32 bytes.
    @Test func `the function is scrypt`() throws {
        let salt = Data("SodiumChloride".utf8).base64EncodedString().replacing("=", with: "")
        let hash = try #require(
            PasswordHash(text: "$scrypt$ln=14,r=8,p=1$\(salt)$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI"))
        #expect(try hash.matches("pleaseletmein"))
        #expect(try !hash.matches("pleaseletmeout"))
    }

    @Test func `the same password never has the same hash`() throws {
        let hashes = try (0..<4).map { _ in try PasswordHash("correct horse battery", cost: cheap).text }
        #expect(Set(hashes).count == 4)
    }

    @Test func `the same letters are one password, however they are composed`() throws {
        let hash = try PasswordHash("cafe\u{301} au lait 12", cost: cheap)
        #expect(try hash.matches("caf\u{e9} au lait 12"))
    }

    @Test(arguments: [
        "", "plain", "$scrypt$ln=15,r=8,p=1$c2FsdHNhbHQ", "$scrypt$ln=40,r=8,p=1$c2FsdHNhbHRzYWx0$",
        "$argon2id$v=19$m=1,t=1,p=1$c2FsdHNhbHQ$AAAA",
        "$scrypt$r=8,ln=15,p=1$c2FsdHNhbHRzYWx0$cCO9yzr9c0hGHAbNgf04/evf+7qQT4+OqbVDtUXaH5U",
        "$scrypt$ln=30,r=8,p=1$c2FsdHNhbHRzYWx0$cCO9yzr9c0hGHAbNgf04/evf+7qQT4+OqbVDtUXaH5U",
    ])
    func `what isn't a hash is refused, and a cost that would stop the server`(_ text: String) {
        #expect(PasswordHash(text: text) == nil)
    }

    @Test func `nobody has the password of a login that doesn't exist`() async throws {
        let desk = PasswordDesk(cost: cheap)
        #expect(try await !desk.matches("", nil))
        #expect(try await !desk.matches("correct horse battery", nil))
    }

    @Test func `a flood of passwords is turned away, not queued without end`() async throws {
        let desk = PasswordDesk(cost: PasswordHash.Cost(logRounds: 13))
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    do {
                        _ = try await desk.matches("guess", nil)
                        return true
                    } catch { return (error as? SignInError) != .busy }
                }
            }
            return await group.reduce(into: (checked: 0, refused: 0)) { sum, isChecked in
                if isChecked { sum.checked += 1 } else { sum.refused += 1 }
            }
        }
        #expect(outcomes.refused > 0)
        #expect(outcomes.checked >= 16)
        #expect(try await !desk.matches("guess", nil), "afterwards there is room again")
    }

    @Test(arguments: [
        ("correct horse battery", true), ("short", false), ("aaaaaaaaaaaaaaaa", false), ("my li.na is long", false),
        (String(repeating: "abcd", count: 33), false), ("密码要长一点才好记得住呀", true),
    ])
    func `a new password is long and not the login`(_ password: String, _ isGood: Bool) throws {
        let login = try #require(Login("li.na"))
        if isGood {
            try PasswordRule.check(password, for: login)
        } else {
            #expect(throws: AccountError.weakPassword) { try PasswordRule.check(password, for: login) }
        }
    }
}
