import Crypto
import Foundation
import Media
import SystemPackage

/// Where things lie in a data folder.
struct DataFolder {
    let path: FilePath

    init(_ url: URL) {
        path = FilePath(url.absoluteURL.path(percentEncoded: false)).lexicallyNormalized()
    }

    init(_ path: FilePath) {
        self.path = path
    }

    var database: FilePath { path.appending("nuanxin.sqlite") }
    var keys: FilePath { path.appending("keys") }
    var photos: FilePath { path.appending("photos") }
    /// For what lives as long as one command.
    var work: FilePath { path.appending("backup-work") }

    func photo(_ name: UUID, _ file: PhotoShelf.Kind) -> FilePath {
        FilePath(photos.string + "/" + file.path(of: name))
    }

    var keyFiles: [(name: String, content: Data)] {
        get throws { try BackupFile.names(in: keys).map { ($0, try content(keys.appending($0))) } }
    }

    func content(_ file: FilePath) throws -> Data {
        let open = try BackupFile.open(file)
        defer { try? open.close() }
        return try BackupFile.read(BackupPart.smallLimit, from: open, at: file)
    }
}

extension Settings {
    /// All keys that originals may be sealed with, as far as they are known here; none are made.
    func knownSealingKeys(and more: [Data] = []) -> SealingKeyRing? {
        let texts = [sealingKey].compactMap(\.self) + olderSealingKeys
        let file = DataFolder(data).keys.appending("sealing.key")
        let keys =
            more.compactMap { try? SealingKey(bytes: $0) } + texts.compactMap { try? SealingKey(text: $0) }
            + [try? SealingKey(file: URL(filePath: file.string))].compactMap(\.self)
        return keys.first.map { SealingKeyRing(current: $0, older: Array(keys.dropFirst())) }
    }
}
