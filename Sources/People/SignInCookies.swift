import Hummingbird
import Kernel

/// How the server is reached, and so how its cookies are named and guarded.
package enum CookieMode: Sendable, Hashable {
    /// By TLS. `__Host-` makes a browser refuse a cookie of this name that isn't ours alone.
    case secure
    /// On this machine without TLS: a browser would not keep a cookie that says `Secure`.
    case loopback

    var session: String { self == .secure ? "__Host-nuanxin" : "nuanxin" }
    /// Holds the challenge between asking for a code and typing it in: a code only works in the browser that asked.
    var challenge: String { self == .secure ? "__Host-nuanxin-code" : "nuanxin-code" }

    func cookie(_ name: String, _ token: Token, maxAge: Int) -> Cookie {
        cookie(name, token.text, maxAge: maxAge)
    }

    func cleared(_ name: String) -> Cookie {
        cookie(name, "", maxAge: 0)
    }

    private func cookie(_ name: String, _ value: String, maxAge: Int) -> Cookie {
        Cookie(
            name: name, value: value, maxAge: maxAge, path: "/", secure: self == .secure, httpOnly: true, sameSite: .lax
        )
    }
}
