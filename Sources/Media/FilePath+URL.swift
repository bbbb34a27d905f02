import Foundation
import SystemPackage

extension FilePath {
    /// The file's path from the root of the disk.
    init(_ url: URL) {
        self.init(url.absoluteURL.path(percentEncoded: false))
    }
}
