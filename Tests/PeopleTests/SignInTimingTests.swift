import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Storage
import TestSupport
import Testing

@testable import People

/// Whoever tries numbers and logins learns from no answer, and from no answer's time, who is known here.
///
/// The answers are compared always, the times only with `NUANXIN_TRIES=500`, on a machine that does nothing else: at the median and in
/// turns, so that what it does all the same weighs on both alike.
@Suite(.serialized)
struct SignInTimingTests {
    private static let tries = ProcessInfo.processInfo.environment["NUANXIN_TRIES"].flatMap { Int($0) } ?? 6
    private static let isFull = ProcessInfo.processInfo.environment["NUANXIN_TRIES"] != nil
    private static let goal = Duration.milliseconds(5)

    @Test func `a number that is registered and one that isn't take the same time, and the same words`() async throws {
        let city = try await TestCity(limits: .none)
        try await city.run { client in
            let known = try await (0..<5).asyncMap { number in
                let phone = "1381234567\(number)"
                _ = try await client.signIn(phone, in: city)
                return phone
            }
            let unknown = (0..<5).map { "1391234567\($0)" }
            try await Self.compare(
                known.map { phone in { try await client.api(.post, "session/code", json: "{\"phone\":\"\(phone)\"}") }
                },
                unknown.map { phone in { try await client.api(.post, "session/code", json: "{\"phone\":\"\(phone)\"}") }
                })
            try await Self.compare(
                known.map { phone in { try await client.submit("/sign-in", ["phone": phone]) } },
                unknown.map { phone in { try await client.submit("/sign-in", ["phone": phone]) } })
            @Sendable func enter(_ phone: String) async throws -> TestResponse {
                let code = city.gateway.wrongCode
                return try await client.api(.post, "session", json: "{\"phone\":\"\(phone)\",\"code\":\"\(code)\"}")
            }
            try await Self.compare(
                known.map { phone in { try await enter(phone) } }, unknown.map { phone in { try await enter(phone) } })
        }
    }

    /// With passwords that cost something: a login for which nothing is reckoned would be told by its time.
    @Test func `a login that nobody has, one that left and a wrong password take the same time`() async throws {
        let cost = PasswordHash.Cost(logRounds: 12)
        let one = try await Self.time { _ = try PasswordHash("correct horse battery", cost: cost) }
        try #require(one > Self.goal * 2, "or the comparison couldn't fail: \(one)")
        let city = try await TestCity(limits: .none, passwordCost: cost)
        let (_, authenticator) = try await city.hire()
        _ = try await city.hire("wang.wu", name: "王五")
        try await city.people.accounts.suspend("wang.wu", because: "left")
        try await city.run { client in
            let right = city.shows(authenticator)
            func enter(_ login: String, _ password: String) -> Attempt {
                let body = "{\"login\":\"\(login)\",\"password\":\"\(password)\",\"totp\":\"\(right)\"}"
                return { try await client.api(.post, "session", json: body) }
            }
            let wrong = enter("li.na", "wrong horse battery")
            for other in [
                enter("nobody.here", "wrong horse battery"), enter("not a login", "wrong horse battery"),
                enter("wang.wu", TestCity.password), enter("13812345678", "wrong horse battery"),
            ] {
                try await Self.compare([wrong], [other])
            }
        }
    }

    private typealias Attempt = @Sendable () async throws -> TestResponse

    /// Tries both in turns, and holds answers and times against each other; three rounds, before a busy machine is taken for a leak.
    private static func compare(_ left: [Attempt], _ right: [Attempt]) async throws {
        var differences: [Duration] = []
        for _ in 0..<3 {
            var times: [[Duration]] = [[], []]
            var answers: [Set<String>] = [[], []]
            for number in 0..<tries {
                // Whoever is first changes too: the second finds everything warm.
                for side in number.isMultiple(of: 2) ? [0, 1] : [1, 0] {
                    let attempts = [left, right][side]
                    let start = ContinuousClock.now
                    let answer = try await attempts[number % attempts.count]()
                    times[side].append(start.duration(to: .now))
                    answers[side].insert(seen(in: answer))
                }
            }
            #expect(answers[0] == answers[1])
            let difference = apart(times.map { $0.sorted() }, at: tries / 2)
            if difference <= goal || !isFull { return }
            differences.append(difference)
        }
        Issue.record("\(tries) tries differ by \(differences)")
    }

    /// All that somebody at the other end gets, without what is new in every answer.
    private static func seen(in answer: TestResponse) -> String {
        let secret = /[A-Za-z0-9_-]{43}/
        let headers = answer.headers.map { field in
            // Hummingbird writes the attributes of a cookie in no fixed order.
            let parts = field.value.replacing(secret, with: "?").split(separator: "; ").sorted()
            return "\(field.name): \(parts.joined(separator: "; "))"
        }.sorted()
        let text = answer.text.replacing(secret, with: "?").replacing(/requests\/[^"]+/, with: "requests/?")
        return "\(answer.status) \(headers) \(text)"
    }

    private static func apart(_ sorted: [[Duration]], at place: Int) -> Duration {
        let (left, right) = (sorted[0][place], sorted[1][place])
        return left > right ? left - right : right - left
    }

    private static func time(_ work: () throws -> Void) async throws -> Duration {
        let start = ContinuousClock.now
        try work()
        return start.duration(to: .now)
    }
}

extension SignInLimits {
    /// As many tries as anybody likes: what is measured is the work, not the refusal.
    static var none: SignInLimits {
        func many(_ name: String) -> [Budget] { [Budget(name, 1_000_000, per: 3600)] }
        var limits = standard
        (limits.codesPerPhone, limits.codesPerAddress) = (many("code-phone"), many("code-address"))
        (limits.codesInAll, limits.triesPerPhone) = (many("code-all"), many("try-phone"))
        (limits.triesPerLogin, limits.triesPerAddress) = (many("try-login"), many("try-address"))
        return limits
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async throws -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
