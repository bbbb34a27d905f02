import Kernel
import Testing

struct NearestWordTests {
    @Test(arguments: [
        ("tels", "; did you mean tells?"), ("tellss", "; did you mean tells?"), ("reasosn", "; did you mean reason?"),
        ("x", "; known are from, reason, tells, to"), ("beschwerde", "; known are from, reason, tells, to"),
    ])
    func `a slip leads to the word that was meant, and what is far from all to all of them`(word: String, hint: String)
    {
        #expect(["tells", "to", "reason", "from"].hint(insteadOf: word) == hint)
    }

    @Test func `of two that are equally near the first by letters is taken`() {
        #expect(["bat", "cat", "at"].hint(insteadOf: "hat") == "; did you mean at?")
    }
}
