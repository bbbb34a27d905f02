/// The number of a mobile telephone of the Chinese mainland.
///
/// It prints masked, so that a number can't get into a log by accident.
package struct Phone: Hashable, Sendable {
    /// Eleven digits, without the country's prefix.
    package let digits: String

    /// Reads a number as people type it: with +86 or without, with spaces or hyphens, with full-width digits.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count <= 64 else { return nil }
        var digits = ""
        for (index, scalar) in text.unicodeScalars.enumerated() {
            switch scalar {
            case "0"..."9": digits.unicodeScalars.append(scalar)
            case "\u{FF10}"..."\u{FF19}":
                digits.unicodeScalars.append(Unicode.Scalar(UInt8(scalar.value - 0xFF10 + 0x30)))
            case "+", "\u{FF0B}":
                guard index == 0 else { return nil }
                digits.append("+")
            case " ", "\u{3000}", "\u{A0}", "-", "\u{2010}"..."\u{2014}", "\u{FF0D}": continue
            default: return nil
            }
        }
        for prefix in ["+86", "0086", "86"] where digits.hasPrefix(prefix) && digits.count == prefix.count + 11 {
            digits.removeFirst(prefix.count)
        }
        guard digits.count == 11, digits.hasPrefix("1"), let second = digits.dropFirst().first, "3"..."9" ~= second,
            !digits.contains("+")
        else { return nil }
        self.digits = digits
    }

    /// `138****5678`
    package var masked: String { digits.prefix(3) + "****" + digits.suffix(4) }

    /// As gateways want it: `+8613812345678`.
    package var international: String { "+86" + digits }
}

extension Phone: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { masked }
    package var debugDescription: String { masked }
}
