/// Lets a few pass at the same time, keeps some more waiting in line, and turns the others away.
package actor Gate {
    private var free: Int
    private let longestLine: Int
    private let refusal: any Error
    private var line: [(ticket: Int, continuation: CheckedContinuation<Void, any Error>)] = []
    private var nextTicket = 0

    /// `refusal` is what those hear who find the line full.
    package init(width: Int, longestLine: Int, refusal: any Error) {
        free = width
        self.longestLine = longestLine
        self.refusal = refusal
    }

    /// How many are waiting now.
    var lineLength: Int { line.count }

    /// - Throws: the refusal when the line is full, `CancellationError` when cancelled while waiting.
    package nonisolated func pass<Value>(_ work: () async throws -> Value) async throws -> Value {
        try await enter()
        do {
            let value = try await work()
            await leave()
            return value
        } catch {
            await leave()
            throw error
        }
    }

    private func enter() async throws {
        if free > 0 {
            free -= 1
            return
        }
        guard line.count < longestLine else { throw refusal }
        let ticket = nextTicket
        nextTicket += 1
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                if Task.isCancelled {
                    continuation.resume(throwing: CancellationError())
                } else {
                    line.append((ticket, continuation))
                }
            }
        } onCancel: {
            Task { await giveUp(ticket) }
        }
    }

    private func leave() {
        if line.isEmpty {
            free += 1
        } else {
            line.removeFirst().continuation.resume()
        }
    }

    private func giveUp(_ ticket: Int) {
        guard let index = line.firstIndex(where: { $0.ticket == ticket }) else { return }
        line.remove(at: index).continuation.resume(throwing: CancellationError())
    }
}
