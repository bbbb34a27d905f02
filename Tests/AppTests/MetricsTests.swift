import Foundation
import Metrics
import Testing

@testable import App

@Suite struct MetricsTests {
    @Test func `what clients make up doesn't become a label`() {
        let registry = PrometheusRegistry()
        for number in 0..<100 {
            registry.makeCounter(label: "requests", dimensions: [("http.request.method", "M\(number)")]).increment(
                by: 1)
        }
        registry.makeCounter(label: "requests", dimensions: [("http.request.method", "GET")]).increment(by: 2)
        let lines = registry.exposition().split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(
            lines == [
                "requests_total{http_request_method=\"GET\"} 2.0",
                "requests_total{http_request_method=\"OTHER\"} 100.0",
            ])
    }

    @Test func `a duration stands in its bucket and in all above it`() {
        let registry = PrometheusRegistry()
        let timer = registry.makeTimer(label: "wait", dimensions: [])
        for milliseconds in [1, 20, 20, 40_000] { timer.recordNanoseconds(Int64(milliseconds) * 1_000_000) }
        let text = registry.exposition()
        #expect(text.contains("wait_seconds_bucket{le=\"0.005\"} 1\n"))
        #expect(text.contains("wait_seconds_bucket{le=\"0.025\"} 3\n"))
        #expect(
            text.contains("wait_seconds_bucket{le=\"30\"} 3\n") || text.contains("wait_seconds_bucket{le=\"30.0\"} 3\n")
        )
        #expect(text.contains("wait_seconds_bucket{le=\"+Inf\"} 4\n"))
        #expect(text.contains("wait_seconds_count 4\n"))
    }
}
