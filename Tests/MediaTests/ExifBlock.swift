import Foundation

/// The few fields of EXIF that photos are read for, as a camera writes them.
struct ExifBlock {
    var orientation: UInt16 = 1
    var time = "2026:09:30 08:15:00"
    var offset: String? = "+08:00"
    var latitude: [(UInt32, UInt32)] = [(41, 1), (48, 1), (2345, 100)]
    var latitudeReference = "N"
    var longitude: [(UInt32, UInt32)] = [(123, 1), (25, 1), (5678, 100)]
    var longitudeReference = "E"
    var software: String?

    /// `jpeg` with this as its first segment.
    func inserted(inJPEG jpeg: Data) -> Data {
        let block = Data("Exif\0\0".utf8) + bytes
        let length = UInt16(block.count + 2)
        return jpeg.prefix(2) + [0xff, 0xe1, UInt8(length >> 8), UInt8(length & 0xff)] + block + jpeg.dropFirst(2)
    }

    private var bytes: Data {
        var camera = [Field(0x9003, text: time)]
        if let offset { camera.append(Field(0x9011, text: offset)) }
        let satellite = [
            Field(1, text: latitudeReference), Field(2, fractions: latitude),
            Field(3, text: longitudeReference), Field(4, fractions: longitude),
        ]
        func main(_ cameraAt: Int, _ satelliteAt: Int) -> [Field] {
            [Field(0x0112, short: orientation)] + (software.map { [Field(0x0131, text: $0)] } ?? [])
                + [Field(0x8769, offset: cameraAt), Field(0x8825, offset: satelliteAt)]
        }
        let cameraAt = 8 + Self.directory(main(0, 0), at: 8).count
        let satelliteAt = cameraAt + Self.directory(camera, at: cameraAt).count
        return Data("II*\0".utf8) + Field.little(UInt32(8)) + Self.directory(main(cameraAt, satelliteAt), at: 8)
            + Self.directory(camera, at: cameraAt) + Self.directory(satellite, at: satelliteAt)
    }

    private static func directory(_ fields: [Field], at offset: Int) -> Data {
        var table = Field.little(UInt16(fields.count))
        var values = Data()
        let valuesAt = offset + 2 + 12 * fields.count + 4
        for field in fields {
            table += Field.little(field.tag) + Field.little(field.type) + Field.little(field.count)
            if field.value.count <= 4 {
                table += field.value + Data(count: 4 - field.value.count)
            } else {
                table += Field.little(UInt32(valuesAt + values.count))
                values += field.value + Data(count: field.value.count % 2)
            }
        }
        return table + Field.little(UInt32(0)) + values
    }
}

private struct Field {
    let tag: UInt16
    let type: UInt16
    let count: UInt32
    let value: Data

    init(_ tag: UInt16, text: String) {
        self.tag = tag
        type = 2
        value = Data(text.utf8) + [0]
        count = UInt32(value.count)
    }

    init(_ tag: UInt16, short: UInt16) {
        self.tag = tag
        type = 3
        count = 1
        value = Self.little(short)
    }

    init(_ tag: UInt16, offset: Int) {
        self.tag = tag
        type = 4
        count = 1
        value = Self.little(UInt32(offset))
    }

    init(_ tag: UInt16, fractions: [(UInt32, UInt32)]) {
        self.tag = tag
        type = 5
        count = UInt32(fractions.count)
        value = fractions.reduce(into: Data()) { $0 += Self.little($1.0) + Self.little($1.1) }
    }

    static func little(_ number: some FixedWidthInteger) -> Data {
        withUnsafeBytes(of: number.littleEndian) { Data($0) }
    }
}
