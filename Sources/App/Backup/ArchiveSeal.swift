import Crypto
import Foundation

/// The secret that backups are encrypted with.
package struct BackupKey: Sendable {
    private let secret: SymmetricKey

    /// - Throws: ``BackupError/shortKey``. The text isn't stretched, so it has to be a long one.
    package init(_ text: String) throws {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard text.count >= 32 else { throw BackupError.shortKey }
        secret = SymmetricKey(data: Data(text.utf8))
    }

    /// The key of one archive, and what tells whether it is the right one.
    fileprivate func derived(salt: Data) -> (key: SymmetricKey, check: Data) {
        func bytes(_ purpose: String, _ count: Int) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: secret, salt: salt, info: Data("nuanxin backup 1 \(purpose)".utf8),
                outputByteCount: count)
        }
        return (bytes("frames", 32), bytes("check", 8).withUnsafeBytes { Data($0) })
    }
}

/// Closes an archive's frames and opens them: each only at its place, and the last one only as the last.
///
/// An archive begins with a head: `NXB1`, 1 for AES-256-GCM or 0 for none, 32 bytes of salt, 8 bytes that tell whether a key is the
/// right one. Then frames follow: four bytes with the length and, in the highest bit, whether it is the last; the content; 16
/// bytes of tag, or 32 of SHA-256 in a plain archive. Each archive has a key of its own, so the frame's number can be the nonce.
struct ArchiveSeal: Sendable {
    static let frameSize = 1 << 20
    static let headSize = magic.count + 1 + saltSize + checkSize
    let head: Data
    private let key: SymmetricKey?

    /// For a new archive; a plain one without a key.
    init(_ key: BackupKey?) {
        let salt = SymmetricKey(size: .init(bitCount: 8 * Self.saltSize)).withUnsafeBytes { Data($0) }
        let derived = key?.derived(salt: salt)
        self.key = derived?.key
        head = Self.magic + [derived == nil ? 0 : 1] + salt + (derived?.check ?? Data(count: Self.checkSize))
    }

    /// For an archive that begins with `head`.
    init(head: Data, _ key: BackupKey?) throws {
        guard head.count == Self.headSize, head.starts(with: Self.magic) else { throw BackupError.notABackup }
        self.head = head
        switch (head[head.startIndex + Self.magic.count], key) {
        case (0, _):
            self.key = nil
        case (1, let key?):
            let salt = Data(head.dropFirst(Self.magic.count + 1).prefix(Self.saltSize))
            let derived = key.derived(salt: salt)
            guard derived.check == head.suffix(Self.checkSize) else { throw BackupError.otherKey }
            self.key = derived.key
        case (1, nil): throw BackupError.isEncrypted
        default: throw BackupError.notABackup
        }
    }

    var isEncrypted: Bool { key != nil }
    var overhead: Int { isEncrypted ? 16 : SHA256.byteCount }

    func close(_ content: Data, number: UInt64, isLast: Bool) throws -> Data {
        let context = context(number, isLast)
        guard let key else { return content + SHA256.hash(data: context + content) }
        let box = try AES.GCM.seal(content, using: key, nonce: Self.nonce(number), authenticating: context)
        return box.ciphertext + box.tag
    }

    /// - Throws: ``BackupError/damaged(_:)`` for anything but what was closed as this frame.
    func open(_ frame: Data, number: UInt64, isLast: Bool) throws -> Data {
        guard frame.count >= overhead else { throw BackupError.damaged("frame \(number)") }
        let content = frame.prefix(frame.count - overhead)
        let context = context(number, isLast)
        guard let key else {
            guard Data(SHA256.hash(data: context + content)) == frame.suffix(overhead) else {
                throw BackupError.damaged("frame \(number)")
            }
            return content
        }
        do {
            let box = try AES.GCM.SealedBox(
                nonce: Self.nonce(number), ciphertext: content, tag: frame.suffix(overhead))
            return try AES.GCM.open(box, using: key, authenticating: context)
        } catch {
            throw BackupError.damaged("frame \(number)")
        }
    }

    private func context(_ number: UInt64, _ isLast: Bool) -> Data {
        head + Self.bytes(number) + [isLast ? 1 : 0]
    }

    private static func nonce(_ number: UInt64) throws -> AES.GCM.Nonce {
        try AES.GCM.Nonce(data: Data(count: 4) + bytes(number))
    }

    private static func bytes(_ number: UInt64) -> Data {
        withUnsafeBytes(of: number.bigEndian) { Data($0) }
    }

    private static let magic = Data("NXB1".utf8)
    private static let saltSize = 32
    private static let checkSize = 8
}

extension UInt32 {
    var bigEndianBytes: Data { Swift.withUnsafeBytes(of: bigEndian) { Data($0) } }

    init(bigEndianBytes bytes: Data) {
        self = bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }
}
