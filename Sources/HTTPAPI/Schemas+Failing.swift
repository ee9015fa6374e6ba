import FleetModel

/// The shapes of what is said about releases that fail.
extension Schemas {
    static let failing: [Object] = [
        Object(
            name: "ReasonRequest",
            fields: [("reason", ["type": "string", "minLength": 1, "maxLength": 1000])]
        ),
        Object(
            name: "Retry",
            fields: [("attempts", integer), ("backoffSeconds", integer), ("longestSeconds", integer)]
        ),
        Object(
            name: "CircuitSettings",
            fields: [("count", integer), ("sharePercent", integer), ("fallBack", boolean)]
        ),
        Object(
            name: "Quarantine",
            fields: [
                ("id", integer), ("machineID", integer), ("machine", string), ("environment", string),
                ("project", string), ("release", string), ("attempts", integer), ("reason", string),
                ("since", instant), ("releasedAt?", instant), ("releasedBy?", string),
                ("releaseReason?", string),
            ]
        ),
        Object(
            name: "Circuit",
            fields: [
                ("id", integer), ("project", string), ("environment", string), ("release", string),
                ("failed", integer), ("tried", integer), ("fallback?", string), ("openedAt", instant),
                ("closedAt?", instant), ("closedBy?", string), ("closeReason?", string),
            ]
        ),
        Object(
            name: "Attempts",
            fields: [
                ("made", integer), ("allowed", integer), ("nextAt?", instant),
                ("quarantine?", reference("Quarantine")), ("circuit?", reference("Circuit")),
            ]
        ),
    ]
}
