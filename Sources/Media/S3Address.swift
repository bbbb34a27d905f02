import Foundation

/// Where a bucket is and what opens it: `s3://ACCESS:SECRET@host:9000/bucket/prefix?region=cn-north-1&tls=false`.
///
/// The keys may be given apart. Special characters in them are percent-encoded. It never shows the keys in logs.
package struct S3Address: Sendable, Hashable {
    package let host: String
    package let port: Int?
    package let bucket: String
    /// Empty, or ending with `/`.
    package let prefix: String
    package let region: String
    package let usesTLS: Bool
    let keys: S3Keys

    /// - Throws: `S3AddressError`, which never quotes a key.
    package init(_ text: String, accessKey: String? = nil, secretKey: String? = nil) throws(S3AddressError) {
        guard text.lowercased().hasPrefix("s3://") else { throw S3AddressError("it must begin with s3://") }
        guard let parts = URLComponents(string: text), parts.scheme?.lowercased() == "s3" else {
            throw S3AddressError("it is no address; percent-encode special characters (/ is %2F, + is %2B)")
        }
        guard let host = parts.host, !host.isEmpty else { throw S3AddressError("it names no host") }
        self.host = host
        port = parts.port
        let path = parts.path.split(separator: "/").map(String.init)
        guard let bucket = path.first else {
            throw S3AddressError("it names no bucket: s3://host/bucket or s3://host/bucket/prefix")
        }
        guard !path.contains("."), !path.contains("..") else { throw S3AddressError("the prefix can't go up or stay") }
        self.bucket = bucket
        prefix = path.dropFirst().map { $0 + "/" }.joined()
        var options: [String: String] = [:]
        for item in parts.queryItems ?? [] {
            guard ["region", "tls"].contains(item.name) else {
                throw S3AddressError("there is no option \(item.name); there are region and tls")
            }
            options[item.name] = item.value
        }
        region = options["region"] ?? "us-east-1"
        guard let usesTLS = Bool(options["tls"] ?? "true") else { throw S3AddressError("tls is true or false") }
        self.usesTLS = usesTLS
        guard parts.fragment == nil else { throw S3AddressError("write # in a key as %23") }
        let (access, secret) = (parts.user ?? accessKey ?? "", parts.password ?? secretKey ?? "")
        guard !access.isEmpty, !secret.isEmpty else {
            throw S3AddressError("an access key and a secret key are needed, in it or by their own settings")
        }
        keys = S3Keys(access: access, secret: secret)
    }

    /// Whether what goes there stays on this machine.
    package var isLoopback: Bool { ["127.0.0.1", "localhost", "::1", "[::1]"].contains(host) }

    /// Without the keys.
    package var name: String { "s3://\(hostAndPort)/\(bucket)/\(prefix)" }

    /// As the header Host says it: without a port that goes without saying.
    var hostAndPort: String {
        guard let port, port != (usesTLS ? 443 : 80) else { return host }
        return "\(host):\(port)"
    }

    var origin: String { "\(usesTLS ? "https" : "http")://\(hostAndPort)" }
}

extension S3Address: CustomStringConvertible, CustomReflectable {
    package var description: String { name }
    package var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}

/// The two halves of what opens a bucket.
struct S3Keys: Sendable, Hashable {
    let access: String
    let secret: String
}

/// What is wrong with an address of a bucket, as the end of a sentence.
package struct S3AddressError: Error, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
