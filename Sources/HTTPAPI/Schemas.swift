import FleetModel

/// The shapes of the bodies, as JSON Schema 2020-12. The same tables tell which fields a request may have.
enum Schemas {
    /// One object: its fields, of which those without a question mark are always there.
    struct Object {
        let name: String
        let fields: [(name: String, schema: JSONValue)]
    }

    /// The names of the fields of an object.
    static func fields(of name: String) -> [String] {
        objects.first { $0.name == name }?.fields.map { bare($0.name) } ?? []
    }

    /// `#/components/schemas`. Those that are `closed` have no other fields than these, as `JSONBody` reads them; answers
    /// stay open, since a later version may say more.
    static func components(closed: Set<String> = []) -> [String: JSONValue] {
        Dictionary(
            uniqueKeysWithValues: objects.map { ($0.name, schema(of: $0, closed: closed.contains($0.name))) }
        )
        .merging([
            "Any": [:],
            "Document": [
                "type": "object", "description": "A document; 'kind' and what the path says may be left out.",
            ],
        ]) { _, other in other }
    }

    private static func schema(of object: Object, closed: Bool) -> JSONValue {
        let required = object.fields.map(\.name).filter { !$0.hasSuffix("?") }
        let properties = object.fields.map { field in
            // What a request may leave out, it may also say as null, as many programs do.
            (bare(field.name), closed && field.name.hasSuffix("?") ? orNull(field.schema) : field.schema)
        }
        var schema: [String: JSONValue] = [
            "type": "object", "required": .array(required.map(JSONValue.string)),
            "properties": .object(Dictionary(uniqueKeysWithValues: properties)),
        ]
        if closed { schema["additionalProperties"] = false }
        return .object(schema)
    }

    private static func bare(_ name: String) -> String {
        name.hasSuffix("?") ? String(name.dropLast()) : name
    }

    static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(name)")] }
    static func orNull(_ schema: JSONValue) -> JSONValue { ["anyOf": [schema, ["type": "null"]]] }
    static func list(_ items: JSONValue) -> JSONValue { ["type": "array", "items": items] }
    static func map(_ values: JSONValue) -> JSONValue {
        ["type": "object", "additionalProperties": values]
    }
    static func words(_ words: [String]) -> JSONValue {
        ["type": "string", "enum": .array(words.map(JSONValue.string))]
    }

    static let string: JSONValue = ["type": "string"]
    static let integer: JSONValue = ["type": "integer"]
    static let boolean: JSONValue = ["type": "boolean"]
    static let instant: JSONValue = ["type": "string", "format": "date-time"]

    private static let objects: [Object] = [
        requests, nouns, policies, deployments, failing, pins, freezes, cluster, past, cleanup, environments,
        webhooks, secrets, access, identities,
    ].flatMap { $0 }

    private static let requests: [Object] = [
        Object(
            name: "ApplyRequest",
            fields: [
                ("documents", list(map(["description": "A document, by its 'kind'."]))),
                ("expected?", list(reference("Expected"))),
            ]
        ),
        Object(name: "Expected", fields: [("kind", string), ("name", string), ("etag?", orNull(string))]),
        Object(
            name: "Applied",
            fields: [
                ("kind", string), ("name", string), ("action", words(["created", "changed", "unchanged"])),
                ("etag?", string), ("before?", ["type": "object"]), ("after?", ["type": "object"]),
            ]
        ),
        Object(name: "ApplyResponse", fields: [("applied", list(reference("Applied")))]),
        Object(
            name: "MachineChange",
            fields: [
                ("enabled?", boolean), ("environment?", string), ("roles?", list(string)),
                ("policy?", string),
            ]
        ),
        Object(
            name: "TokenRequest",
            fields: [
                ("environment", string), ("roles", list(string)), ("ttlSeconds?", integer),
                ("uses?", integer), ("policy?", string), ("ephemeral?", boolean),
            ]
        ),
        Object(
            name: "ReleaseRequest",
            fields: [("version", string), ("packages?", map(string)), ("notes?", string)]
        ),
        Object(
            name: "DeploymentRequest",
            fields: [
                ("project", string), ("release", string), ("environment", string),
                ("machines?", list(string)), ("ignoreFreeze?", boolean), ("skipPromotion?", boolean),
                ("reason?", string),
            ]
        ),
        Object(name: "ApprovalRequest", fields: [("step?", string), ("reason?", string)]),
        Object(
            name: "Problem",
            fields: [
                ("type", string), ("title", string), ("status", integer), ("detail", string),
                ("errors?", list(reference("Fault"))), ("traceID?", string),
                ("missing?", reference("Missing")),
            ]
        ),
        Object(name: "Missing", fields: [("what", string), ("which", string)]),
        Object(name: "Fault", fields: [("field", string), ("message", string)]),
    ]
}
