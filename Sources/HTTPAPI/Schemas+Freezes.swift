import FleetModel

/// The shapes of freezes and phases.
extension Schemas {
    static let freezes: [Object] = [
        Object(
            name: "Freeze",
            fields: [
                ("id", integer), ("name", string), ("description", string), ("environments", list(string)),
                ("projects", list(string)), ("reason", string), ("from", instant), ("to", instant),
                ("state", words(Freeze.State.allCases.map(\.rawValue))), ("createdAt", instant),
                ("updatedAt", instant),
            ]
        ),
        Object(
            name: "Phase",
            fields: [
                ("name", string), ("environments", list(string)), ("automatic", boolean),
                ("optional", boolean),
            ]
        ),
    ]
}
