import Storage

/// A table with sealed columns, as those need to know it who change the keys.
///
/// Beside its sealed columns it has `key_id`, the key of all of them, and where there are blind indexes `index_key_id`.
package struct SealedTable: Sendable {
    package struct Column: Sendable {
        let name: String
        /// The column of its blind index.
        let index: String?

        package init(_ name: String, index: String? = nil) {
            self.name = name
            self.index = index
        }
    }

    package let name: String
    /// The column of its key, which sealed values are bound to.
    let key: String
    let keyClass: KeyClass
    let columns: [Column]

    package init(_ name: String, key: String, of keyClass: KeyClass, columns: [Column]) {
        self.name = name
        self.key = key
        self.keyClass = keyClass
        self.columns = columns
    }

    var hasIndexes: Bool { columns.contains { $0.index != nil } }
}
