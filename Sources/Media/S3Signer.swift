import Crypto
import Foundation

/// Signs requests as AWS describes it in "Authenticating Requests (AWS Signature Version 4)" for S3: the path is encoded
/// once, every header that is given is signed, and the body by its SHA-256.
struct S3Signer: Sendable {
    let keys: S3Keys
    let region: String

    /// The headers that make the request one of ours: those given, the time, the body's hash, and the signature over all.
    func signed(_ request: S3Request, host: String, at time: Date) -> [(name: String, value: String)] {
        let stamp = Self.stamp(time)
        let bodyHash = Data(SHA256.hash(data: request.body)).hexadecimal
        var headers = request.headers.map { (name: $0.lowercased(), value: Self.trimmed($1)) }
        headers += [("host", host), ("x-amz-content-sha256", bodyHash), ("x-amz-date", stamp)]
        headers.sort { $0.name < $1.name }
        let names = headers.map(\.name).joined(separator: ";")
        let canonical = [
            request.method, request.encodedPath, request.encodedQuery,
            headers.map { "\($0.name):\($0.value)\n" }.joined(), names, bodyHash,
        ].joined(separator: "\n")
        let scope = "\(stamp.prefix(8))/\(region)/s3/aws4_request"
        let toSign = [
            "AWS4-HMAC-SHA256", stamp, scope, Data(SHA256.hash(data: Data(canonical.utf8))).hexadecimal,
        ].joined(separator: "\n")
        let signature = Self.mac(toSign, by: key(on: String(stamp.prefix(8)))).hexadecimal
        let credential = "Credential=\(keys.access)/\(scope)"
        headers.append(
            ("authorization", "AWS4-HMAC-SHA256 \(credential),SignedHeaders=\(names),Signature=\(signature)"))
        return headers
    }

    /// A key that is good for one day, one region and nothing but S3.
    private func key(on day: String) -> Data {
        [day, region, "s3", "aws4_request"].reduce(Data("AWS4\(keys.secret)".utf8)) { Self.mac($1, by: $0) }
    }

    private static func mac(_ text: String, by key: Data) -> Data {
        Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: key)))
    }

    /// Without space at the ends, and with one space where there were several.
    private static func trimmed(_ value: String) -> String {
        value.split(separator: " ").joined(separator: " ")
    }

    /// `20130524T000000Z`.
    static func stamp(_ time: Date) -> String {
        let text: String = time.formatted(.iso8601)
        return text.filter { $0 != "-" && $0 != ":" }
    }
}

/// A request before it is signed.
struct S3Request: Sendable {
    var method: String
    /// From the root of the host on, as it is read: `/bucket/prefix/key`.
    var path: String
    var query: [String: String] = [:]
    /// Besides those that signing adds.
    var headers: [String: String] = [:]
    var body = Data()
    /// Whether it may be sent again when nobody knows whether it arrived.
    var mayRepeat = true

    var encodedPath: String {
        path.split(separator: "/", omittingEmptySubsequences: false).map { Self.encoded($0) }.joined(separator: "/")
    }

    /// Sorted, as it is signed and sent.
    var encodedQuery: String {
        query.map { (name: Self.encoded($0), value: Self.encoded($1)) }.sorted { $0.name < $1.name }
            .map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    }

    /// All but letters, digits and `-._~`, byte by byte.
    private static func encoded(_ text: some StringProtocol) -> String {
        text.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e:
                String(Unicode.Scalar(byte))
            default:
                "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
