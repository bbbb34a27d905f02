/// How big a photo may be, and how much work its preparation may cost.
package struct PhotoLimits: Sendable, Hashable {
    package var bytes = 20 << 20
    package var pixels = 50_000_000
    /// Progressive and interlaced photos are held in memory as a whole while they are decoded.
    package var interlacedPixels = 25_000_000
    package var side = 16_384

    /// How many photos are prepared at the same time, each by one child process after another.
    package var jobs = 2
    /// How many more may wait for their turn; the next one is turned away as `busy`.
    package var waiting = 32

    /// What one child process may use. A HEIC photo of 50 megapixels needs 800 MiB of addresses (380 MB of memory) and
    /// 9 seconds, one of 12 megapixels, as most are, 1 second.
    package var addressSpace = 1536 << 20
    package var cpuSeconds = 30
    package var wallClock = Duration.seconds(60)

    package init() {}
}
