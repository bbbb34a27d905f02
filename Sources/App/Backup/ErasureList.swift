import Foundation
import Kernel
import SystemPackage

/// Whose accounts were erased, beside the backups: one that is older than an erasure would bring that person back. It holds
/// numbers of accounts, which lead to nobody but in such a backup.
///
/// What goes by its age alone isn't in it: a restored database is older than its spans, and the next run erases that anew.
struct ErasureList {
    static let name = "nuanxin-erasures.json"

    private let path: FilePath

    init(in folder: FilePath) {
        path = folder.appending(Self.name)
    }

    init(in folder: URL) {
        self.init(in: DataFolder(folder).path)
    }

    var isThere: Bool { BackupFile.isThere(path) }

    /// Nothing when there is no list.
    func accounts() throws -> Set<ID<Account>> {
        guard isThere else { return [] }
        let file = try BackupFile.open(path)
        defer { try? file.close() }
        let content = try BackupFile.read(Self.limit, from: file, at: path)
        do {
            return Set(try JSONDecoder().decode(Content.self, from: content).accounts)
        } catch {
            // Passing it over would bring people back that nobody knows of any more.
            throw BackupError.failed(path.string, reason: "it isn't a list of erasures")
        }
    }

    /// Adds accounts to those that are there. The file is the old or the new one at any moment.
    func add(_ accounts: some Sequence<ID<Account>>) throws {
        let known = try self.accounts()
        let all = known.union(accounts)
        guard all != known else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        let partial = FilePath(path.string + ".\(getpid())")
        BackupFile.remove(partial)
        let file = try BackupFile.create(partial)
        do {
            defer { try? file.close() }
            try BackupFile.write(try encoder.encode(Content(accounts: all.sorted())), to: file, at: partial)
            try BackupFile.sync(file, at: partial)
            try BackupFile.rename(partial, to: path)
        } catch {
            BackupFile.remove(partial)
            throw error
        }
        try BackupFile.syncFolder(path.removingLastComponent())
    }

    func remove() { BackupFile.remove(path) }

    private struct Content: Codable {
        let accounts: [ID<Account>]
    }

    /// A million of them.
    private static let limit = 1 << 26
}
