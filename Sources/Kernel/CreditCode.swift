/// A unified social credit code (统一社会信用代码), under which an organisation is registered: eighteen characters, the last
/// of which checks the others (GB 32100-2015, 5.2).
package struct CreditCode: Sendable, Hashable {
    package let text: String

    /// `nil` when `text` is no such code, or a slip of the pen made another one of it.
    package init?(_ text: String) {
        let places = text.uppercased().map { Self.alphabet.firstIndex(of: $0) }
        guard places.count == 18, !places.contains(nil) else { return nil }
        let values = places.compactMap(\.self)
        var weight = 1
        var sum = 0
        for value in values.dropLast() {
            sum += value * weight
            weight = weight * 3 % 31
        }
        guard values.last == (31 - sum % 31) % 31 else { return nil }
        self.text = text.uppercased()
    }

    /// Digits and capitals without I, O, S, V and Z, which are taken for digits and each other.
    private static let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY")
}
