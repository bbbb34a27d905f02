import CPostgres
import Synchronization

/// The server's warnings, kept by libpq's callback until somebody asks.
final class Warnings: Sendable {
    private let texts = Mutex<[String]>([])

    func add(_ text: String) { texts.withLock { $0.append(text) } }

    func take() -> [String] {
        texts.withLock { texts in
            defer { texts = [] }
            return texts
        }
    }
}

func receiveNotice(_ warnings: UnsafeMutableRawPointer?, _ notice: OpaquePointer?) {
    guard let warnings, let notice, let severity = PQresultErrorField(notice, PostgresFailure.Field.severity),
        String(cString: severity) == "WARNING"
    else { return }
    let state = PQresultErrorField(notice, PostgresFailure.Field.state).map { String(cString: $0) } ?? ""
    Unmanaged<Warnings>.fromOpaque(warnings).takeUnretainedValue().add(state)
}
