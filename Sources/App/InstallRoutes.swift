import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import NIOCore
import Web

/// What makes the pages an application on a phone: its description, and the worker that keeps what a report needs.
struct InstallRoutes: Sendable {
    private let site: Site
    private let worker: ByteBuffer
    private let tag: String

    /// The worker's text begins with the version of all that it keeps, so that whatever is new there makes a new worker.
    init(_ root: Root, site: Site, assetVersion: String) throws {
        self.site = site
        var kept = SHA256()
        kept.update(data: Data(site.version.utf8))
        kept.update(data: try root.data("categories.json"))
        let version = kept.finalize().prefix(6).map { String(Int($0) | 0x100, radix: 16).dropFirst() }.joined()
        let source = try String(contentsOf: root.url.appending(path: "Public/worker.js"), encoding: .utf8)
        worker = ByteBuffer(string: "const version = \"\(version)\";\nconst assets = \"\(assetVersion)\";\n\(source)")
        tag = "\"\(version)\""
    }

    func addRoutes(to routes: Routes) {
        routes.get("sw.js", .open) { [worker, tag] request, _ -> Response in
            // A browser asks with every page: it is told in a few bytes that nothing is new.
            var headers: HTTPFields = [
                .contentType: "text/javascript; charset=utf-8", .cacheControl: "no-cache", .eTag: tag,
            ]
            guard request.headers[.ifNoneMatch] != tag else { return Response(status: .notModified, headers: headers) }
            headers[.contentLength] = "\(worker.readableBytes)"
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: worker))
        }
        routes.get("manifest.webmanifest", .open) { [site] _, context -> Response in
            let t = site.strings(in: context.language)
            var response = try Response.json(Manifest(t, language: context.language.rawValue))
            response.headers[.contentType] = "application/manifest+json; charset=utf-8"
            response.headers[.cacheControl] = "no-cache"
            return response
        }
    }
}

/// The Web Application Manifest.
private struct Manifest: Encodable {
    struct Icon: Encodable {
        let src: String
        let sizes: String
        let type: String
        let purpose: String
    }

    struct Shortcut: Encodable {
        let name: String
        let url: String
    }

    let id = "/"
    let lang: String
    let name: String
    let shortName: String
    let description: String
    let startURL = "/"
    let scope = "/"
    let display = "standalone"
    let backgroundColor = "#fbf8f3"
    let themeColor = "#fbf8f3"
    let icons: [Icon]
    let shortcuts: [Shortcut]

    private enum CodingKeys: String, CodingKey {
        case id, lang, name, description, scope, display, icons, shortcuts
        case shortName = "short_name"
        case startURL = "start_url"
        case backgroundColor = "background_color"
        case themeColor = "theme_color"
    }

    init(_ t: Strings, language: String) {
        lang = language
        name = t("install.name")
        shortName = t("site.name")
        description = t("install.description")
        icons =
            ["192x192", "512x512"].map {
                Icon(src: "/vendor/app-\($0.prefix(3)).png", sizes: $0, type: "image/png", purpose: "any")
            } + [
                Icon(src: "/vendor/app-maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable"),
                Icon(src: "/icon.svg", sizes: "any", type: "image/svg+xml", purpose: "any"),
            ]
        shortcuts = [
            Shortcut(name: t("nav.snap"), url: "/reports/new"), Shortcut(name: t("nav.unsent"), url: "/reports/unsent"),
        ]
    }
}
