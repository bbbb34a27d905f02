/// Numbers in running text by which a person can be found: mobile telephones, identity cards, licence plates.
package enum PersonalNumbers {
    /// `text` with such numbers made unreadable: of a telephone and a card the last two digits stay, of a plate the first
    /// two characters.
    package static func masked(in text: String) -> String {
        let characters = Array(text)
        var masked: [Character] = []
        var index = 0
        while index < characters.count {
            if let run = digits(characters, from: index) {
                let isNumber = isTelephone(run.plain) || isIdentityCard(run.plain)
                masked +=
                    isNumber
                    ? Array(repeating: "*", count: run.length - 2) + characters[index..<(index + run.length)].suffix(2)
                    : Array(characters[index..<(index + run.length)])
                index += run.length
            } else if let length = plate(characters, from: index) {
                masked += characters[index..<(index + 2)] + Array(repeating: "*", count: length - 2)
                index += length
            } else {
                masked.append(characters[index])
                index += 1
            }
        }
        return String(masked)
    }

    /// Whether `text` may be a piece of such a number: four digits stand in it side by side.
    package static func mayBePart(_ text: String) -> Bool {
        let characters = Array(text)
        return characters.indices.contains { index in
            (digits(characters, from: index)?.plain.count ?? 0) >= 4
        }
    }

    /// A run of digits as people write them, with single spaces and hyphens between, from its first digit to its last.
    private static func digits(_ text: [Character], from start: Int) -> (plain: String, length: Int)? {
        guard digit(text[start]) != nil else { return nil }
        var plain = ""
        var end = start
        var index = start
        while index < text.count {
            if let digit = digit(text[index]) {
                plain.append(digit)
                index += 1
                end = index
            } else if plain.count == 17, text[index] == "X" || text[index] == "x" {
                plain.append("X")
                index += 1
                end = index
                break
            } else if [" ", "-", "－"].contains(text[index]), index + 1 < text.count, digit(text[index + 1]) != nil {
                index += 1
            } else {
                break
            }
        }
        return (plain, end - start)
    }

    private static func digit(_ character: Character) -> Character? {
        guard let scalar = character.unicodeScalars.first, character.unicodeScalars.count == 1 else { return nil }
        return switch scalar {
        case "0"..."9": character
        case "\u{FF10}"..."\u{FF19}": Unicode.Scalar(scalar.value - 0xFF10 + 0x30).map(Character.init)
        default: nil
        }
    }

    private static func isTelephone(_ digits: String) -> Bool {
        let national = digits.hasPrefix("86") && digits.count == 13 ? digits.dropFirst(2) : digits[...]
        guard national.count == 11, national.hasPrefix("1"), let second = national.dropFirst().first else {
            return false
        }
        return "3"..."9" ~= second
    }

    /// Eighteen characters (GB 11643), the last a digit or X, with a century that people live in.
    private static func isIdentityCard(_ digits: String) -> Bool {
        guard digits.count == 18 else { return false }
        let century = digits.dropFirst(6).prefix(2)
        return century == "19" || century == "20"
    }

    /// The length of a licence plate (GA 36): a province's character, a letter, five or six letters or digits.
    private static func plate(_ text: [Character], from start: Int) -> Int? {
        guard provinces.contains(text[start]), start + 1 < text.count, isLetter(text[start + 1]) else { return nil }
        var index = start + 2
        if index < text.count, text[index] == "·" || text[index] == " " { index += 1 }
        let first = index
        while index < text.count, isLetter(text[index]) || text[index].isASCII && text[index].isNumber { index += 1 }
        return (5...6).contains(index - first) ? index - start : nil
    }

    private static func isLetter(_ character: Character) -> Bool { character.isASCII && character.isLetter }

    private static let provinces = Set("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼")
}
