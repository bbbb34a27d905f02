import Cases
import Directory
import Foundation
import Kernel
import People
import Storage
import Web

/// Names the businesses in the demo city's open cases, and lets one officer have an interest in some.
struct DemoBusinesses: Sendable {
    let product: Nuanxin
    let source: DemoSource
    let staff: DemoStaff
    let end: Date

    /// Who declares that an uncle runs a chain of restaurants.
    private static let involved = "sh-food-2"

    func add() async throws {
        source.move(to: end - 4 * 3600)
        let officer = try staff.caller(Self.involved)
        try await product.people.interests.declare("DEMO-CATERING", .family, by: officer)
        source.move(to: end - 3.5 * 3600)
        let open = try await product.services.database.read { [product] db in
            var query = CaseQuery()
            query.states = product.facts.cases.workflow.openStates
            let shops = try DirectoryStore(db).organisations(named: nil, limit: 100).filter { $0.kind == .merchant }
            return try CaseStore(db).list(query, where: "TRUE", limit: 1000).compactMap { row in
                shops.first { row.matter.description.contains($0.name) }.map { (row.matter, $0.code) }
            }
        }
        let cases = CaseCommands(product.services, facts: product.facts.cases)
        for (matter, code) in open {
            var input = StepInput()
            input.business = code
            let county = matter.territory.codes.dropFirst(2).first?.rawValue
            try await cases.take("nameBusiness", on: matter.id, input, by: staff.intake(of: county))
        }
        source.move(to: end)
    }
}
