import Storage

/// What kind of secret a data key seals. Each class has keys of its own, so that one that was lost or is to be destroyed takes
/// no other class along.
package enum KeyClass: String, Sendable, Hashable, CaseIterable, Codable, SQLConvertible {
    /// How to reach somebody: phone and name of an account.
    case contact
    /// Who reported a case, and what leads there.
    case reporter
    case complainant
    case hardship
    case party
}

/// What a data key does. One that seals never makes an index, nor the other way round.
package enum KeyPurpose: String, Sendable, Hashable, CaseIterable, SQLConvertible {
    case seal
    /// Makes blind indexes: values by which a row can be found and nothing be read.
    case index
}

/// How far a data key has come.
package enum KeyState: String, Sendable, Hashable, CaseIterable, SQLConvertible {
    /// Seals; there is one for each class and purpose.
    case current
    /// Opens; what it sealed is being sealed anew.
    case older
    /// Nothing is sealed with it any more. It is kept for backups from before.
    case retired
}
