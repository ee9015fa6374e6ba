import FleetModel

/// The shapes of what says which release should be on machines.
extension Schemas {
    private static let reason: JSONValue = ["type": "string", "minLength": 1, "maxLength": 1000]

    static let pins: [Object] = [
        Object(
            name: "PinRequest",
            fields: [
                ("project", string), ("release", string), ("environment?", string), ("machine?", string),
                ("reason", reason), ("once?", boolean), ("expiresInSeconds?", integer),
            ]
        ),
        Object(
            name: "Pin",
            fields: [
                ("id", integer), ("project", string), ("release", string), ("environment?", string),
                ("machine?", string), ("once", boolean), ("reason", string), ("createdBy", string),
                ("createdAt", instant), ("expiresAt?", instant), ("endedAt?", instant), ("endedBy?", string),
                ("endReason?", words(Pin.EndReason.allCases.map(\.rawValue))),
            ]
        ),
        Object(
            name: "EnvironmentRelease",
            fields: [
                ("id", integer), ("environment", string), ("project", string), ("release", string),
                ("deploymentID?", integer),
                ("source", words(EnvironmentRelease.Source.allCases.map(\.rawValue))), ("actor", string),
                ("reason", string), ("since", instant),
            ]
        ),
        Object(
            name: "RollbackRequest",
            fields: [("project", string), ("environment", string), ("release?", string)]
        ),
    ]
}
