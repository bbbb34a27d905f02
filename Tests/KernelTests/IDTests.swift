import Foundation
import Kernel
import Testing

struct IDTests {
    @Test(arguments: [7, 20_261_121] as [UInt64])
    func `identities sort by the time at which they were made`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var time = 1_790_755_200_000
        var last = ID<Account>(UUID.version7(at: Date(milliseconds: time), using: &generator))
        for _ in 0..<2_000 {
            time += Int.random(in: 1...100_000, using: &generator)
            let next = ID<Account>(UUID.version7(at: Date(milliseconds: time), using: &generator))
            #expect(last < next)
            #expect(last.text < next.text)
            #expect(last.uuid.bytes.lexicographicallyPrecedes(next.uuid.bytes), "in a database as in the program")
            last = next
        }
    }

    @Test(arguments: [7, 20_261_121] as [UInt64])
    func `an identity says version 7, the variant of RFC 9562 and its millisecond`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let milliseconds = Int.random(in: 0...4_102_444_800_000, using: &generator)
            let uuid = UUID.version7(at: Date(milliseconds: milliseconds), using: &generator)
            #expect(uuid.version == 7)
            #expect(uuid.bytes[8] >> 6 == 0b10)
            try #require(uuid.bytes.prefix(6).reduce(0) { $0 << 8 | Int($1) } == milliseconds)
        }
    }

    @Test func `identities of the same millisecond differ in all their random bits`() {
        var generator = SeededGenerator(seed: 9)
        let time = Date(milliseconds: 1_790_755_200_000)
        let made = (0..<4_000).map { _ in UUID.version7(at: time, using: &generator) }
        #expect(Set(made).count == made.count)
        var seen = Data(repeating: 0, count: 16)
        var common = Data(repeating: 0xff, count: 16)
        for uuid in made {
            for (index, byte) in uuid.bytes.enumerated() {
                seen[index] |= byte
                common[index] &= byte
            }
        }
        let varying = zip(seen, common).map { ($0 ^ $1).nonzeroBitCount }.reduce(0, +)
        #expect(varying == 74, "12 bits after the version and 62 after the variant")
    }

    @Test func `a time before 1970 makes an identity of the first millisecond`() {
        var generator = SeededGenerator(seed: 1)
        let uuid = UUID.version7(at: Date(milliseconds: -5), using: &generator)
        #expect(uuid.bytes.prefix(6) == Data(repeating: 0, count: 6))
    }

    @Test func `a UUID comes back from its bytes and from its halves`() throws {
        let uuid = try #require(UUID(uuidString: "019a0b1c-2d3e-7f40-8112-fedcba987654"))
        #expect(uuid.bytes.map { String(format: "%02x", $0) }.joined() == "019a0b1c2d3e7f408112fedcba987654")
        #expect(UUID(bytes: uuid.bytes) == uuid)
        #expect(UUID(bytes: Array(uuid.bytes)) == uuid)
        #expect(UUID(high: 0x019a_0b1c_2d3e_7f40, low: 0x8112_fedc_ba98_7654) == uuid)
        #expect(UUID(bytes: uuid.bytes.dropLast()) == nil)
        #expect(UUID(bytes: uuid.bytes + [0]) == nil)
        #expect(UUID(bytes: []) == nil)
    }

    @Test(arguments: [
        ("019a0b1c-2d3e-7f40-8112-fedcba987654", true), ("019A0B1C-2D3E-7F40-8112-FEDCBA987654", true), ("", false),
        ("019a0b1c2d3e7f408112fedcba987654", false), ("{019a0b1c-2d3e-7f40-8112-fedcba987654}", false),
        ("019a0b1c-2d3e-7f40-8112-fedcba98765", false), ("019a0b1c-2d3e-7f40-8112-fedcba9876540", false),
        ("019a0b1c-2d3e-7f40-8112-fedcba98765g", false), (" 019a0b1c-2d3e-7f40-8112-fedcba987654", false),
    ])
    func `an identity is read from an address when it is a UUID`(text: String, isOne: Bool) throws {
        let id = ID<Account>(text)
        #expect((id != nil) == isOne)
        if let id { #expect(id.text == text.lowercased()) }
    }

    @Test func `JSON keeps an identity as small letters`() throws {
        let id = try #require(ID<Account>("019A0B1C-2D3E-7F40-8112-FEDCBA987654"))
        let json = try JSONEncoder().encode([id])
        #expect(String(decoding: json, as: UTF8.self) == #"["019a0b1c-2d3e-7f40-8112-fedcba987654"]"#)
        #expect(try JSONDecoder().decode([ID<Account>].self, from: json) == [id])
    }
}
