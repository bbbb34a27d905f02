import Access
import Cases
import Directory
import Foundation
import Kernel
import People
import Storage
import Web

/// Plays a plan: everybody does what they do with the product's own commands, one after the other, while the clock moves.
struct DemoStage: Sendable {
    private let product: Nuanxin
    private let source: DemoSource
    private let staff: DemoStaff
    private let plan: DemoPlan
    private let pictures: [String: DemoPictures.Picture]
    private let reports: ReportCommands
    private let cases: CaseCommands

    init(
        _ product: Nuanxin, _ source: DemoSource, _ staff: DemoStaff, _ plan: DemoPlan,
        pictures: [String: DemoPictures.Picture]
    ) {
        self.product = product
        self.source = source
        self.staff = staff
        self.plan = plan
        self.pictures = pictures
        reports = ReportCommands(product.services, facts: product.facts.cases)
        cases = CaseCommands(product.services, facts: product.facts.cases)
    }

    private struct Event {
        let at: Date
        let report: Int
        /// `nil`: the report arrives.
        let move: DemoMove?
    }

    func play() async throws {
        let events = plan.reports.enumerated().flatMap { index, report in
            [Event(at: report.receivedAt, report: index, move: nil)]
                + report.moves.map { Event(at: $0.at, report: index, move: $0) }
        }.sorted { ($0.at, $0.report) < ($1.at, $1.report) }
        var matters: [Int: Case] = [:]
        var registered = 0
        for event in events {
            registered = try await register(from: registered, to: plan.riders.registered(by: event.at))
            source.move(to: event.at)
            let report = plan.reports[event.report]
            if let move = event.move {
                guard let matter = matters[event.report] else { continue }
                matters[event.report] = try await take(move, on: matter, of: report, number: event.report)
            } else {
                matters[event.report] = try await submit(report)
            }
        }
        _ = try await register(from: registered, to: plan.riders.people.count)
    }

    /// Riders as they come, with the entry in the journal that signing in for the first time makes.
    private func register(from start: Int, to end: Int) async throws -> Int {
        guard start < end else { return start }
        let people = Array(plan.riders.people[start..<end])
        try await product.services.database.write { db in
            try AccountStore(db).insert(people)
            for person in people {
                try AccountJournal(db).append(
                    "account.created", about: person.id, by: person.id, at: person.createdAt,
                    data: ["kind": AccountKind.rider.rawValue])
            }
        }
        return end
    }

    private func submit(_ report: DemoReport) async throws -> Case {
        guard let category = product.facts.cases.categories.category(report.category) else {
            throw SettingsError("demo: there is no category \(report.category)")
        }
        let rider = plan.riders.people[report.rider]
        let caller = Caller(id: rider.id, name: rider.callName, grants: [Grant(role: .rider)])
        try await lay(report.photos, by: caller.id)
        let draft = ReportDraft(
            id: report.id, category: category, place: report.place, description: report.description,
            identity: report.identity, capturedAt: report.receivedAt - 150)
        let digest = draft.digest(photos: try report.photos.map { try picture($0).originalHash })
        return try await reports.submit(draft, photos: report.photos.map { ID($0.name) }, digest: digest, by: caller)
            .matter
    }

    private func take(_ move: DemoMove, on matter: Case, of report: DemoReport, number: Int) async throws -> Case {
        let caller = try actor(of: move, on: matter, of: report, number: number)
        try await lay(move.photos, by: caller.id)
        var input = StepInput()
        input.note = move.note
        input.result = move.result
        input.reason = move.reason
        input.category = move.category.flatMap { product.facts.cases.categories.category($0) }
        input.office = try await office(move.target, for: matter)
        input.body = move.body
        input.receipt = move.receipt
        input.day = move.day
        input.rating = move.rating
        input.photos = move.photos.map { ID($0.name) }
        if move.namesHandler {
            let people = staff.officers(of: input.office ?? matter.office)
            // The head gives it to a colleague; the desk to whoever's turn it is.
            let others = people.filter { $0.id != matter.handler }
            input.handler = (others.isEmpty ? people : others).map(\.id).cycled(number)
        }
        do {
            return try await cases.take(move.step, on: matter.id, input, version: matter.version, by: caller)
        } catch {
            throw SettingsError("demo: \(caller.name) can't \(move.step) \(matter.number) (\(matter.state)): \(error)")
        }
    }

    private func actor(of move: DemoMove, on matter: Case, of report: DemoReport, number: Int) throws -> Caller {
        switch move.by {
        case .intake: return try staff.intake(of: report.county)
        case .cityIntake: return try staff.intake(of: nil)
        case .supervisor: return try staff.supervisor(of: report.county)
        case .reporter:
            let rider = plan.riders.people[report.rider]
            return Caller(id: rider.id, name: rider.callName, grants: [Grant(role: .rider)])
        case .officer:
            if let handler = matter.handler.flatMap(staff.officer) { return handler }
            guard let officer = staff.officers(of: matter.office).cycled(number) else {
                throw SettingsError("demo: nobody works in the office of \(matter.number)")
            }
            return officer
        }
    }

    private func office(_ target: DemoMove.Target?, for matter: Case) async throws -> ID<OfficeEntity>? {
        guard let target else { return nil }
        return try await product.services.database.read { db in
            let directory = DirectoryStore(db)
            switch target {
            case .dutiful: return try directory.route(category: matter.category, at: matter.territory).office.id
            case .desk(let county):
                let territory = try directory.territory(TerritoryCode(rawValue: county))
                return try directory.dutyDesk(for: territory?.path).id
            }
        }
    }

    /// Photos as the desk for photos leaves them: on the shelf already, waiting for their report or step.
    private func lay(_ photos: [DemoPhoto], by account: ID<Account>) async throws {
        guard !photos.isEmpty else { return }
        let now = source.now
        let rows = try photos.map { ($0, try picture($0)) }
        try await product.services.database.write { db in
            for (photo, picture) in rows {
                try PhotoStore(db).insert(
                    Photo(
                        id: ID(photo.name), account: account, format: picture.format, byteCount: picture.byteCount,
                        originalHash: picture.originalHash, width: picture.width, height: picture.height,
                        createdAt: now,
                        evidence: Photo.Evidence(), fingerprint: picture.fingerprint))
            }
        }
    }

    private func picture(_ photo: DemoPhoto) throws -> DemoPictures.Picture {
        guard let picture = pictures[photo.picture] else {
            throw SettingsError("demo: there is no picture \(photo.picture)")
        }
        return picture
    }
}

extension Array {
    /// The elements in turn.
    fileprivate func cycled(_ number: Int) -> Element? { isEmpty ? nil : self[number % count] }
}
