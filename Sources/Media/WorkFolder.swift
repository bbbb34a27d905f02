import Foundation
import SystemPackage

/// A folder for one piece of work, to be removed with all that is in it.
struct WorkFolder: Sendable {
    let path: FilePath

    /// Makes an empty folder with a name of its own, for this user only.
    init(in parent: FilePath) throws {
        var template = Array(parent.appending("job-XXXXXX").string.utf8CString)
        guard mkdtemp(&template) != nil else { throw ShelfError(Errno(rawValue: errno)) }
        path = parent.appending("job-" + String(decoding: template.dropLast().suffix(6).map(UInt8.init), as: UTF8.self))
    }

    func url(of name: String) -> URL {
        URL(filePath: path.appending(name).string, directoryHint: .notDirectory)
    }

    /// Gives the file `target`, whatever it is called, a name of ours.
    func link(_ target: FilePath, as name: String) throws {
        guard symlink(target.string, path.appending(name).string) == 0 else {
            throw ShelfError(Errno(rawValue: errno))
        }
    }

    /// What can't be removed now is removed at the next start.
    func remove() {
        try? FileManager.default.removeItem(atPath: path.string)
    }
}
