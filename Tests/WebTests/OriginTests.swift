import Testing

@testable import Web

struct OriginTests {
    @Test(arguments: [
        ("http://127.0.0.1:8080", "127.0.0.1:8080"), ("https://nuanxin.example", "nuanxin.example"),
        ("http://[::1]:8080", "[::1]:8080"),
    ])
    func `an origin names its server as the browser does`(origin: String, authority: String) {
        #expect(SameOriginMiddleware.authority(of: origin) == authority)
    }
}
