import Cases
import Foundation
import Journal
import Kernel
import Logging
import Outgoing
import Storage
import Web

/// Sends what is on its way, and asks how far it is. A delivery is leased before it leaves and concluded afterwards: after a
/// crash in between it goes again, under the same name, so that a server that minds names has it once.
package struct DeliverySender: Sendable {
    private let services: Services
    private let targets: DeliveryTargets
    private let outgoing: any Outgoing
    private let categories: Categories

    package init(
        _ services: Services, targets: DeliveryTargets, outgoing: any Outgoing, categories: Categories
    ) {
        self.services = services
        self.targets = targets
        self.outgoing = outgoing
        self.categories = categories
    }

    /// Does what is due, and says how much that was.
    @discardableResult
    package func turn(_ logger: Logger? = nil) async throws -> Int {
        let now = services.now()
        let due = try await services.database.read { db in try DeliveryStore(db).due(at: now, limit: 20) }
        for delivery in due {
            try Task.checkCancellation()
            let isOurs = try await services.database.write { db in
                try DeliveryStore(db).lease(delivery, until: now + Delivery.lease)
            }
            guard isOurs else { continue }
            if delivery.state == .waiting {
                try await send(delivery, logger)
            } else {
                try await ask(delivery)
            }
        }
        return due.count
    }

    // MARK: Sending

    private func send(_ delivery: Delivery, _ logger: Logger?) async throws {
        guard let target = targets[delivery.target] else {
            return try await conclude(delivery, .failed(fault: "no-target", isFinal: true), poll: 3600, logger)
        }
        let found = try await services.database.read { db in try CaseStore(db).find(delivery.matter) }
        // It has ended meanwhile, or turned out to be something else.
        guard let matter = found, PublicRequest.Stage(of: matter).isOpen, target.rule(for: matter) != nil else {
            return try await lapse(delivery)
        }
        guard let address = target.address.appending("/requests.\(target.format)") else {
            return try await conclude(delivery, .failed(fault: "no-target", isFinal: true), poll: 3600, logger)
        }
        let outcome: Delivery.Outcome
        do {
            let answer = try await outgoing.send(
                OutgoingRequest(
                    kind: "open311", id: delivery.id.uuid, method: "POST", address: address,
                    headers: [("Idempotency-Key", delivery.id.text)], body: .form(fields(of: matter, delivery, target)),
                    secrets: ["api_key"]))
            outcome = Self.outcome(of: answer, format: target.format)
        } catch {
            outcome = .failed(fault: error.fault, isFinal: error == .innerNetwork)
        }
        try await conclude(delivery, outcome, poll: Double(target.pollMinutes) * 60, logger)
    }

    /// What leaves: the kind, the place, our number. Of the words only when the target is meant to have them.
    private func fields(
        of matter: Case, _ delivery: Delivery, _ target: DeliveryTarget
    ) -> [(name: String, value: String)] {
        var fields = [(name: "service_code", value: delivery.service)]
        if let key = target.key { fields.append(("api_key", key)) }
        if let jurisdiction = target.jurisdiction { fields.append(("jurisdiction_id", jurisdiction)) }
        if let position = matter.place.position?.rounded {
            fields += [("lat", "\(position.lat)"), ("long", "\(position.lng)")]
        }
        let address = [matter.area, matter.place.address.map(PersonalNumbers.masked) ?? ""].joined()
        if !address.isEmpty { fields.append(("address_string", address)) }
        let t = services.site.strings(in: .zhHans)
        let words = target.sendsWords ? PersonalNumbers.masked(in: matter.description) : ""
        let head = t(
            "delivery.description",
            ["number": matter.number, "category": categories.category(matter.category)?.name(.zhHans) ?? ""])
        fields.append(("description", words.isEmpty ? head : "\(head)\n\(words)"))
        return fields
    }

    private static func outcome(of answer: OutgoingAnswer, format: String) -> Delivery.Outcome {
        if answer.isSunk { return .taken(id: nil, token: nil) }
        guard answer.isGood else {
            let isFinal = (400..<500).contains(answer.status) && ![408, 425, 429].contains(answer.status)
            return .failed(fault: "http-\(answer.status)", isFinal: isFinal)
        }
        // It may have taken it: sending again could make two of it, so a person looks.
        guard let said = RemoteAnswer(answer.body, format: format) else {
            return .failed(fault: "unreadable", isFinal: true)
        }
        return .taken(id: said.id, token: said.id == nil ? said.token : nil)
    }

    private struct DeliveryData: Encodable {
        let target: String
        let tries: Int
        let fault: String?
    }

    private func conclude(
        _ delivery: Delivery, _ outcome: Delivery.Outcome, poll: Double, _ logger: Logger?
    ) async throws {
        let now = services.now()
        let entryID: ID<TimelineEntry> = ID(services.makeUUID(now))
        let t = services.site.strings(in: .zhHans)
        let after = try await services.database.write { db -> Delivery? in
            let store = DeliveryStore(db)
            guard var current = try store.find(delivery.id), current.state == .waiting else { return nil }
            current.conclude(outcome, pollEvery: poll, at: now)
            try store.update(current)
            let data = DeliveryData(target: current.target, tries: current.tries, fault: current.fault)
            switch current.state {
            case .sent, .done:
                try JournalStore(db).append(
                    "delivery.sent", subject: current.matter.uuid, by: nil, at: now, data: data)
                let note =
                    current.remoteID.map { t("delivery.note.number", ["target": current.target, "number": $0]) }
                    ?? t("delivery.note.sent", ["target": current.target])
                try Self.note(note, on: current.matter, as: entryID, at: now, in: db)
            case .dead:
                try JournalStore(db).append(
                    "delivery.died", subject: current.matter.uuid, by: nil, at: now, data: data)
            case .waiting, .dropped: break
            }
            return current
        }
        if let after, after.state == .dead {
            logger?.error(
                "a case can't be handed on", metadata: ["target": "\(after.target)", "fault": "\(after.fault ?? "")"])
        }
    }

    private func lapse(_ delivery: Delivery) async throws {
        let now = services.now()
        try await services.database.write { db in
            let store = DeliveryStore(db)
            guard var current = try store.find(delivery.id), current.state == .waiting else { return }
            current.lapse(at: now)
            try store.update(current)
            try JournalStore(db).append(
                "delivery.dropped", subject: current.matter.uuid, by: nil, at: now,
                data: DeliveryData(target: current.target, tries: current.tries, fault: nil))
        }
    }

    // MARK: Asking

    private func ask(_ delivery: Delivery) async throws {
        let target = targets[delivery.target]
        var said: RemoteAnswer?
        if let target, let address = Self.address(of: delivery, at: target) {
            let answer = try? await outgoing.send(
                OutgoingRequest(kind: "open311", id: services.makeUUID(services.now()), method: "GET", address: address)
            )
            if let answer, answer.isGood, !answer.isSunk {
                said = RemoteAnswer(answer.body, format: target.format)
            }
        }
        let now = services.now()
        let entryID: ID<TimelineEntry> = ID(services.makeUUID(now))
        let t = services.site.strings(in: .zhHans)
        let poll = Double(target?.pollMinutes ?? 1440) * 60
        try await services.database.write { [said] db in
            let store = DeliveryStore(db)
            guard var current = try store.find(delivery.id), current.state == .sent else { return }
            // Only the two states that there are: anything else is noise.
            let status = said?.status.flatMap { ["open", "closed"].contains($0) ? $0 : nil }
            let isNews = current.hear(
                id: current.remoteID == nil ? said?.id : nil, status: status, pollEvery: poll, at: now)
            try store.update(current)
            guard isNews else { return }
            try JournalStore(db).append(
                "delivery.answered", subject: current.matter.uuid, by: nil, at: now,
                data: ["target": current.target, "status": current.remoteStatus ?? ""])
            let words = t("delivery.status.\(current.remoteStatus ?? "open")")
            let note = t(
                "delivery.note.status",
                ["target": current.target, "number": current.remoteID ?? "–", "status": words])
            try Self.note(note, on: current.matter, as: entryID, at: now, in: db)
        }
    }

    private static func address(of delivery: Delivery, at target: DeliveryTarget) -> OutgoingAddress? {
        let query = target.jurisdiction.map { [(name: "jurisdiction_id", value: $0)] } ?? []
        if let id = delivery.remoteID {
            return target.address.appending("/requests/\(id).\(target.format)", query: query)
        }
        return delivery.remoteToken.flatMap {
            target.address.appending("/tokens/\($0).\(target.format)", query: query)
        }
    }

    /// A line on the case, for those who work on it.
    private static func note(
        _ words: String, on id: ID<Case>, as entry: ID<TimelineEntry>, at now: Date, in db: any Transaction
    ) throws {
        guard let matter = try CaseStore(db).find(id) else { return }
        try TimelineStore(db).insertNote(words, on: matter, as: entry, at: now)
    }
}

extension OutgoingError {
    fileprivate var fault: String {
        switch self {
        case .unreachable: "unreachable"
        case .innerNetwork: "inner-network"
        case .answerTooLong: "answer-too-long"
        case .noSink: "no-sink"
        }
    }
}
