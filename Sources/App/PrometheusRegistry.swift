import Foundation
import Metrics
import Synchronization

/// Counts and times what happens, for `/metrics` in Prometheus' text format 0.0.4.
///
/// Labels are few and known in advance (a route's pattern, a status): never an address, a name or an identity.
package final class PrometheusRegistry: MetricsFactory, Sendable {
    package static let shared = PrometheusRegistry()

    /// Seconds; the last bucket is everything above.
    private static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

    private struct Key: Hashable {
        let name: String
        let labels: String
    }

    private struct Histogram {
        var buckets = [Int](repeating: 0, count: PrometheusRegistry.bounds.count + 1)
        var sum = 0.0
    }

    private struct State {
        var counters: [Key: Double] = [:]
        var gauges: [Key: Double] = [:]
        var histograms: [Key: Histogram] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        Handler(registry: self, key: Self.key(label, dimensions))
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        Handler(registry: self, key: Self.key(label, dimensions))
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        Gauge(registry: self, key: Self.key(label, dimensions))
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        Gauge(registry: self, key: Self.key(label, dimensions))
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        Handler(registry: self, key: Self.key(label + "_seconds", dimensions))
    }

    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    /// Everything counted so far.
    package func exposition() -> String {
        let state = state.withLock { $0 }
        var text = ""
        for (kind, values) in [("counter", state.counters), ("gauge", state.gauges)] {
            for (name, group) in Dictionary(grouping: values, by: \.key.name).sorted(by: { $0.key < $1.key }) {
                let shown = kind == "counter" && !name.hasSuffix("_total") ? name + "_total" : name
                text += "# HELP \(shown) \(Self.help(name))\n# TYPE \(shown) \(kind)\n"
                for (key, value) in group.sorted(by: { $0.key.labels < $1.key.labels }) {
                    text += "\(shown)\(Self.braced(key.labels)) \(value)\n"
                }
            }
        }
        for (name, group) in Dictionary(grouping: state.histograms, by: \.key.name).sorted(by: { $0.key < $1.key }) {
            text += "# HELP \(name) \(Self.help(name))\n# TYPE \(name) histogram\n"
            for (key, histogram) in group.sorted(by: { $0.key.labels < $1.key.labels }) {
                text += Self.lines(of: histogram, key)
            }
        }
        return text
    }

    private static func lines(of histogram: Histogram, _ key: Key) -> String {
        var text = ""
        var count = 0
        for (bound, hits) in zip(bounds.map { "\($0)" } + ["+Inf"], histogram.buckets) {
            count += hits
            let labels = [key.labels, "le=\"\(bound)\""].filter { !$0.isEmpty }.joined(separator: ",")
            text += "\(key.name)_bucket{\(labels)} \(count)\n"
        }
        return text
            + "\(key.name)_sum\(braced(key.labels)) \(histogram.sum)\n\(key.name)_count\(braced(key.labels)) \(count)\n"
    }

    private static func braced(_ labels: String) -> String { labels.isEmpty ? "" : "{\(labels)}" }

    private static func help(_ name: String) -> String { name.replacing("_", with: " ") + "." }

    private static func key(_ label: String, _ dimensions: [(String, String)]) -> Key {
        func plain(_ text: String) -> String {
            String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        }
        let labels = dimensions.map { name, value in
            let isMethod = name == "http.request.method" || name == "http_request_method"
            let shown = isMethod ? known(method: value) : value
            let escaped = shown.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            return "\(plain(name))=\"\(escaped)\""
        }
        return Key(name: plain(label), labels: labels.sorted().joined(separator: ","))
    }

    /// Anybody can invent methods: each would become a series of its own.
    static func known(method: String) -> String { methods.contains(method) ? method : "OTHER" }

    private static let methods: Set = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    private func count(_ key: Key, _ amount: Double) {
        state.withLock { $0.counters[key, default: 0] += amount }
    }

    private func clear(_ key: Key) {
        state.withLock { $0.counters[key] = 0 }
    }

    private func change(_ key: Key, _ update: (inout Double) -> Void) {
        state.withLock { update(&$0.gauges[key, default: 0]) }
    }

    private func time(_ key: Key, _ seconds: Double) {
        let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
        state.withLock { state in
            state.histograms[key, default: Histogram()].buckets[bucket] += 1
            state.histograms[key, default: Histogram()].sum += seconds
        }
    }

    /// Something that only grows, or a time that was taken.
    private final class Handler: CounterHandler, FloatingPointCounterHandler, TimerHandler {
        private let registry: PrometheusRegistry
        private let key: Key

        init(registry: PrometheusRegistry, key: Key) {
            self.registry = registry
            self.key = key
        }

        func increment(by amount: Int64) { registry.count(key, Double(amount)) }
        func increment(by amount: Double) { registry.count(key, amount) }
        func reset() { registry.clear(key) }
        func recordNanoseconds(_ duration: Int64) { registry.time(key, Double(duration) / 1e9) }
    }

    /// Something that goes up and down.
    private final class Gauge: MeterHandler, RecorderHandler {
        private let registry: PrometheusRegistry
        private let key: Key

        init(registry: PrometheusRegistry, key: Key) {
            self.registry = registry
            self.key = key
        }

        func set(_ value: Int64) { set(Double(value)) }
        func set(_ value: Double) { registry.change(key) { $0 = value } }
        func increment(by amount: Double) { registry.change(key) { $0 += amount } }
        func decrement(by amount: Double) { registry.change(key) { $0 -= amount } }
        func record(_ value: Int64) { set(Double(value)) }
        func record(_ value: Double) { set(value) }
    }
}
