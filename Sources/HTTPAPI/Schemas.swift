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

    /// `#/components/schemas`.
    static let components: JSONValue = .object(
        Dictionary(uniqueKeysWithValues: objects.map { ($0.name, schema(of: $0)) })
            .merging(["Any": .object([:])]) { _, any in any }
    )

    private static func schema(of object: Object) -> JSONValue {
        let required = object.fields.map(\.name).filter { !$0.hasSuffix("?") }
        let properties = object.fields.map { (bare($0.name), $0.schema) }
        return [
            "type": "object", "required": .array(required.map(JSONValue.string)),
            "properties": .object(Dictionary(uniqueKeysWithValues: properties)),
        ]
    }

    private static func bare(_ name: String) -> String {
        name.hasSuffix("?") ? String(name.dropLast()) : name
    }

    static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(name)")] }
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
        identities,
    ].flatMap { $0 }

    private static let requests: [Object] = [
        Object(
            name: "ApplyRequest",
            fields: [("documents", list(map(["description": "A document, by its 'kind'."])))]
        ),
        Object(
            name: "Applied",
            fields: [
                ("kind", string), ("name", string), ("action", words(["created", "changed", "unchanged"])),
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
                ("errors?", list(reference("Fault"))),
            ]
        ),
        Object(name: "Fault", fields: [("field", string), ("message", string)]),
    ]
}
