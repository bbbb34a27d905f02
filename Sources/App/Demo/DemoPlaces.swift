import Cases
import Directory
import Foundation
import Kernel
import Storage

/// Where things happen in the demo city: streets that don't exist, at points inside the outlines.
struct DemoPlaces: Sendable {
    struct Street: Sendable {
        let county: Territory
        let township: Territory
        let outline: Outline
    }

    private let streets: [String: [Street]]
    private let stories: DemoStories

    /// Counties beside Shenhe and Hunnan in which something is reported now and then.
    static let elsewhere = ["210102", "210104", "210105", "210106", "210114"]

    init(_ stories: DemoStories, in db: any Transaction) throws {
        self.stories = stories
        let directory = DirectoryStore(db)
        streets = try (["210103", "210112"] + Self.elsewhere).reduce(into: [:]) { streets, code in
            guard let county = try directory.territory(TerritoryCode(rawValue: code)) else { return }
            let townships = try directory.children(of: county.code)
            let outlines = try directory.outlines(of: townships.map(\.code))
            streets[code] = townships.compactMap { township in
                outlines[township.code].map { Street(county: county, township: township, outline: $0.outline) }
            }
        }
    }

    /// A place in a county, as a telephone or a finger on the map gives it.
    func place(in county: String, using generator: inout SeededGenerator) throws -> Case.Place {
        guard let street = streets[county]?.randomElement(using: &generator) else {
            throw SettingsError("demo: no outlines of the townships of \(county)")
        }
        let isFromPhone = Int.random(in: 0..<8, using: &generator) > 0
        return Case.Place(
            position: try point(in: street, using: &generator),
            accuracy: isFromPhone ? Double(Int.random(in: 5...38, using: &generator)) : nil,
            source: isFromPhone ? .phone : .map,
            address: street.county.name + street.township.name + address(using: &generator))
    }

    /// A place of which only words are known.
    func words(using generator: inout SeededGenerator) -> Case.Place {
        Case.Place(source: .address, address: "沈河区" + address(using: &generator))
    }

    private func address(using generator: inout SeededGenerator) -> String {
        let street = stories.streets.randomElement(using: &generator) ?? ""
        let spot = stories.spots.randomElement(using: &generator) ?? ""
        return "\(street)\(Int.random(in: 1...188, using: &generator))号\(spot)"
    }

    private func point(in street: Street, using generator: inout SeededGenerator) throws -> Position {
        let bounds = street.outline.bounds
        for _ in 0..<2000 {
            let vertex = Vertex(
                x: Int32.random(in: bounds.west...bounds.east, using: &generator),
                y: Int32.random(in: bounds.south...bounds.north, using: &generator))
            let position = Position(lat: Double(vertex.y) / Vertex.perDegree, lng: Double(vertex.x) / Vertex.perDegree)
            if street.outline.contains(Vertex(position.rounded)) { return position.rounded }
        }
        throw SettingsError("demo: no point lies in the outline of \(street.township.code.rawValue)")
    }
}
