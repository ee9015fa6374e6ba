import FleetModel

/// The shapes of what is said about environments that end.
extension Schemas {
    static let environments: [Object] = [
        Object(
            name: "EnvironmentRequest",
            fields: [
                ("name", string), ("description?", string), ("from", string), ("expiresInSeconds", integer),
                ("idleLimitSeconds?", integer), ("deleteWhenEmpty?", boolean),
                ("warnBeforeSeconds?", integer),
            ]
        ),
        Object(name: "ExtensionRequest", fields: [("bySeconds", integer)]),
        Object(name: "ProtectionRequest", fields: [("protected", boolean)]),
        Object(
            name: "Ephemeral",
            fields: [
                ("from", string), ("expiresAt", instant), ("idleLimitSeconds?", integer),
                ("deleteWhenEmpty", boolean), ("warnBeforeSeconds", integer), ("protected", boolean),
                ("createdBy", string), ("teardownAt?", instant), ("teardownReason?", string),
            ]
        ),
    ]
}
