import Crypto
import Foundation
import Media
import Vault

/// The secrets of this server: from the settings, else from files in the data folder that are made on the first start.
package struct Keys: Sendable {
    package let sealing: SealingKeyRing
    /// What the vault's data keys are wrapped with. They follow from the sealing keys, current and older.
    let vault: MasterKeys
    package let server: Data
    /// What the journal's checkpoints are signed with. It follows from the server's key, which all nodes share.
    let journalSigner: Curve25519.Signing.PrivateKey

    package init(_ settings: Settings) throws {
        let folder = settings.data.appending(path: "keys")
        let older = try settings.olderSealingKeys.map { try Self.sealingKey($0, named: "sealing.older") }
        let current =
            if let text = settings.sealingKey {
                try Self.sealingKey(text, named: "sealing.key")
            } else {
                try SealingKey(bytes: try Self.bytes("sealing.key", in: folder))
            }
        sealing = SealingKeyRing(current: current, older: older)
        let masters = sealing.derived(for: "vault").map { MasterKey(id: $0.id, key: $0.key) }
        vault = MasterKeys(current: masters[0], older: Array(masters.dropFirst()))
        if let text = settings.serverKey {
            guard let key = Data(base64Encoded: text), key.count >= 32 else {
                throw SettingsError("server.key: give at least 32 bytes in base64")
            }
            server = key
        } else {
            server = try Self.bytes("server.key", in: folder)
        }
        let seed = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: server), info: Data("journal checkpoints".utf8), outputByteCount: 32)
        journalSigner = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
    }

    private static func sealingKey(_ text: String, named name: String) throws -> SealingKey {
        do {
            return try SealingKey(text: text)
        } catch {
            throw SettingsError("\(name): a key is 32 bytes, as 64 hexadecimal digits or in base64")
        }
    }

    /// Reads 32 bytes, or makes them. Only the server's user can read the file.
    private static func bytes(_ name: String, in folder: URL) throws -> Data {
        let file = folder.appending(path: name)
        if let data = try? Data(contentsOf: file) {
            guard data.count == 32 else {
                throw SettingsError("\(file.path): a key has 32 bytes, this file \(data.count)")
            }
            return data
        }
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let key = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
        guard FileManager.default.createFile(atPath: file.path, contents: key, attributes: [.posixPermissions: 0o600])
        else { throw SettingsError("\(file.path) can't be written") }
        // What is sealed with a key that a power cut took away could never be opened again.
        let handle = try FileHandle(forWritingTo: file)
        try handle.synchronize()
        try handle.close()
        return key
    }
}
