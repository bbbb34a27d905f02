/// How much time and how many tries an S3 gets.
package struct S3Patience: Sendable {
    /// For a connection to be made.
    package var connect: Duration
    /// For one call of the store in all: waiting in line, every try, every pause.
    package var whole: Duration
    package var tries: Int
    /// Before the second try; twice as long before each further one, and by chance up to half of it shorter, so that many
    /// that failed together don't come back together.
    package var pause: Duration
    /// How many photos are sent at once, and how many more may wait.
    package var width: Int
    package var longestLine: Int

    package init(
        connect: Duration, whole: Duration, tries: Int, pause: Duration = .milliseconds(100), width: Int = 4,
        longestLine: Int = 12
    ) {
        self.connect = connect
        self.whole = whole
        self.tries = tries
        self.pause = pause
        self.width = width
        self.longestLine = longestLine
    }

    /// While a person waits: an upload is answered within five seconds, and making its copies takes some of them.
    package static let serving = S3Patience(connect: .seconds(1), whole: .milliseconds(3500), tries: 3)
    /// While an operator moves or checks everything.
    package static let working = S3Patience(connect: .seconds(5), whole: .seconds(120), tries: 6)
    /// For asking whether it is there.
    package static let probing = Duration.milliseconds(1500)
}

/// Gives `work` so much time, and cancels it then.
///
/// - Throws: `ShelfError.unreachable` when the time was up.
func within<Value: Sendable>(
    _ limit: Duration, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let value = first else {
            throw ShelfError.unreachable("no answer within \(limit)")
        }
        return value
    }
}
