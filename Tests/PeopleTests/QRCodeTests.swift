import Foundation
import Kernel
import Testing

@testable import People

/// The drawing of an authenticator's secret, read back by the rules by which it is drawn.
struct QRCodeTests {
    @Test func `what a camera would read is what was drawn`() throws {
        for text in ["", "a", String(repeating: "暖", count: 44), String(repeating: "x", count: 134)] {
            let code = try #require(QRCode(text))
            #expect(Self.read(code) == text)
        }
        #expect(QRCode(String(repeating: "x", count: 135)) == nil)
        let login = try #require(Login(String(repeating: "l", count: 40)))
        #expect(QRCode(OneTimePassword.new().address(for: login)) != nil, "the longest login has a picture too")
    }

    @Test func `three corners, the timing between them and the format are where cameras look for them`() throws {
        let code = try #require(QRCode("otpauth"))
        for (row, column) in [(0, 0), (0, 34), (34, 0)] {
            let ring = (0..<7).allSatisfy { code[row, column + $0] && code[row + 6, column + $0] }
            #expect(ring && code[row + 3, column + 3] && !code[row + 1, column + 1])
        }
        #expect((8..<33).allSatisfy { code[6, $0] == $0.isMultiple(of: 2) })
        let format = (0..<8).map { code[8, 40 - $0] } + (8..<15).map { code[26 + $0, 8] }
        #expect(format.reversed().map { $0 ? "1" : "0" }.joined() == "111011111000100")
    }

    /// Takes the bits in their order, turns the mask back and puts the two blocks together; correction isn't needed.
    private static func read(_ code: QRCode) -> String? {
        func isFixed(_ row: Int, _ column: Int) -> Bool {
            row == 6 || column == 6 || (row < 9 && (column < 9 || column > 32)) || (row > 32 && column < 9)
                || ((32...36).contains(row) && (32...36).contains(column))
        }
        var bits: [Bool] = []
        var isUp = true
        for right in Array(stride(from: 40, through: 8, by: -2)) + [5, 3, 1] {
            for step in 0..<41 {
                let row = isUp ? 40 - step : step
                for column in [right, right - 1] where !isFixed(row, column) {
                    bits.append(code[row, column] != (row + column).isMultiple(of: 2))
                }
            }
            isUp.toggle()
        }
        guard bits.count == 172 * 8 + 7 else { return nil }
        var words: [UInt8] = []
        for start in stride(from: 0, to: 172 * 8, by: 8) {
            var word: UInt8 = 0
            for bit in bits[start..<start + 8] { word = (word << 1) | (bit ? 1 : 0) }
            words.append(word)
        }
        var data: [UInt8] = []
        for index in 0..<68 { data.append(words[index * 2]) }
        for index in 0..<68 { data.append(words[index * 2 + 1]) }
        guard data[0] >> 4 == 4 else { return nil }
        let count = Int(data[0] & 15) * 16 + Int(data[1] >> 4)
        var bytes: [UInt8] = []
        for index in 1..<count + 1 {
            let high: UInt8 = data[index] << 4
            bytes.append(high | (data[index + 1] >> 4))
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
