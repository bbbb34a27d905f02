import Crypto
import Foundation

/// Words planted with one person, in all the forms in which they could come out somewhere.
struct Canary: Sendable {
    let name: String
    let needles: [Needle]

    struct Needle: Sendable {
        let form: String
        let bytes: Data
    }

    init(_ name: String, _ texts: String...) {
        self.name = name
        needles = texts.flatMap(Self.forms)
    }

    /// The forms of this canary that stand in `data`.
    func found(in data: Data) -> [String] {
        data.withUnsafeBytes { hay -> [String] in
            needles.compactMap { needle in
                let isThere = needle.bytes.withUnsafeBytes { Self.holds(hay, $0) }
                return isThere ? "\(name) as \(needle.form)" : nil
            }
        }
    }

    /// By the C library: bodies are many, and the forms too.
    private static func holds(_ hay: UnsafeRawBufferPointer, _ needle: UnsafeRawBufferPointer) -> Bool {
        guard let start = hay.baseAddress, let wanted = needle.baseAddress, hay.count >= needle.count else {
            return false
        }
        let end = start + (hay.count - needle.count)
        var place = start
        while let hit = memchr(place, Int32(needle[0]), end - place + 1) {
            if memcmp(hit, wanted, needle.count) == 0 { return true }
            place = UnsafeRawPointer(hit) + 1
            guard place <= end else { return false }
        }
        return false
    }

    private static func forms(of text: String) -> [Needle] {
        let plain = Data(text.utf8)
        var forms = [Needle(form: "it is: \(text)", bytes: plain), Needle("percent", percent(plain))]
        forms.append(Needle("percent, small", percent(plain).lowercased()))
        if !text.allSatisfy(\.isASCII) {
            let units = Array(text.utf16)
            forms += [
                Needle("JSON escapes", units.map { "\\u" + hex($0) }.joined()),
                Needle("entities", text.unicodeScalars.map { "&#\($0.value);" }.joined()),
                Needle("hex entities", text.unicodeScalars.map { "&#x\(String($0.value, radix: 16));" }.joined()),
                Needle(form: "UTF-16", bytes: Data(units.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] })),
            ]
        }
        forms += printed(plain, as: "it is")
        for (name, digest) in [
            ("MD5", Data(Insecure.MD5.hash(data: plain))), ("SHA-1", Data(Insecure.SHA1.hash(data: plain))),
            ("SHA-256", Data(SHA256.hash(data: plain))),
        ] {
            forms.append(Needle(form: name, bytes: digest))
            forms += printed(digest, as: name)
        }
        return forms
    }

    /// In hex, and in base64 wherever the bytes begin in what was encoded.
    private static func printed(_ bytes: Data, as name: String) -> [Needle] {
        let hex = bytes.map { Self.hex($0) }.joined()
        var forms = [Needle("\(name), hex", hex), Needle("\(name), HEX", hex.uppercased())]
        for shift in 0..<3 {
            let whole = Array((Data(count: shift) + bytes).base64EncodedString())
            // Only what the bytes alone decide.
            let (first, last) = ((shift * 8 + 5) / 6, (shift + bytes.count) * 8 / 6)
            let text = String(whole[first..<last])
            forms.append(Needle("\(name), base64 from \(shift)", text))
            let other = text.replacing("+", with: "-").replacing("/", with: "_")
            if other != text { forms.append(Needle("\(name), base64url from \(shift)", other)) }
        }
        return forms
    }

    private static func percent(_ bytes: Data) -> String {
        bytes.map { byte in
            let isPlain = Character(Unicode.Scalar(byte)).isASCII && Character(Unicode.Scalar(byte)).isLetter
            return isPlain || (0x30...0x39).contains(byte) ? String(Unicode.Scalar(byte)) : "%" + hex(byte).uppercased()
        }.joined()
    }

    private static func hex(_ number: some FixedWidthInteger) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: max(0, number.bitWidth / 4 - digits.count)) + digits
    }
}

extension Canary.Needle {
    fileprivate init(_ form: String, _ text: String) { self.init(form: form, bytes: Data(text.utf8)) }
}

/// The person whom everybody would like to know, and all that is known of them.
enum Planted {
    static let name = "甄探雀"
    static let phone = "13957190264"
    static let platformSite = "探雀站点九号"
    static let company = "寻雀合作企业"
    static let fileName = "Zhen_Tanque_IMG_7731.jpg"
    static let agent = "CanaryPhone/23049PCD8G (Linux; Android 14; TanqueUA-551)"
    static let network = "203.0.113.177"
    static let camera = "TanqueCam-Serial-88412"
    static let words = "灰椋鸟飞过了后厨"
    static let remark = "金丝雀还在那里叫"
    /// Another number, which they wrote into everything that takes words.
    static let typedPhone = "18640335917"

    /// Of who it is.
    static let identity = [
        Canary("name", name),
        Canary(
            "phone", phone, "+86\(phone)", "86\(phone)", "0086\(phone)", "+86 \(phone)", "+86-\(phone)",
            "139 5719 0264", "139-5719-0264", "139****0264"),
        Canary("site", platformSite), Canary("company", company),
    ]
    /// Of what they hold in their hand.
    static let device = [
        Canary("file name", fileName, "Zhen_Tanque_IMG_7731"), Canary("device", agent, "TanqueUA-551"),
        Canary("network", network), Canary("camera", camera),
    ]
    /// Of what they wrote.
    static let typed = [
        Canary("words", words), Canary("remark", remark),
        Canary("typed number", typedPhone, "+86\(typedPhone)", "186-4033-5917", "186 4033 5917"),
    ]

    static let all = identity + device + typed

    /// A JPEG with all that a camera writes into it: fields of EXIF, a remark, a packet of XMP.
    static func photo(_ seed: Int) throws -> Data {
        let jpeg = try Pictures.jpeg(seed)
        let xmp = "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:li>\(camera) \(name)</rdf:li></x:xmpmeta>"
        return jpeg.prefix(2) + segment(0xe1, Data("Exif\0\0".utf8) + exif) + segment(0xe1, Data(xmp.utf8))
            + segment(0xfe, Data("\(camera) \(phone)".utf8)) + jpeg.dropFirst(2)
    }

    private static func segment(_ marker: UInt8, _ content: Data) -> Data {
        let length = content.count + 2
        return Data([0xff, marker, UInt8(length >> 8), UInt8(length & 0xff)]) + content
    }

    /// Maker, model, software and owner.
    private static var exif: Data {
        let texts: [(UInt16, String)] = [
            (0x010f, camera), (0x0110, "\(camera) model"), (0x0131, "\(camera) software"), (0x013b, phone),
        ]
        var table = little(UInt16(texts.count))
        var values = Data()
        for (tag, text) in texts {
            let value = Data(text.utf8) + [0]
            table += little(tag) + little(UInt16(2)) + little(UInt32(value.count))
            table += little(UInt32(8 + 2 + 12 * texts.count + 4 + values.count))
            values += value + Data(count: value.count % 2)
        }
        return Data("II*\0".utf8) + little(UInt32(8)) + table + little(UInt32(0)) + values
    }

    private static func little(_ number: some FixedWidthInteger) -> Data {
        withUnsafeBytes(of: number.littleEndian) { Data($0) }
    }
}
