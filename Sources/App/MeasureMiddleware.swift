import HTTPTypes
import Hummingbird
import Metrics
import Synchronization
import Web

/// Counts and times requests, for `/metrics`.
///
/// A request ends here when its answer is ready. Hummingbird's own middleware waits until the answer has been sent, which
/// an answer to HEAD never is, nor one that nobody waits for any more: such requests seemed to go on for ever.
struct MeasureMiddleware: RouterMiddleware {
    private let instruments = Instruments()

    func handle(
        _ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        let began = ContinuousClock.now
        let method = PrometheusRegistry.known(method: request.method.rawValue)
        let running = instruments.running(method)
        running.increment()
        var status = HTTPResponse.Status.internalServerError
        defer {
            running.decrement()
            let answer = Answer(route: context.endpointPath ?? "NotFound", method: method, status: status.code)
            instruments.note(answer, after: ContinuousClock.now - began)
        }
        let response = try await next(request, context)
        status = response.status
        return response
    }
}

/// All answers of one kind.
private struct Answer: Hashable {
    let route: String
    let method: String
    let status: Int
}

/// What was made once for each method and each kind of answer; both are few.
private final class Instruments: Sendable {
    private let meters = Mutex<[String: Meter]>([:])
    private let counters = Mutex<[Answer: (Counter, Metrics.Timer)]>([:])

    func running(_ method: String) -> Meter {
        meters.withLock { meters in
            if let meter = meters[method] { return meter }
            let meter = Meter(label: "http.server.active_requests", dimensions: [("http.request.method", method)])
            meters[method] = meter
            return meter
        }
    }

    func note(_ answer: Answer, after time: Duration) {
        let (counter, timer) = counters.withLock { counters in
            if let known = counters[answer] { return known }
            let labels = [
                ("http.route", answer.route), ("http.request.method", answer.method),
                ("http.response.status_code", "\(answer.status)"),
            ]
            let made = (
                Counter(label: "hb.requests", dimensions: labels),
                Metrics.Timer(label: "http.server.request.duration", dimensions: labels, preferredDisplayUnit: .seconds)
            )
            counters[answer] = made
            return made
        }
        counter.increment()
        timer.recordNanoseconds(Int64(time / .nanoseconds(1)))
    }
}
