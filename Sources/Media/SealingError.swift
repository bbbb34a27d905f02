import Foundation

/// Why an original can't be sealed or opened. None of these is the fault of the person who asks.
package enum SealingError: Error, Hashable {
    /// A key must be 32 bytes, or these in hexadecimal digits or in base64.
    case notAKey
    /// The file isn't a sealed one, or of a later version.
    case notSealed
    /// Sealed with a key that isn't on the ring: its first bytes' hash, in hexadecimal digits.
    case unknownKey(id: String)
    /// The file, or its name, was changed after sealing.
    case tampered
}
