import Foundation
import Kernel
import SystemPackage

/// Remembers which objects are copied and compared: a line for each, in a file for each first folder of the keys, so that
/// only one of these files is in memory.
actor MoveLedger {
    private let folder: FilePath
    private var current: (name: String, keys: Set<String>)?
    private let disk = BlockingQueue("move-ledger")

    init(folder: FilePath) {
        self.folder = folder
    }

    func has(_ key: String) async throws -> Bool {
        let name = Self.file(of: key)
        if let current, current.name == name { return current.keys.contains(key) }
        let keys = try await disk.run { [folder] in
            let text = (try? DurableFile.read(folder.appending(name))) ?? Data()
            // The last line may have been cut short: only those that end count.
            let lines = String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            return Set(lines.dropLast().map(String.init))
        }
        current = (name, keys)
        return keys.contains(key)
    }

    func add(_ key: String) async throws {
        try await disk.run { [folder] in
            try DurableFile.makeFolders(folder)
            let file = try FileDescriptor.open(
                folder.appending(Self.file(of: key)), .writeOnly, options: [.append, .create, .closeOnExec],
                permissions: [.ownerRead, .ownerWrite])
            _ = try file.closeAfter { try file.writeAll(Data("\(key)\n".utf8)) }
        }
        if current?.name == Self.file(of: key) { current?.keys.insert(key) }
    }

    private static func file(of key: String) -> String {
        key.split(separator: "/").first.map(String.init) ?? "rest"
    }
}
