import FleetModel

/// The shapes of secrets. No answer has a value.
extension Schemas {
    private static let value: JSONValue = [
        "type": "string", "minLength": .int(Int64(Limits.secretBytes.lowerBound)),
        "maxLength": .int(Int64(Limits.secretBytes.upperBound)),
        "format": "password", "writeOnly": true,
    ]

    static let secrets: [Object] = [
        Object(
            name: "Secret",
            fields: [
                ("project", string), ("environment?", string), ("name", string), ("setBy", string),
                ("setAt", instant), ("version", integer),
            ]
        ),
        Object(name: "SecretRequest", fields: [("value", value)]),
    ]
}
