import Crypto
import Foundation

/// The files that browsers load: our own from `Public`, those of others from the set-up.
enum Assets {
    /// A short digest of our own files, for addresses that browsers may keep for good.
    static func version(of root: Root) -> String {
        var hash = SHA256()
        let folder = root.url.appending(path: "Public")
        let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        for path in paths.sorted() {
            if let data = try? Data(contentsOf: folder.appending(path: path)) { hash.update(data: data) }
        }
        return hash.finalize().prefix(4).map { String($0, radix: 16) }.joined()
    }
}
