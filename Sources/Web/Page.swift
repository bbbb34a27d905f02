import Access
import Hummingbird
import Kernel

/// What a template shows: ready to print, and nothing else.
package protocol Page: Sendable {
    /// The template's name: its path under `Templates`, without the ending.
    static var template: String { get }
    var status: HTTPResponse.Status { get }
    func title(_ t: Strings) -> String
}

extension Page {
    package var status: HTTPResponse.Status { .ok }
}

/// What the frame round every page shows: who is signed in, where the language switch leads, what was just done.
struct Shell: Sendable {
    let formToken: String
    let name: String
    /// Whether the frame is that of somebody who is signed in; a copy for phones without a network looks like it.
    let isSignedIn: Bool
    let isOfflineCopy: Bool
    /// See ``SignedIn/owner``; empty for nobody.
    let owner: String
    let isStaff: Bool
    /// What the workbench's menu leads to, by kind: just what the policy opens to the caller.
    let menu: [String: Bool]
    let unread: String?
    /// How many things of a kind wait for somebody, beside the menu's entries; nothing where there is none.
    let waiting: [String: String]
    let otherLanguage: String
    let otherLanguageURL: String
    /// `report`, `work`…: which entry of the menu is the current one.
    let section: [String: Bool]
    /// One sentence on what was just done.
    let done: String?

    init(_ context: AppContext, request: Request, t: Strings) {
        let signedIn = context.signedIn
        formToken = signedIn?.formToken ?? ""
        name = signedIn?.caller.name ?? ""
        isSignedIn = signedIn != nil || context.isOfflineCopy
        isOfflineCopy = context.isOfflineCopy
        owner = signedIn?.owner ?? ""
        isStaff = signedIn?.caller.isStaff ?? false
        // Who has to change the password first is led nowhere else.
        let isHeldBack = signedIn?.mustChangePassword ?? false
        menu = Self.menu.reduce(into: [:]) { menu, entry in
            menu[entry.kind] = !isHeldBack && signedIn?.mayEver(entry.action, entry.kind) ?? false
        }
        unread = signedIn.flatMap { $0.unread > 0 ? String($0.unread) : nil }
        waiting = context.waiting.filter { $0.value > 0 }.mapValues { String($0) }
        let other = context.language == .en ? "zh-Hans" : "en"
        otherLanguage = context.language == .en ? "中文" : "English"
        let here = request.method == .get ? request.uri.string : request.uri.path
        otherLanguageURL = "/language/\(other)?to=\(percentEncoded(here))"
        let first = request.uri.path.split(separator: "/").first.map(String.init) ?? "home"
        section = [first: true]
        done = request.uri.queryParameters["done"].flatMap { key in
            let words = "done.\(key)"
            return t.has(words) ? t(words) : nil
        }
    }
}

extension Shell {
    private static let menu = [
        ("read", "case"), ("create", "enrolment"), ("read", "dataRequest"), ("read", "calendar"), ("read", "office"),
        ("read", "territory"), ("read", "retention"), ("read", "staff"), ("read", "journal"), ("read", "incident"),
        ("read", "delivery"),
    ].map { (action: $0.0, kind: $0.1) }
}

/// `text` as the value of a query parameter.
package func percentEncoded(_ text: String) -> String {
    var encoded = ""
    for byte in text.utf8 {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e:
            encoded.unicodeScalars.append(Unicode.Scalar(byte))
        default:
            let hex = String(byte, radix: 16, uppercase: true)
            encoded += hex.count == 1 ? "%0\(hex)" : "%\(hex)"
        }
    }
    return encoded
}
