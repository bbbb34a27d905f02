import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Storage
import TestSupport
import Testing
import Web

@testable import People

struct SignInLimitsTests {
    private let phone = "13812345678"

    @Test func `codes are sent once a minute, five an hour, ten a day to a number`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            var sent = 0
            var statuses: [HTTPResponse.Status] = []
            for _ in 0..<3 {
                let answer = try await client.api(.post, "session/code", json: #"{"phone": "\#(phone)"}"#)
                statuses.append(answer.status)
                if answer.status == .tooManyRequests {
                    #expect(Int(answer.headers[.retryAfter] ?? "") ?? 0 > 0)
                }
                city.clock.advance(by: 20)
            }
            #expect(statuses == [.accepted, .tooManyRequests, .tooManyRequests])
            for _ in 0..<140 {
                city.clock.advance(by: 600)
                let answer = try await client.api(.post, "session/code", json: #"{"phone": "\#(phone)"}"#)
                if answer.status == .accepted { sent += 1 }
            }
            #expect(sent == 9, "the tenth was the first")
            let other = try await client.api(.post, "session/code", json: #"{"phone": "13912345678"}"#)
            #expect(other.status == .accepted, "the others behind the same address are not stopped")
        }
    }

    @Test func `the page says when to try again and keeps the number`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let jar = Jar()
            _ = try await client.submit("/sign-in", ["phone": phone], jar)
            let again = try await client.submit("/sign-in", ["phone": phone], jar)
            #expect(again.status == .tooManyRequests)
            #expect(again.headers[.retryAfter] == "60")
            #expect(again.text.contains("请过 1 分钟再试"))
            #expect(again.text.contains("value=\"\(phone)\""))
        }
    }

    @Test func `many guesses at many codes of one number are stopped`() async throws {
        var limits = SignInLimits.demo
        limits.triesPerPhone = [Budget("try-phone-hour", 12, per: 3600)]
        let city = try await TestCity(limits: limits)
        try await city.run { [phone] client in
            var statuses: [HTTPResponse.Status] = []
            for _ in 0..<4 {
                let jar = Jar()
                _ = try await client.submit("/sign-in", ["phone": phone], jar)
                for _ in 0..<4 {
                    statuses.append(try await client.submit("/sign-in", ["code": city.gateway.wrongCode], jar).status)
                }
            }
            #expect(statuses.filter { $0 == .unprocessableContent }.count == 12)
            #expect(statuses.suffix(4).allSatisfy { $0 == .tooManyRequests })
        }
    }
}
