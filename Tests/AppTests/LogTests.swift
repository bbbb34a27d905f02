import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Logging
import Storage
import TestSupport
import Testing
import Web

@testable import App

/// What stands in the log is read by operators, kept by the system, and sent elsewhere: nothing of a person belongs there.
@Suite struct LogTests {
    /// In a process of its own: it has one log, from its first line on.
    @Test func `nothing that a rider or a thief sends comes into the log, however loud it is`() async throws {
        let result = try await #require(processExitsWith: .success, observing: [\.standardErrorContent]) {
            LoggingSystem.bootstrap { label in
                var handler = StreamLogHandler.standardError(label: label)
                handler.logLevel = .trace
                return handler
            }
            try await LogTests.live()
        }
        let log = Data(result.standardErrorContent)
        let text = String(decoding: log, as: UTF8.self)
        for line in ["sign-in refused", "refused", "unexpected error"] {
            #expect(text.contains(line), "the log was written: \(line)")
        }
        for canary in Planted.all {
            #expect(canary.found(in: log).isEmpty, "\(canary.found(in: log))")
        }
        // And one that was would be found.
        let spoilt = log + Data("account=\(Planted.phone)".utf8)
        #expect(Planted.identity.contains { !$0.found(in: spoilt).isEmpty })
    }

    /// A life of a report, then all that goes wrong with the same words in it.
    private static func live() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let planted = try await PlantedReporter(in: city, client)
            _ = try await client.api(.post, "/cases/\(planted.named)/reporter", as: .liNa)
            let thief = try await city.visitor(try city.person(.chenGang), called: "thief")
            let officer = try await city.visitor(try city.person(.wangFang), called: "officer")
            func send(
                _ method: HTTPRequest.Method, _ path: String, _ visitor: Visitor, _ body: String? = nil,
                type: String = "application/json"
            ) async throws {
                _ = try await client.http.look(method, path, as: visitor, body: body, type: type)
            }
            for text in [Planted.name, Planted.phone, Planted.words, Planted.typedPhone, Planted.fileName] {
                let sent = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
                for path in ["/reports/\(sent)", "/work/cases/\(sent)?q=\(sent)", "/\(sent)", "/problems/\(sent)"] {
                    for visitor in [thief, planted.visitor] { try await send(.get, path, visitor) }
                }
                for query in ["q=\(sent)", "view=\(sent)", "cursor=\(sent)"] {
                    try await send(.get, "/api/v1/cases?\(query)", officer)
                    try await send(.get, "/work?\(query)", officer)
                }
                for body in ["{\"phone\": \"\(text)", "{\"phone\": \"\(text)\", \"code\": \"123456\"}"] {
                    for path in ["session", "session/code"] { try await send(.post, "/api/v1/\(path)", .nobody, body) }
                }
                let login = "{\"login\": \"\(text)\", \"password\": \"\(text)\", \"totp\": \"123456\"}"
                try await send(.post, "/api/v1/session", .nobody, login)
                try await send(.put, "/api/v1/me", planted.visitor, "{\"name\": \"\(text)\u{202e}\"}")
                try await send(
                    .post, "/sign-in", .nobody, "phone=\(sent)&to=%2F\(sent)", type: "application/x-www-form-urlencoded"
                )
                let broken = "--x\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"\(text).jpg\"\r\n\r\n1"
                for (body, type) in [
                    ("\(broken)\r\n--x--\r\n", "; boundary=x"), (broken, "; boundary=x"), (broken, ""),
                ] {
                    try await send(.post, "/api/v1/photos", planted.visitor, body, type: "multipart/form-data\(type)")
                }
            }
            // The inside breaks while people's words are on their way.
            for table in ["matter_step", "account_contact"] {
                let other = "\(table)_away"
                try await city.product.services.database.write { db in
                    try db.execute("ALTER TABLE \(identifier: table) RENAME TO \(identifier: other)")
                }
                let draft = client.draft(["description": Planted.words, "address": Planted.phone])
                let json = String(decoding: try JSONSerialization.data(withJSONObject: draft), as: UTF8.self)
                let body = "--x\r\nContent-Disposition: form-data; name=\"report\"\r\n\r\n\(json)\r\n--x--\r\n"
                try await send(
                    .post, "/api/v1/reports", planted.visitor, body, type: "multipart/form-data; boundary=x")
                try await send(.put, "/api/v1/me", planted.visitor, "{\"name\": \"\(Planted.name)\"}")
                try await city.product.services.database.write { db in
                    try db.execute("ALTER TABLE \(identifier: other) RENAME TO \(identifier: table)")
                }
            }
        }
    }
}
