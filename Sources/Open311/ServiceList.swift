import Cases
import Foundation
import Kernel
import Web

/// What can be asked for: the categories of the data, as GeoReport calls them.
struct ServiceList: Sendable {
    let categories: Categories
    let facts: Open311Facts
    let language: Language
    let t: Strings

    var document: SparkDocument {
        let services = categories.groups.flatMap { group in group.categories.map { service($0, in: group) } }
        return SparkDocument("services", .items("service", services))
    }

    private func service(_ category: Category, in group: Categories.Group) -> Spark {
        .members([
            .init("service_code", category.code), .init("service_name", category.name(language)),
            .init(
                "description",
                t("open311.service.description", ["department": category.department(language)])),
            .init("metadata", .flag(!attributes(of: category).isEmpty)),
            // What isn't shown one by one has no number that could be asked for.
            .init("type", facts.shows(category.code) ? "realtime" : "blackbox"),
            .init(
                "keywords",
                (category.keywords ?? "").split(whereSeparator: { " ,，、".contains($0) }).joined(separator: ", ")),
            .init("group", group.name(language)),
        ])
    }

    /// What a service asks and says; `nil` when there is no such service.
    func definition(of code: String) -> SparkDocument? {
        guard let category = categories.category(code) else { return nil }
        return SparkDocument(
            "service_definition",
            .members([
                .init("service_code", category.code),
                .init("attributes", .items("attribute", attributes(of: category))),
            ]))
    }

    private func attributes(of category: Category) -> [Spark] {
        var attributes: [Spark] = []
        if let stop = category.stop.flatMap({ categories.stops[$0] }) {
            let numbers = stop.numbers.map { "\($0.number) \($0.name(language))" }.joined(separator: t("open311.or"))
            attributes.append(
                attribute(
                    "emergency", .string, order: 1, isAsked: false, isRequired: false,
                    words: t(
                        "open311.emergency", ["question": stop.question(language), "numbers": numbers]),
                    values: []))
        }
        for question in facts.questions(of: category.code) {
            attributes.append(
                attribute(
                    question.code, question.datatype, order: attributes.count + 1, isAsked: true,
                    isRequired: question.required, words: question.description(language),
                    values: question.values ?? []))
        }
        return attributes
    }

    private func attribute(
        _ code: String, _ datatype: Open311Facts.Datatype, order: Int, isAsked: Bool, isRequired: Bool,
        words: String, values: [Open311Facts.Choice]
    ) -> Spark {
        .members(
            [
                .init("variable", .flag(isAsked)), .init("code", code), .init("datatype", datatype.rawValue),
                .init("required", .flag(isRequired)),
                .init("datatype_description", isAsked ? t("open311.datatype.\(datatype.rawValue)") : nil),
                .init("order", .integer(order)), .init("description", words),
            ]
                + (values.isEmpty
                    ? []
                    : [
                        .init(
                            "values",
                            .items(
                                "value",
                                values.map { .members([.init("key", $0.key), .init("name", $0.name(language))]) }))
                    ]))
    }
}

extension PublicRequestStore.Shown {
    /// With the fields of the specification, of which some are always empty here: what somebody wrote and photographed.
    func spark(_ categories: Categories, _ language: Language, _ t: Strings) -> Spark {
        let category = categories.category(request.category)
        let isOpen = request.stage.isOpen
        return .members([
            .init("service_request_id", request.number), .init("status", isOpen ? "open" : "closed"),
            .init("status_notes", t("open311.stage.\(request.stage.rawValue)")),
            .init("service_name", category?.name(language) ?? request.category),
            .init("service_code", request.category), .init("description", .null),
            .init("agency_responsible", category?.department(language)), .init("service_notice", .null),
            .init("requested_datetime", request.day.shanghaiStart),
            .init("updated_datetime", request.updated.shanghaiStart), .init("expected_datetime", .null),
            .init("address", request.area.isEmpty ? nil : request.area), .init("address_id", .null),
            .init("zipcode", .null), .init("lat", position.map { .number($0.lat) } ?? .null),
            .init("long", position.map { .number($0.lng) } ?? .null), .init("media_url", .null),
        ])
    }
}

extension Day {
    /// `2026-11-21T00:00:00+08:00`: the day and nothing of the hour.
    var shanghaiStart: String { "\(self)T00:00:00+08:00" }
}
