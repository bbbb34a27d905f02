import Foundation
import Kernel
import TestSupport
import Testing

@testable import Directory

@Suite struct RoutingTests {
    private static let cityDesk = office("SYS-DESK", .shenyang, isDutyDesk: true)
    private static let shenheDesk = office("SYS-SH-DESK", .shenhe, isDutyDesk: true)
    private static let food = office("SYS-SH-FOOD", .shenhe)
    private static let kitchens = office("SYS-SH-KITCHENS", .shenhe)
    private static let station = office("SYS-SH-S1", .shenhe)
    private static let city = office("SYS-ALL", .shenyang)

    private static let candidates = [
        candidate(food, "01", .shenhe), candidate(kitchens, "0104", .shenhe), candidate(city, "", .shenyang),
        candidate(station, "0105", .zhujianlu), candidate(food, "0601", .shenhe, priority: 2),
        candidate(kitchens, "0601", .shenhe, priority: 1),
    ]

    @Test(arguments: [
        ("0101", Territory.zhujianlu, "SYS-SH-FOOD", RouteReason.Kind.duty),
        // The narrower category before the wider one.
        ("0104", .zhujianlu, "SYS-SH-KITCHENS", .duty),
        // The deeper territory before everything else.
        ("0105", .zhujianlu, "SYS-SH-S1", .duty),
        ("0105", .binhe, "SYS-SH-FOOD", .duty),
        // The priority decides between equals.
        ("0601", .shenhe, "SYS-SH-KITCHENS", .duty),
        // An office for everything in the city comes before the desk of the district.
        ("0901", .shenhe, "SYS-ALL", .duty),
        ("0901", .heping, "SYS-ALL", .duty),
    ])
    func `a matter goes to the office that answers for it`(
        category: String, territory: Territory, office: String, kind: RouteReason.Kind
    ) throws {
        let route = try Routing.route(
            category: category, territory: territory.path, candidates: Self.candidates,
            desks: [Self.cityDesk, Self.shenheDesk])
        #expect(route.office.code == office)
        #expect(route.reason.kind == kind)
    }

    @Test(arguments: [
        (Territory.zhujianlu.path as TerritoryPath?, "SYS-SH-DESK", RouteReason.Kind.dutyDesk),
        (Territory.hunnan.path, "SYS-DESK", .dutyDesk),
        (Territory.liaoning.path, "SYS-DESK", .rootDesk),
        (nil, "SYS-DESK", .outside),
    ])
    func `what nobody answers for goes to the nearest duty desk`(
        territory: TerritoryPath?, office: String, kind: RouteReason.Kind
    ) throws {
        let route = try Routing.route(
            category: "2001", territory: territory, candidates: [], desks: [Self.shenheDesk, Self.cityDesk])
        #expect(route.office.code == office)
        #expect(route.reason.kind == kind)
    }

    @Test func `the reason says what the decision was made of`() throws {
        let route = try Routing.route(
            category: "0102", territory: Territory.zhujianlu.path, candidates: Self.candidates, desks: [])
        let expected = RouteReason(
            kind: .duty, office: Self.food.name, category: "01", territory: Territory.shenhe.path, place: "沈河区")
        #expect(route.reason == expected)
        let stored = try JSONEncoder().encode(route.reason)
        #expect(try JSONDecoder().decode(RouteReason.self, from: stored) == expected)
    }

    @Test func `another authority is never routed to`() throws {
        let fire = Self.office("FIRE", .shenhe, kind: .external)
        let route = try Routing.route(
            category: "2001", territory: Territory.shenhe.path, candidates: [Self.candidate(fire, "20", .shenhe)],
            desks: [Self.shenheDesk])
        #expect(route.office == Self.shenheDesk)
    }

    @Test func `without any duty desk a matter would have no owner, and that is an error`() {
        #expect(throws: DirectoryError.noDutyDesk) {
            try Routing.route(category: "0101", territory: nil, candidates: Self.candidates, desks: [Self.food])
        }
    }

    @Test(arguments: 0..<200)
    func `with one duty desk anywhere every matter has an owner`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let places = Territory.story
        func pick() -> Territory { places[Int.random(in: 0..<places.count, using: &generator)] }
        let offices = (0..<Int.random(in: 1...8, using: &generator)).map { number in
            Self.office("O-\(number)", pick(), isDutyDesk: number == 0 || Bool.random(using: &generator))
        }
        let categories = ["", "01", "0104", "05", "2001"]
        let candidates = (0..<6).map { _ in
            Self.candidate(
                offices[Int.random(in: 0..<offices.count, using: &generator)],
                categories[Int.random(in: 0..<categories.count, using: &generator)], pick(),
                priority: Int.random(in: 1...3, using: &generator))
        }
        for category in ["0101", "0104", "0501", "2001", "9999"] {
            for territory in places.map(\.path).map(Optional.some) + [nil] {
                let route = try Routing.route(
                    category: category, territory: territory, candidates: candidates, desks: offices)
                #expect(offices.contains(route.office))
                // The order in which a database lists them changes nothing.
                let again = try Routing.route(
                    category: category, territory: territory, candidates: candidates.reversed(),
                    desks: offices.reversed())
                #expect(again == route)
            }
        }
    }

    private static func office(
        _ code: String, _ territory: Territory, kind: Office.Kind = .section, isDutyDesk: Bool = false
    ) -> Office {
        let number = code.utf8.reduce(UInt64(7)) { $0 &* 31 &+ UInt64($1) }
        return Office(
            id: ID(UUID(high: number, low: number)), code: code, kind: kind,
            name: LocalizedText(chinese: code, english: code), territory: territory.path, place: territory.name,
            isDutyDesk: isDutyDesk)
    }

    private static func candidate(
        _ office: Office, _ category: String, _ territory: Territory, priority: Int = 1
    ) -> Routing.Candidate {
        Routing.Candidate(
            office: office,
            duty: Duty(category: category, territory: territory.path, place: territory.name, priority: priority))
    }
}
