import Foundation

/// Why a backup can't be made, or what is wrong with one: each a sentence for the person at the console.
package enum BackupError: Error, Equatable, CustomStringConvertible {
    case noKey
    case shortKey
    case noFolder(String)
    case noDatabase(String)
    case inPostgres
    case full(String)
    case failed(String, reason: String)
    case photoMissing(String)
    /// Not a backup, or one of a version to come.
    case notABackup
    /// It needs a key, and none was given.
    case isEncrypted
    case otherKey
    /// Part of it is changed, missing or in another place.
    case damaged(String)
    case cutShort
    /// All of it was read as it was written, and what it holds isn't in order.
    case wrong(String)
    case notEmpty(String)

    package var description: String {
        switch self {
        case .noKey:
            "backup.key isn't set: give NUANXIN_BACKUP_KEY, such as the output of `openssl rand -base64 32`, and keep it "
                + "elsewhere; or give --plain for a backup that anybody can read"
        case .shortKey: "backup.key: give at least 32 characters, such as the output of `openssl rand -base64 32`"
        case .noFolder(let path): "\(path) isn't there, or isn't a folder"
        case .noDatabase(let path): "\(path) isn't there: is this the data folder?"
        case .inPostgres:
            "this server's data is in PostgreSQL: back that up with its own tools (docs/operations.md, Backup and restore)"
        case .full(let path): "the disk of \(path) is full"
        case .failed(let path, let reason): "\(path): \(reason)"
        case .photoMissing(let name): "the database names the photo \(name), and it isn't there"
        case .notABackup: "this isn't a backup of nuanxin, or it was made by a later version"
        case .isEncrypted: "this backup is encrypted: give its key as NUANXIN_BACKUP_KEY"
        case .otherKey: "this backup was made with another key, or its first bytes are damaged"
        case .damaged(let place): "the backup is damaged: \(place)"
        case .cutShort: "the backup is cut short: its end is missing"
        case .wrong(let what): "the backup isn't whole: \(what)"
        case .notEmpty(let path): "\(path) isn't empty: a backup is restored into a folder that isn't there yet"
        }
    }
}
