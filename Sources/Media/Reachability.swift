/// Asks a store whether it answers, once for all who want to know within a few seconds.
actor Reachability {
    private let store: any ObjectStore
    private var answer: Task<Void, any Error>?

    init(of store: any ObjectStore) {
        self.store = store
    }

    /// - Throws: what the store threw when it was last asked.
    func check() async throws {
        if let answer { return try await answer.value }
        let asking = Task { [store] in try await store.probe() }
        answer = asking
        do {
            try await asking.value
            forget(asking, after: .seconds(5))
        } catch {
            // A store that is back shall be noticed soon.
            forget(asking, after: .seconds(1))
            throw error
        }
    }

    /// The next one asks anew.
    func doubt() {
        answer = nil
    }

    private func forget(_ old: Task<Void, any Error>, after time: Duration) {
        Task {
            try? await Task.sleep(for: time)
            if answer == old { answer = nil }
        }
    }
}
