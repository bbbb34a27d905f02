import Foundation
import Hummingbird
import Kernel

/// What `requests.json?…` asks for. It counts in days: a span of minutes would tell when somebody reported.
struct RequestFilter: Sendable, Hashable {
    struct Area: Sendable, Hashable {
        let point: Position
        let radius: Double
    }

    static let longestSpan = 90
    static let mostRequests = 1000
    private static let mostPages = 100
    private static let mostNumbers = 200
    private static let radii = 50.0...3000.0

    /// They override everything else.
    private(set) var numbers: [String]?
    private(set) var categories: [String]?
    private(set) var isOpen: Bool?
    private(set) var first: Day
    private(set) var last: Day
    private(set) var area: Area?
    private(set) var size = mostRequests
    private(set) var page = 1

    var offset: Int { (page - 1) * size }

    /// Everything of the last 90 days.
    init(on today: Day) {
        first = today + -Self.longestSpan
        last = today
    }

    /// Parameters that it doesn't know are left aside, and empty ones are none: so the specification has it.
    ///
    /// - Throws: ``Kernel/InvalidFields``.
    init(_ parameters: [String: [String]], on today: Day) throws {
        self.init(on: today)
        func values(_ name: String) -> [String] {
            (parameters[name] ?? []).flatMap { $0.split(separator: ",") }
                .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        }
        func value(_ name: String) -> String? { values(name).first }
        var problems: [FieldProblem] = []
        let named = values("service_request_id")
        guard named.isEmpty else {
            if named.count > Self.mostNumbers {
                throw InvalidFields(
                    "service_request_id", "too-many-values", details: ["limit": "\(Self.mostNumbers)"])
            }
            numbers = Self.readable(named)
            return
        }
        let codes = values("service_code")
        if !codes.isEmpty { categories = Array(Set(Self.readable(codes).prefix(Self.mostNumbers))).sorted() }
        let states = Set(values("status").map { $0.lowercased() })
        if !states.isSubset(of: ["open", "closed"]) { problems.append(FieldProblem("status", "no-such-choice")) }
        if states.count == 1 { isOpen = states.contains("open") }
        readSpan(value("start_date"), value("end_date"), today, &problems)
        readArea(value("lat"), value("long"), value("radius"), &problems)
        if let text = value("page_size") {
            size = Self.whole(text, 1...Self.mostRequests, "page_size", &problems) ?? size
        }
        if let text = value("page") { page = Self.whole(text, 1...Self.mostPages, "page", &problems) ?? page }
        guard problems.isEmpty else { throw InvalidFields(problems) }
    }

    private mutating func readSpan(
        _ start: String?, _ end: String?, _ today: Day, _ problems: inout [FieldProblem]
    ) {
        let from = start.flatMap(Self.day)
        let until = end.flatMap(Self.day)
        if start != nil, from == nil { problems.append(FieldProblem("start_date", "not-an-instant")) }
        if end != nil, until == nil { problems.append(FieldProblem("end_date", "not-an-instant")) }
        switch (from, until) {
        case (let from?, let until?):
            (first, last) = (from, until)
            if until - from > Self.longestSpan {
                problems.append(
                    FieldProblem("end_date", "too-long-a-span", details: ["days": "\(Self.longestSpan)"]))
            }
        case (let from?, nil): (first, last) = (from, from + Self.longestSpan)
        case (nil, let until?): (first, last) = (until + -Self.longestSpan, until)
        case (nil, nil): break
        }
    }

    private mutating func readArea(
        _ lat: String?, _ long: String?, _ radius: String?, _ problems: inout [FieldProblem]
    ) {
        guard lat != nil || long != nil else { return }
        guard let point = Self.position(lat, long) else {
            problems.append(FieldProblem("lat", "not-a-number"))
            return
        }
        let metres = radius.map { Self.number($0) } ?? GeoCell.metres
        guard let metres, Self.radii.contains(metres) else {
            let (low, high) = (Int(Self.radii.lowerBound), Int(Self.radii.upperBound))
            problems.append(FieldProblem("radius", "out-of-range", details: ["low": "\(low)", "high": "\(high)"]))
            return
        }
        area = Area(point: point, radius: metres)
    }

    /// A position as programs write it; `nil` for anything else.
    static func position(_ lat: String?, _ long: String?) -> Position? {
        guard let lat = lat.flatMap(number), let long = long.flatMap(number) else { return nil }
        return Position(checkedLat: lat, lng: long)
    }

    private static func number(_ text: String) -> Double? {
        // `Double` would also read `0x10` and `nan`.
        guard text.utf8.count <= 32, text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }) else { return nil }
        return Double(text).flatMap { $0.isFinite ? $0 : nil }
    }

    private static func whole(
        _ text: String, _ range: ClosedRange<Int>, _ field: String, _ problems: inout [FieldProblem]
    ) -> Int? {
        if let number = Int(text), range.contains(number) { return number }
        problems.append(
            FieldProblem(
                field, "out-of-range", details: ["low": "\(range.lowerBound)", "high": "\(range.upperBound)"]))
        return nil
    }

    /// An instant, or a day, which the same note of the W3C allows.
    private static func day(_ text: String) -> Day? {
        if let day = Day(text) { return day }
        // A `+` that was not encoded has become a space.
        return Date(rfc3339: text.replacing(" ", with: "+")).map { Day(of: $0) }
    }

    /// What could be a number or a code of ours; nothing else is looked for.
    private static func readable(_ texts: [String]) -> [String] {
        texts.filter { text in
            text.utf8.count <= 40
                && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || $0 == 0x2d }
        }
    }
}

extension RequestFilter {
    /// The parameters of an address, each with all its values.
    static func parameters(of request: Request) -> [String: [String]] {
        request.uri.queryParameters.reduce(into: [:]) { values, pair in
            values[String(pair.key), default: []].append(String(pair.value))
        }
    }
}
