import Kernel
import Testing

/// Worked out by hand from GB 32100-2015, 5.2: `91350100M000100Y43` is the standard's own example.
struct CreditCodeTests {
    @Test(arguments: ["91350100M000100Y43", "91350100m000100y43"])
    func `a code whose last character checks the others is taken`(text: String) {
        #expect(CreditCode(text)?.text == "91350100M000100Y43")
    }

    @Test(arguments: [
        "", "91350100M000100Y4", "91350100M000100Y433", "91350100M000100Y44", "91350100M000100Y34",
        "9135010OM000100Y43", "19350100M000100Y43",
    ])
    func `a slip of the pen is noticed`(text: String) {
        #expect(CreditCode(text) == nil)
    }
}
