import Foundation

/// Why something sealed can't be opened, or nothing be sealed. None of these is the fault of the person who asks.
package enum VaultError: Error, Hashable {
    /// Shorter than anything sealed is.
    case notSealed
    /// Sealed in a way that this version doesn't know: by the first byte.
    case unknownAlgorithm(UInt8)
    /// Sealed with a data key that isn't in the database.
    case unknownKey(UUID)
    /// The data key is wrapped by a master key that isn't in the settings: the first bytes of its hash.
    case unknownMasterKey(String)
    /// It was changed, or moved here from another place.
    case tampered
    /// The database was opened without its master keys.
    case noMasterKeys
}

extension VaultError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notSealed: "a value that should be sealed isn't"
        case .unknownAlgorithm(let byte): "a value is sealed in a way that this version doesn't know (\(byte))"
        case .unknownKey(let id): "the data key \(id.uuidString.lowercased()) isn't in the database"
        case .unknownMasterKey(let id):
            "a data key is wrapped by the key \(id), which isn't here: give it as sealing.older"
        case .tampered: "a sealed value was changed, or moved here from another place"
        case .noMasterKeys: "the database was opened without its keys"
        }
    }
}
