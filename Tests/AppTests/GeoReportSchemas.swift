import Foundation

/// JSON Schemas of GeoReport v2, written from its specification: what each method answers.
enum GeoReportSchemas {
    static var services: [String: Any] {
        schema(
            """
            {"type": "array", "minItems": 1, "items": {"type": "object",
             "required": ["service_code", "service_name", "description", "metadata", "type", "keywords", "group"],
             "additionalProperties": false, "properties": {
               "service_code": {"type": "string", "minLength": 1}, "service_name": {"type": "string", "minLength": 1},
               "description": {"type": ["string", "null"]}, "metadata": {"type": "boolean"},
               "type": {"enum": ["realtime", "batch", "blackbox"]}, "keywords": {"type": ["string", "null"]},
               "group": {"type": ["string", "null"]}}}}
            """)
    }

    static var definition: [String: Any] {
        schema(
            """
            {"type": "object", "required": ["service_code", "attributes"], "additionalProperties": false, "properties": {
              "service_code": {"type": "string"}, "attributes": {"type": "array", "items": {"type": "object",
                "required": ["variable", "code", "datatype", "required", "datatype_description", "order", "description"],
                "additionalProperties": false, "properties": {
                  "variable": {"type": "boolean"}, "code": {"type": "string", "minLength": 1},
                  "datatype": {"enum": ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]},
                  "required": {"type": "boolean"}, "datatype_description": {"type": ["string", "null"]},
                  "order": {"type": "integer", "minimum": 1}, "description": {"type": "string", "minLength": 1},
                  "values": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["key", "name"],
                    "additionalProperties": false,
                    "properties": {"key": {"type": "string"}, "name": {"type": "string"}}}}}}}}}
            """)
    }

    static var requests: [String: Any] {
        schema(
            """
            {"type": "array", "items": {"type": "object",
             "required": ["service_request_id", "status", "service_name", "service_code", "requested_datetime",
               "updated_datetime", "address", "lat", "long"],
             "additionalProperties": false, "properties": {
               "service_request_id": {"type": "string", "minLength": 1}, "status": {"enum": ["open", "closed"]},
               "status_notes": {"type": ["string", "null"]}, "service_name": {"type": "string"},
               "service_code": {"type": "string"}, "description": {"type": "null"},
               "agency_responsible": {"type": ["string", "null"]}, "service_notice": {"type": ["string", "null"]},
               "requested_datetime": {"$ref": "#/w3"}, "updated_datetime": {"$ref": "#/w3"},
               "expected_datetime": {"type": "null"}, "address": {"type": ["string", "null"]},
               "address_id": {"type": "null"}, "zipcode": {"type": "null"},
               "lat": {"type": ["number", "null"], "minimum": -90, "maximum": 90},
               "long": {"type": ["number", "null"], "minimum": -180, "maximum": 180}, "media_url": {"type": "null"}}}}
            """)
    }

    static var created: [String: Any] {
        schema(
            """
            {"type": "array", "minItems": 1, "items": {"type": "object", "minProperties": 1,
             "additionalProperties": false, "properties": {
               "service_request_id": {"type": "string"}, "token": {"type": "string"},
               "service_notice": {"type": ["string", "null"]}, "account_id": {"type": ["string", "null"]}}}}
            """)
    }

    static var errors: [String: Any] {
        schema(
            """
            {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["code", "description"],
             "additionalProperties": false,
             "properties": {"code": {"type": "integer", "minimum": 400, "maximum": 599},
               "description": {"type": "string", "minLength": 1}}}}
            """)
    }

    static var discovery: [String: Any] {
        schema(
            """
            {"type": "object", "required": ["changeset", "contact", "key_service", "endpoints"],
             "additionalProperties": false, "properties": {
               "changeset": {"$ref": "#/w3"}, "contact": {"type": "string"}, "key_service": {"type": "string"},
               "endpoints": {"type": "array", "minItems": 1, "items": {"type": "object",
                 "required": ["specification", "url", "changeset", "type", "formats"], "additionalProperties": false,
                 "properties": {"specification": {"const": "http://wiki.open311.org/GeoReport_v2"},
                   "url": {"type": "string", "pattern": "^https?://"}, "changeset": {"$ref": "#/w3"},
                   "type": {"enum": ["production", "test"]},
                   "formats": {"type": "array", "minItems": 1, "items": {"enum": ["text/xml", "application/json"]}}}}}}}
            """)
    }

    /// What isn't as the specification has it; nothing when all is.
    static func faults(_ text: String, _ schema: [String: Any]) throws -> [String] {
        let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
        let holder = try APIDescription(
            Data(
                #"{"w3": {"type": "string", "pattern": "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(Z|[+-]\\d\\d:\\d\\d)$"}}"#
                    .utf8))
        return holder.faults(in: value, schema, at: "")
    }

    private static func schema(_ text: String) -> [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any] ?? ["not": "JSON"]
    }
}
