import FleetModel

/// The shapes of what is said about machines that stay away.
extension Schemas {
    static let cleanup: [Object] = [
        Object(
            name: "CleanupHold",
            fields: [
                ("policy", string), ("scope", words(["policy", "fleet"])), ("machines", integer),
                ("of", integer),
                ("heldAt", instant),
            ]
        ),
        Object(name: "CleanupAllowed", fields: [("policy", string), ("machines", integer)]),
        Object(
            name: "CleanupItem",
            fields: [
                ("machine", string), ("machineID", integer), ("unavailableSince", instant),
                ("expiredAt?", instant),
                ("plan", words(["expire", "purge", "wait", "held", "disabled", "off"])), ("at?", instant),
                ("reason", string),
            ]
        ),
        Object(
            name: "CleanupPreview",
            fields: [
                ("policy", string), ("deleteUnavailable", boolean), ("deleteAfterSeconds", integer),
                ("purgeAfterSeconds", integer), ("guardSharePercent", integer), ("guardCount", integer),
                ("hold?", reference("CleanupHold")), ("machines", integer),
                ("unavailable", list(reference("CleanupItem"))), ("truncated", boolean),
            ]
        ),
    ]
}
