import Crypto
import Foundation
import Hummingbird
import Kernel
import Mustache

/// The look and the words of the product: all templates, in all languages.
package struct Site: Sendable {
    private var templates = MustacheLibrary()
    private var strings: [Language: Strings] = [:]
    private var trees: [Language: [String: any Sendable]] = [:]
    /// Changes with the files in `Public`, so that browsers may keep them for good.
    private let assetVersion: String
    /// Changes with these files, with any template and with any word.
    package let version: String

    /// Gathers the `Templates` and `Strings` of the modules. Throws when a template doesn't parse or a word is defined
    /// twice, so that a mistake stops the server and not a reader.
    package init(_ modules: [Bundle], assetVersion: String = "0") throws {
        self.assetVersion = assetVersion
        var digest = SHA256()
        digest.update(data: Data(assetVersion.utf8))
        for bundle in [Bundle.module] + modules {
            let directory = bundle.bundleURL.appending(path: "Templates")
            for (name, text) in try Self.templates(in: directory).sorted(by: { $0.0 < $1.0 }) {
                templates.register(try MustacheTemplate(string: text), named: name)
                digest.update(data: Data(text.utf8))
            }
            for language in Language.allCases {
                let words = try Strings(language, in: bundle)
                try strings[language, default: Strings()].add(words)
                digest.update(data: Data(words.digested.utf8))
            }
        }
        trees = strings.mapValues(\.tree)
        version = digest.finalize().prefix(6).map { String(Int($0) | 0x100, radix: 16).dropFirst() }.joined()
    }

    package func strings(in language: Language) -> Strings {
        strings[language] ?? Strings()
    }

    /// The page as HTML. In its template `{{page}}` is the page, `{{t}}` the words and `{{shell}}` the frame.
    package func render(_ page: some Page, for request: Request, _ context: AppContext) throws -> Response {
        let words = strings(in: context.language)
        let root: [String: Any] = [
            "page": ViewTree.node(page) ?? page, "t": trees[context.language] ?? [:], "lang": context.language.rawValue,
            "title": page.title(words), "shell": ViewTree.node(Shell(context, request: request, t: words)) ?? [:],
            "assets": assetVersion,
        ]
        guard let html = templates.render(root, withTemplate: type(of: page).template) else {
            throw SiteError.noTemplate(type(of: page).template)
        }
        return Response(
            status: page.status,
            headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(string: html))
        )
    }

    private static func templates(in directory: URL) throws -> [(String, String)] {
        let paths = FileManager.default.enumerator(atPath: directory.path)?.compactMap { $0 as? String } ?? []
        return try paths.filter { $0.hasSuffix(".mustache") }.map { path in
            let text = try String(contentsOf: directory.appending(path: path), encoding: .utf8)
            return (String(path.dropLast(".mustache".count)), text)
        }
    }
}
