import Foundation
import Subprocess
import SystemPackage

/// What one child process may use.
package struct ChildLimits: Sendable, Hashable {
    package var addressSpace: Int
    package var cpuSeconds: Int
    package var wallClock: Duration
    /// Bytes of one file that it writes.
    package var fileBytes: Int
    /// Bytes that it may print.
    package var outputBytes: Int
    /// Bytes that it may complain.
    package var complaintBytes: Int

    package init(
        addressSpace: Int, cpuSeconds: Int, wallClock: Duration, fileBytes: Int, outputBytes: Int,
        complaintBytes: Int = 64 << 10
    ) {
        self.addressSpace = addressSpace
        self.cpuSeconds = cpuSeconds
        self.wallClock = wallClock
        self.fileBytes = fileBytes
        self.outputBytes = outputBytes
        self.complaintBytes = complaintBytes
    }
}

/// Why there is nothing that a child said.
package enum ChildError: Error, Hashable {
    case tookTooLong
    case printedTooMuch
    /// The program, or `prlimit`, can't be run here: the operator's fault. The text is for the log.
    case missing(String)
}

/// How a child process ended.
package struct ChildEnd: Sendable {
    /// What it ended with; `nil` when a signal ended it.
    package let code: Int32?
    package let printed: Data
    package let complaints: String
}

/// Runs programs that read what strangers sent, each in a child process of its own that can't use more than its share.
///
/// A child sees no environment but what is named here, no input, and works in a folder that was made for it.
package struct BoundedChild: Sendable {
    private let limits: ChildLimits
    private let environment: [String: String]

    package init(limits: ChildLimits, environment: [String: String] = [:]) {
        self.limits = limits
        self.environment = environment
    }

    /// Runs `program` in `folder` until its end.
    ///
    /// Throws a ``ChildError``, or `CancellationError`; the child is gone then.
    package func run(_ program: FilePath, _ arguments: [String], in folder: FilePath) async throws -> ChildEnd {
        let end = try await withThrowingTaskGroup(of: ChildEnd?.self) { group in
            group.addTask { try await launch(program, arguments, in: folder) }
            group.addTask {
                try await Task.sleep(for: limits.wallClock)
                return nil
            }
            // Cancelling kills the child, and the group waits until it is gone.
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        guard let end else { throw ChildError.tookTooLong }
        try Task.checkCancellation()
        return end
    }

    private func launch(_ program: FilePath, _ arguments: [String], in folder: FilePath) async throws -> ChildEnd {
        var options = PlatformOptions()
        // Away from the terminal: Ctrl-C stops the server, which then stops its children itself.
        options.createSession = true
        let surroundings = environment.merging(["TMPDIR": folder.string]) { own, _ in own }
        do {
            let result = try await Subprocess.run(
                .path(Self.prlimit),
                arguments: Arguments(prefix + [program.string] + arguments),
                environment: .custom(
                    Dictionary(
                        uniqueKeysWithValues: surroundings.map { (Environment.Key(stringLiteral: $0), $1) })),
                workingDirectory: folder, platformOptions: options,
                output: .bytes(limit: limits.outputBytes), error: .bytes(limit: limits.complaintBytes))
            return try ChildEnd(
                result.terminationStatus, printed: Data(result.standardOutput),
                complaints: String(decoding: result.standardError, as: UTF8.self))
        } catch let error as SubprocessError where error.code == .outputLimitExceeded {
            throw ChildError.printedTooMuch
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw ChildError.missing("\(Self.prlimit) isn't there")
        }
    }

    private var prefix: [String] {
        [
            "--as=\(limits.addressSpace)", "--cpu=\(limits.cpuSeconds)", "--fsize=\(limits.fileBytes)", "--nofile=64",
            "--core=0", "--",
        ]
    }

    private static let prlimit: FilePath = "/usr/bin/prlimit"
}

extension ChildEnd {
    fileprivate init(_ status: TerminationStatus, printed: Data, complaints: String) throws(ChildError) {
        switch status {
        case .exited(126), .exited(127):
            throw .missing(complaints)
        case .exited where complaints.hasPrefix("prlimit:"):
            throw .missing(complaints)
        // The limit of processor time, or a machine out of memory.
        case .signaled(SIGKILL), .signaled(SIGXCPU):
            throw .tookTooLong
        case .exited(let code):
            self.init(code: code, printed: printed, complaints: complaints)
        case .signaled:
            self.init(code: nil, printed: printed, complaints: complaints)
        }
    }
}
