import Foundation
import Kernel

/// A file that came with a form, in a temporary place.
package struct Upload: Sendable {
    package let field: String
    /// What the phone called the file: for showing back to the person only, never for a path.
    package let fileName: String
    package let contentType: String
    package let file: URL
    /// Bytes on the disk. When ``isTooLarge``, the rest was thrown away.
    package let size: Int
    package let isTooLarge: Bool
}

package struct UploadLimits: Sendable {
    package let folder: URL
    /// Bytes of one file. A larger one is marked, and the rest of the form is read all the same.
    package var fileBytes = 20 * 1024 * 1024
    package var files = 9
    package var fieldBytes = 64 * 1024
    package var fields = 64

    package init(folder: URL) {
        self.folder = folder
    }

    /// Bytes of the whole body.
    var bodyBytes: Int { (files + 1) * (fileBytes + 4096) + 1024 * 1024 }
}

/// The temporary place of one form's files. It is emptied when nobody needs it any more.
final class UploadFolder: Sendable {
    let url: URL

    init(in parent: URL) throws {
        url = parent.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }
}
