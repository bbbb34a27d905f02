import Foundation
import Kernel
import TestSupport
import Testing

@testable import Cases

/// How much two reports look like the same fact.
struct SimilarityTests {
    private let rats = Similarity.Traits(
        position: TestDistrict.inShenhe, receivedAt: .monday, words: "后厨有老鼠，地上很脏")

    @Test func `the nearer, the sooner and the more alike in words, the more similar`() {
        var near = rats
        near.position = Position(lat: 41.8001, lng: 123.45)
        var far = rats
        far.position = Position(lat: 41.8009, lng: 123.45)
        var late = near
        late.receivedAt += 20 * 86_400
        var other = near
        other.words = "门口堵住了消防通道"
        let score = { (traits: Similarity.Traits) in Similarity(rats, traits, radius: 120).score }
        #expect(score(rats) == 100)
        #expect(score(rats) > score(near) && score(near) > score(far))
        #expect(score(near) > score(late) && score(near) > score(other))
    }

    @Test func `it says what speaks for it, the strongest first`() {
        var other = rats
        other.receivedAt += 3 * 3600
        other.words = "后厨有老鼠"
        let print = PictureFingerprint(bits: 0xf0f0)
        var (one, two) = (rats, other)
        (one.fingerprints, two.fingerprints) = ([print], [PictureFingerprint(bits: 0xf0f1)])
        let similarity = Similarity(one, two, radius: 100, isSameReporter: true)
        #expect(similarity.reasons == [.distance(0), .photos, .time(3), .words(57), .reporter])
    }

    @Test func `what is known of one side only weighs nothing`() {
        var silent = rats
        silent.words = ""
        var placeless = rats
        placeless.position = nil
        #expect(Similarity(rats, silent, radius: 100).score == 100)
        #expect(Similarity(rats, placeless, radius: 100).score == 100)
        #expect(
            !Similarity(rats, placeless, radius: 100).reasons.contains {
                if case .distance = $0 { true } else { false }
            })
    }

    @Test func `the same business speaks for it wherever the phones were`() {
        var elsewhere = rats
        elsewhere.position = TestDistrict.inBinhe
        #expect(Similarity(rats, elsewhere, radius: 100).score < Similarity.least * 2)
        #expect(Similarity(rats, elsewhere, radius: 100, isSameBusiness: true).reasons.first == .business)
    }

    @Test func `words are compared by pairs of characters`() {
        #expect(Similarity.shared("后厨有老鼠", "后厨有老鼠！") == 1)
        #expect(Similarity.shared("老鼠", "蟑螂") == 0)
        #expect(Similarity.shared("Rats", "rats") == 1)
        #expect(Similarity.shared("！？", "老鼠") == nil && Similarity.shared("", "") == nil)
    }
}
