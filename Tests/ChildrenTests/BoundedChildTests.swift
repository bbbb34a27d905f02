import Foundation
import SystemPackage
import Testing

@testable import Children

/// Children that want more than their share.
struct BoundedChildTests {
    private func child(_ change: (inout ChildLimits) -> Void = { _ in }) -> BoundedChild {
        var limits = ChildLimits(
            addressSpace: 512 << 20, cpuSeconds: 10, wallClock: .seconds(600), fileBytes: 0, outputBytes: 1 << 16)
        change(&limits)
        return BoundedChild(limits: limits, environment: ["COLOUR": "blue"])
    }

    @Test func `a child sees the environment that was named for it, and its folder`() async throws {
        let end = try await child().run("/usr/bin/env", [], in: "/usr")
        #expect(end.code == 0 && end.complaints.isEmpty)
        #expect(
            String(decoding: end.printed, as: UTF8.self).split(separator: "\n").sorted() == [
                "COLOUR=blue", "TMPDIR=/usr",
            ])
        #expect(try await child().run("/bin/pwd", [], in: "/usr").printed == Data("/usr\n".utf8))
    }

    @Test func `how it ended is said: with a code, by a signal, or because it isn't there`() async throws {
        let failed = try await child().run("/bin/sh", ["-c", "echo no >&2; exit 3"], in: "/")
        #expect(failed.code == 3 && failed.complaints == "no\n")
        #expect(try await child().run("/bin/sh", ["-c", "kill -SEGV $$"], in: "/").code == nil)
        let missing = await #expect(throws: ChildError.self) {
            try await child().run("/nowhere/tool", [], in: "/")
        }
        guard case .missing = missing else { throw try #require(missing) }
    }

    @Test func `who takes too long, prints too much or writes at all is stopped`() async throws {
        await #expect(throws: ChildError.tookTooLong) {
            try await child { $0.wallClock = .milliseconds(20) }.run("/bin/sleep", ["600"], in: "/")
        }
        await #expect(throws: ChildError.printedTooMuch) { try await child().run("/usr/bin/yes", [], in: "/") }
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: file) }
        let writing = try await child().run("/bin/sh", ["-c", "echo much > \(file.path)"], in: "/")
        #expect(writing.code != 0)
        #expect(try Data(contentsOf: file).isEmpty)
    }
}
