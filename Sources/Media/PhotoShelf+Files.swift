import Foundation
import Kernel

/// A photo's files as they are kept, for copying a shelf as a whole.
extension PhotoShelf.Kind {
    /// Where the file of a photo lies, below the folder of all photos.
    package func path(of name: UUID) -> String { PhotoShelf.key(of: name, self) }
}

extension PhotoShelf {
    /// The file as it is kept: a sealed original stays sealed.
    ///
    /// - Throws: `ShelfError`.
    package func stored(_ kind: Kind, of name: UUID) async throws -> Data {
        try await store.get(Self.key(of: name, kind))
    }
}
