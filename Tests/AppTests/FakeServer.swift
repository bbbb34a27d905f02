import Foundation
import Outgoing
import Synchronization

/// A server of others that answers as it is told to, in order, and remembers what came.
final class FakeServer: Outgoing {
    private let state = Mutex<(answers: [Result<OutgoingAnswer, OutgoingError>], requests: [OutgoingRequest])>(([], []))

    var requests: [OutgoingRequest] { state.withLock { $0.requests } }

    func answer(_ status: Int, _ text: String = "", times: Int = 1) {
        let answer = OutgoingAnswer(status: status, body: Data(text.utf8))
        state.withLock { $0.answers += Array(repeating: .success(answer), count: times) }
    }

    func fail(_ error: OutgoingError, times: Int = 1) {
        state.withLock { $0.answers += Array(repeating: .failure(error), count: times) }
    }

    func send(_ request: OutgoingRequest) async throws(OutgoingError) -> OutgoingAnswer {
        let next = state.withLock { state in
            state.requests.append(request)
            return state.answers.isEmpty ? .failure(.unreachable) : state.answers.removeFirst()
        }
        return try next.get()
    }
}

extension OutgoingRequest {
    var fields: [String: String] {
        guard case .form(let fields) = body else { return [:] }
        return Dictionary(fields.map { ($0.name, $0.value) }) { $1 }
    }
}
