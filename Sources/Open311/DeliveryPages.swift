import Foundation
import HTTPTypes
import Kernel
import Web

/// What can't be handed on, and how much goes well.
struct DeliveryPage: Page {
    static let template = "deliveries/list"

    struct Item: Sendable {
        let id: String
        let number: String
        let category: String
        let target: String
        let fault: String
        let tries: String
        let since: String
        let last: String
        /// What was typed and couldn't be kept, with what is wrong with it.
        let reason: String
        let error: String?
    }

    let items: [Item]
    let hasItems: Bool
    let sum: String
    let targets: String
    let errorList: [FormFault]
    let longestReason: String
    let status: HTTPResponse.Status

    /// `sent`: a reason that was refused.
    init(
        _ overview: DeliveryCommands.Overview, targets: DeliveryTargets, categoryName: (String) -> String, t: Strings,
        sent: (id: ID<Delivery>, reason: String, problems: [FieldProblem])? = nil
    ) {
        items = overview.dead.map { listed in
            let delivery = listed.delivery
            let isSent = sent?.id == delivery.id
            let fault = sent?.problems.first.map { FormFault($0, t).detail }
            return Item(
                id: delivery.id.text, number: listed.number, category: categoryName(listed.category),
                target: delivery.target, fault: DeliveryWords.fault(delivery.fault, t), tries: "\(delivery.tries)",
                since: delivery.createdAt.minuteText, last: delivery.changedAt.minuteText,
                reason: isSent ? sent?.reason ?? "" : "", error: isSent ? fault : nil)
        }
        hasItems = !items.isEmpty
        func count(_ states: Delivery.State...) -> String {
            "\(states.map { overview.counts[$0] ?? 0 }.reduce(0, +))"
        }
        sum = t(
            "delivery.sum",
            [
                "dead": count(.dead), "waiting": count(.waiting), "sent": count(.sent), "done": count(.done),
                "dropped": count(.dropped),
            ])
        self.targets =
            targets.all.isEmpty
            ? t("delivery.no-targets")
            : t("delivery.targets", ["names": targets.all.map(\.name).joined(separator: ", ")])
        errorList = (sent?.problems ?? []).map { problem in
            FormFault(field: "reason-\(sent?.id.text ?? "")", detail: FormFault(problem, t).detail)
        }
        longestReason = "\(DeliveryCommands.longestReason)"
        status = sent == nil ? .ok : .unprocessableContent
    }

    func title(_ t: Strings) -> String { t("delivery.title") }
}

enum DeliveryWords {
    /// Why an attempt failed, in words.
    static func fault(_ code: String?, _ t: Strings) -> String {
        guard let code else { return "" }
        if code.hasPrefix("http-") { return t("delivery.fault.http", ["status": String(code.dropFirst(5))]) }
        return t.has("delivery.fault.\(code)") ? t("delivery.fault.\(code)") : code
    }
}
