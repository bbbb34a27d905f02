import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

/// The ways in which one visitor can ask.
struct Look: Sendable {
    let http: any TestClientProtocol
    let visitor: Visitor

    func status(_ path: String) async throws -> Int { try await http.look(.get, path, as: visitor).status }

    func page(_ path: String) async throws -> String {
        String(decoding: try await http.look(.get, path, as: visitor).body, as: UTF8.self)
    }

    func json(_ path: String) async throws -> [String: Any] {
        let answer = try await http.look(.get, path, as: visitor)
        return try JSONSerialization.jsonObject(with: answer.body) as? [String: Any] ?? [:]
    }

    func items(_ path: String) async throws -> [[String: Any]] {
        try await json(path)["items"] as? [[String: Any]] ?? []
    }

    /// The identities of a list, page by page.
    func pages(of path: String, by limit: Int = 3) async throws -> Set<String> {
        var ids: [String] = []
        var cursor: String?
        let joint = path.contains("?") ? "&" : "?"
        repeat {
            let isShort = path.contains("session") ? "" : "\(joint)limit=\(limit)"
            let next = cursor.map { "&cursor=\($0)" } ?? ""
            let answer = try await json(path + isShort + next)
            ids += (answer["items"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
            cursor = answer["next"] as? String
        } while cursor != nil
        #expect(Set(ids).count == ids.count, "no page has what another has")
        return Set(ids)
    }

    func cases(_ view: String, by limit: Int = 3) async throws -> Set<String> {
        try await status("/api/v1/cases") == 200 ? try await pages(of: "/api/v1/cases?view=\(view)", by: limit) : []
    }

    func links(_ path: String, _ link: Regex<(Substring, Substring)>) async throws -> Set<String> {
        Set(try await page(path).matches(of: link).map { String($0.1) })
    }

    /// Whether a case can be come upon, by each of the ways.
    func ways(to id: String, photo: String, word: String?, number: String) async throws -> [String: Bool] {
        var ways: [String: Bool] = [:]
        for (way, path) in [
            ("API", "/api/v1/cases/\(id)"), ("page", "/work/cases/\(id)"),
            ("photo", "/api/v1/photos/\(photo)/small"),
        ] {
            let status = try await status(path)
            #expect([200, 303, 401, 404].contains(status), "\(visitor.name) \(path): \(status)")
            ways[way] = status == 200
        }
        let step = try await http.look(
            .post, "/api/v1/cases/\(id)/steps", as: visitor, body: "{\"step\": \"fly\"}", type: "application/json")
        ways["step"] = step.status == 422
        for (way, words) in [("search", word), ("number", number)] {
            guard let words else { continue }
            let sent = words.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            let found = try await items("/api/v1/cases?q=\(sent)").compactMap { $0["id"] as? String }
            #expect(found.isEmpty || found == [id], "\(visitor.name) looks for \(words)")
            ways[way] = !found.isEmpty
        }
        return ways
    }

    /// What the workbench shows of a view: its rows and points page by page, its count, the number on its button.
    func workPage(
        _ view: String
    ) async throws -> (items: Set<String>, total: Int?, chip: Int?, map: Set<String>) {
        var page = try await page("/work?view=\(view)")
        let total = page.firstMatch(of: /<h1>[^<]*· (\d+)<\/h1>/).flatMap { Int($0.1) }
        let chip = page.firstMatch(of: /aria-current="true">[^<]*<span class="n">(\d+)<\/span>/).flatMap { Int($0.1) }
        var (items, points): ([String], [String]) = ([], [])
        while true {
            items += page.matches(of: /href="\/work\/cases\/([0-9a-f-]{36})"/).map { String($0.1) }
            points += page.matches(of: /\/work\/cases\/([0-9a-f-]{36})&quot;/).map { String($0.1) }
            guard let next = page.firstMatch(of: /href="([^"]+)" rel="next"/)?.1 else { break }
            page = try await self.page(String(next).replacing("&amp;", with: "&"))
        }
        return (Set(items), total, chip, Set(points))
    }
}
