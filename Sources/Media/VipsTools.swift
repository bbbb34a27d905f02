import Foundation
import Subprocess
import SystemPackage

/// libvips' command-line tools, each call in a child process of its own that can't use more than its share.
///
/// A child sees no environment, no input and no file name from outside: it works in a folder made for it, on names that
/// are written in this module.
struct VipsTools: Sendable {
    enum Tool: String {
        case header = "vipsheader"
        case vips
    }

    let limits: PhotoLimits
    let folder: FilePath

    /// Runs `tool` in `workFolder` and returns what it printed.
    ///
    /// - Throws: a `PhotoError` for all that can happen to a child, and `CancellationError`; the child is gone then.
    func run(_ tool: Tool, _ arguments: [String], in workFolder: FilePath) async throws -> String {
        let ending = try await withThrowingTaskGroup(of: Ending?.self) { group in
            group.addTask { try await launch(tool, arguments, in: workFolder) }
            group.addTask {
                try await Task.sleep(for: limits.wallClock)
                return nil
            }
            // Cancelling kills the child, and the group waits until it is gone.
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        guard let ending else { throw PhotoError.tookTooLong }
        try Task.checkCancellation()
        return try ending.output()
    }

    private func launch(_ tool: Tool, _ arguments: [String], in workFolder: FilePath) async throws -> Ending {
        var options = PlatformOptions()
        // Away from the terminal: Ctrl-C stops the server, which then stops its children itself.
        options.createSession = true
        do {
            let result = try await Subprocess.run(
                .path(Self.prlimit),
                arguments: Arguments(prefix + [folder.appending(tool.rawValue).string] + arguments),
                environment: .custom([
                    "VIPS_BLOCK_UNTRUSTED": "1", "VIPS_CONCURRENCY": "1", "TMPDIR": workFolder.string,
                ]),
                workingDirectory: workFolder, platformOptions: options,
                output: .bytes(limit: 1 << 20), error: .bytes(limit: 64 << 10))
            return Ending(
                status: result.terminationStatus, printed: String(decoding: result.standardOutput, as: UTF8.self),
                complaints: String(decoding: result.standardError, as: UTF8.self))
        } catch let error as SubprocessError where error.code == .outputLimitExceeded {
            // Thousands of complaints, or a megabyte of texts in a photo.
            throw PhotoError.damaged
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw PhotoError.toolMissing("\(Self.prlimit) isn't there")
        }
    }

    private var prefix: [String] {
        [
            "--as=\(limits.addressSpace)", "--cpu=\(limits.cpuSeconds)", "--fsize=\(Self.largestFile)", "--nofile=64",
            "--core=0", "--",
        ]
    }

    private static let prlimit: FilePath = "/usr/bin/prlimit"
    private static let largestFile = 256 << 20
}

/// How a child process ended.
private struct Ending: Sendable {
    let status: TerminationStatus
    let printed: String
    let complaints: String

    func output() throws(PhotoError) -> String {
        switch status {
        case .exited(126), .exited(127):
            throw .toolMissing(complaints)
        case .exited where complaints.hasPrefix("prlimit:"):
            throw .toolMissing(complaints)
        case .exited where complaints.contains("No space left on device"):
            throw .noSpace
        // libvips paints what it couldn't decode and may still end well.
        case .exited(0) where !complaints.contains("error in tile"):
            return printed
        // The limit of processor time, or a machine out of memory.
        case .signaled(SIGKILL), .signaled(SIGXCPU):
            throw .tookTooLong
        case .exited, .signaled:
            throw .damaged
        }
    }
}
