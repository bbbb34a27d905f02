import Crypto
import Foundation
import Vault

extension MasterKeys {
    /// The same for all tests.
    package static let test = MasterKeys(current: .test("first"))
}

extension MasterKey {
    /// A master key that follows from a word.
    package static func test(_ word: String) -> MasterKey {
        MasterKey(id: word, key: SymmetricKey(data: SHA256.hash(data: Data(word.utf8))))
    }
}

extension Vault {
    /// A new one each time: a node that has met no key yet.
    package static var test: Vault { .test(.test) }

    package static func test(_ keys: MasterKeys) -> Vault { Vault(keys) { .saturdayMorning } }
}
