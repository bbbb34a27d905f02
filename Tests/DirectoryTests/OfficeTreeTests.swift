import Foundation
import Kernel
import TestSupport
import Testing

@testable import Directory

/// The city bureau, its desk, two districts with a desk, two sections and a station each, and the fire brigade.
@Suite struct OfficeTreeTests {
    private static let offices: [Office] = {
        var offices = [office("SYS", .bureau, nil), office("SYS-DESK", .section, "SYS", isDutyDesk: true)]
        for district in ["SYS-HN", "SYS-SH"] {
            offices += [
                office(district, .bureau, "SYS"), office("\(district)-DESK", .section, district, isDutyDesk: true),
                office("\(district)-EQUIP", .section, district), office("\(district)-FOOD", .section, district),
                office("\(district)-S1", .station, district),
            ]
        }
        return offices + [office("FIRE", .external, nil)]
    }()
    private static let tree = OfficeTree(offices)

    @Test(arguments: ["SYS-SH-FOOD", "SYS-SH-S1", "SYS-SH"])
    func `an internal office can only give a matter back to its own intake`(code: String) {
        #expect(Self.tree.handOverTargets(for: Self.named(code)).map(\.code) == ["SYS-SH-DESK"])
    }

    @Test func `a district's intake gives to its own offices, to the city's intake and to its siblings'`() {
        let targets = Self.tree.handOverTargets(for: Self.named("SYS-SH-DESK")).map(\.code)
        #expect(
            targets == [
                "SYS-DESK", "SYS-HN-DESK", "FIRE", "SYS-SH-EQUIP", "SYS-SH-FOOD", "SYS-SH-S1",
            ])
    }

    @Test func `the city's intake gives to everything below it`() {
        let targets = Self.tree.handOverTargets(for: Self.named("SYS-DESK")).map(\.code)
        // Not to the bureaus themselves: they are reached by their intakes.
        #expect(Set(targets) == Set(Self.offices.map(\.code)).subtracting(["SYS-DESK", "SYS", "SYS-SH", "SYS-HN"]))
    }

    @Test func `sections don't forward sideways, and not to a sibling's section`() {
        #expect(!Self.mayHandOver("SYS-SH-FOOD", "SYS-SH-EQUIP"))
        #expect(!Self.mayHandOver("SYS-SH-FOOD", "SYS-HN-FOOD"))
        #expect(!Self.mayHandOver("SYS-SH-FOOD", "SYS-HN-DESK"))
        #expect(!Self.mayHandOver("SYS-SH-DESK", "SYS-HN-FOOD"))
        #expect(!Self.mayHandOver("SYS-SH-FOOD", "FIRE"))
        #expect(!Self.mayHandOver("FIRE", "SYS-DESK"))
        #expect(!Self.mayHandOver("SYS-SH-DESK", "SYS-SH-DESK"))
    }

    @Test func `a unit without an intake gives back to the one above`() {
        let tree = OfficeTree(Self.offices.filter { $0.code != "SYS-SH-DESK" })
        #expect(tree.intake(of: Self.named("SYS-SH-S1"))?.code == "SYS-DESK")
        #expect(tree.handOverTargets(for: Self.named("SYS-SH-S1")).map(\.code) == ["SYS-DESK"])
    }

    @Test func `a table that goes round in a circle doesn't hang`() {
        let first = Self.office("A", .section, "B")
        let second = Self.office("B", .section, "A")
        #expect(OfficeTree([first, second]).handOverTargets(for: first) == [])
    }

    private static func mayHandOver(_ from: String, _ to: String) -> Bool {
        tree.mayHandOver(from: named(from), to: named(to))
    }

    private static func named(_ code: String) -> Office {
        offices.first { $0.code == code } ?? office(code, .section, nil)
    }

    private static func office(
        _ code: String, _ kind: Office.Kind, _ parent: String?, isDutyDesk: Bool = false
    ) -> Office {
        Office(
            id: id(code), code: code, kind: kind, name: LocalizedText(chinese: code, english: code),
            territory: Territory.shenyang.path, place: "沈阳市", parent: parent.map(id), isDutyDesk: isDutyDesk)
    }

    private static func id(_ code: String) -> ID<OfficeEntity> {
        let number = code.utf8.reduce(UInt64(7)) { $0 &* 31 &+ UInt64($1) }
        return ID(UUID(high: number, low: number))
    }
}
