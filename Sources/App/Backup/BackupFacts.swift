import Foundation

/// What a backup says of itself; its first part.
package struct BackupFacts: Codable, Sendable {
    /// Of this layout. A later one gets another number.
    static let format = 1
    static let name = "facts"

    let format: Int
    /// When its making began: what was acknowledged before is in it.
    let madeAt: String
    /// The steps by which its tables were made, with their digests.
    let migrations: [String: String]
    /// How many rows each table has.
    let tables: [String: Int]
    let photos: Int
    /// The number of the last entry of the journal.
    let lastEntry: Int
    let keys: [String]
}

/// How the parts of a backup are called, in their order.
enum BackupPart {
    static let database = "database"
    static let keys = "keys/"
    /// Settings and other small files of the data folder.
    static let files = "files/"
    static let photos = "photos/"
    /// The files of the data folder that go along, where they are there.
    static let fileNames = ["nuanxin.json", "demo-accounts.json"]
    static let smallLimit = 1 << 20
    /// A photo is 20 MB at the most, and sealing adds a few bytes.
    static let photoLimit = 64 << 20
}
