import Foundation
import Kernel
import SystemPackage

/// A photo's files as they lie on the shelf, for copying a shelf as a whole.
extension PhotoShelf {
    package enum File: String, Sendable, CaseIterable {
        case original, large, small

        /// Where the file of a photo lies, below the folder of all photos.
        package func path(of name: UUID) -> String {
            let text = name.uuidString.lowercased()
            return "\(text.suffix(2))/\(text.suffix(4).prefix(2))/\(text).\(rawValue)"
        }
    }

    /// The file as it is kept: a sealed original stays sealed.
    ///
    /// - Throws: `ShelfError.notFound`.
    package func stored(_ file: File, of name: UUID) async throws -> Data {
        let path = FilePath(workFolder).removingLastComponent().appending(file.path(of: name))
        return try await Self.copying.run { try DurableFile.read(path) }
    }

    private static let copying = BlockingQueue("photo-copying")
}
