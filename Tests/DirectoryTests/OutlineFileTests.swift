import Foundation
import Kernel
import TestSupport
import Testing

@testable import Directory

@Suite struct OutlineFileTests {
    private static let known = Territory.story.byCode

    @Test func `an outline of a known territory is taken`() throws {
        let file = OutlineFile(geoJSON: geoJSON([(#""code":"210103","level":"county""#, square(123.4, 41.7))]))
        let checked = file.checked(against: Self.known)
        #expect(checked.problems == [])
        #expect(checked.territories == [])
        let outline = try #require(checked.outlines.first)
        #expect(outline.outline.contains(123.45, 41.75))
        #expect(outline.source == .wgs84 && !outline.isSchematic)
    }

    @Test func `communities and grids come along with their outlines, in any order`() {
        let file = OutlineFile(
            geoJSON: geoJSON([
                (#""code":"210103013001001","name":"第1网格","schematic":true"#, square(123.4, 41.7, 0.01)),
                (
                    #""code":"210103013001","level":"community","name":"示例社区一","parent":"210103013""#,
                    square(123.4, 41.7, 0.02)
                ),
            ]))
        let checked = file.checked(against: Self.known)
        #expect(checked.problems == [])
        #expect(
            checked.territories == [
                .of("示例社区一", .community, "210000", "210100", "210103", "210103013", "210103013001"),
                .of("第1网格", .grid, "210000", "210100", "210103", "210103013", "210103013001", "210103013001001"),
            ])
        #expect(checked.outlines.map(\.isSchematic) == [false, true])
    }

    @Test(arguments: ["GCJ-02", "gcj02"])
    func `shifted coordinates are shifted back when the file says so`(crs: String) throws {
        // 41.79, 123.45 is at 41.792397, 123.456099 on a Chinese base map (domain.md §3.3).
        let ring = [[123.456099, 41.792397], [123.5, 41.792397], [123.5, 41.9], [123.456099, 41.792397]]
        let file = OutlineFile(geoJSON: geoJSON([(#""code":"210103""#, ring)], crs: crs))
        #expect(file.problems == [])
        let corner = try #require(file.checked(against: Self.known).outlines.first?.outline.polygons[0][0][0])
        #expect(abs(Double(corner.x) / 1e7 - 123.45) < 2e-6)
        #expect(abs(Double(corner.y) / 1e7 - 41.79) < 2e-6)
        #expect(file.system == .gcj02)
    }

    @Test func `the one who imports can say what the numbers mean`() {
        let data = geoJSON([(#""code":"210103""#, square(123.4, 41.7))])
        #expect(OutlineFile(geoJSON: data).system == .wgs84)
        #expect(OutlineFile(geoJSON: data, in: .gcj02).system == .gcj02)
        #expect(
            OutlineFile(geoJSON: data).features.first?.outline
                != OutlineFile(geoJSON: data, in: .gcj02).features.first?.outline)
    }

    @Test(
        arguments: [
            (#""code":"210199""#, square(123.4, 41.7), "unknown-territory"),
            (#""code":"210103013001","name":"社区","parent":"210102001""#, square(123.4, 41.7), "unknown-parent"),
            (#""code":"210103013001","name":"社区","parent":"210103005""#, square(123.4, 41.7), "wrong-parent"),
            (#""code":"210103013001""#, square(123.4, 41.7), "no-name"),
            (#""code":"210103","level":"township""#, square(123.4, 41.7), "other-level"),
            (#""code":"210103","level":"street""#, square(123.4, 41.7), "unknown-level"),
            (#""name":"沈河区""#, square(123.4, 41.7), "no-code"),
            (#""code":"210103""#, square(123.4, 41.7).dropLast() + [[123.4, 41.7001]], "ring-not-closed"),
            (#""code":"210103""#, [[123.4, 41.7], [123.5, 41.7], [123.4, 41.7]], "ring-too-short"),
            (#""code":"210103""#, [[123.4, 41.7], [123.5, 41.7], [123.5, 41.7], [123.4, 41.7]], "ring-too-short"),
            (
                #""code":"210103""#, [[41.7, 123.4], [41.7, 123.5], [41.8, 123.5], [41.7, 123.4]],
                "coordinates-out-of-range"
            ),
            (#""code":"210103""#, [[1], [2], [3], [1]], "bad-coordinates"),
            (#""code":"210103""#, [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]], "ring-crosses-itself"),
        ] as [(String, [[Double]], String)])
    func `each problem of a feature is named`(properties: String, ring: [[Double]], problem: String) {
        let good = (#""code":"210112""#, square(123.5, 41.6))
        let file = OutlineFile(geoJSON: geoJSON([good, (properties, ring)]))
        let problems = file.checked(against: Self.known).problems
        #expect(problems.map(\.name) == [problem])
        #expect(problems.map(\.row) == [2])
    }

    @Test func `a territory twice in a file is a problem`() {
        let feature = (#""code":"210103""#, square(123.4, 41.7))
        let checked = OutlineFile(geoJSON: geoJSON([feature, feature])).checked(against: Self.known)
        #expect(checked.problems.map(\.name) == ["duplicate-code"])
    }

    @Test(arguments: [
        ("{", "malformed-json"), ("{}", "not-a-feature-collection"), (#"{"a":1,"a":2}"#, "malformed-json"),
        (#"{"type":"FeatureCollection","crs":"BD-09","features":[]}"#, "unknown-crs"),
    ])
    func `a file that can't be read is named as a whole`(text: String, problem: String) {
        let file = OutlineFile(geoJSON: Data(text.utf8))
        #expect(file.problems.map(\.name) == [problem])
        #expect(file.problems.map(\.row) == [0])
    }

    @Test func `a problem is one line of JSON`() {
        let problem = ImportProblem(row: 3, code: "210103", field: "geometry", "ring-not-closed")
        #expect(
            problem.line
                == #"{"code":"210103","details":{},"field":"geometry","problem":"ring-not-closed","row":3}"#)
    }

    @Test func `the demo outlines fit the national table`() throws {
        let root = sourceRoot
        let table = TerritoryTable(json: try Data(contentsOf: root.appending(path: ".setup/divisions.json")))
        let file = OutlineFile(
            geoJSON: try Data(contentsOf: root.appending(path: "Data/demo/shenyang-schematic.geojson")))
        let checked = file.checked(against: table.territories.byCode)
        #expect(checked.problems == [])
        #expect(checked.outlines.count { $0.code.rawValue.count == 6 } == 13)
    }
}
