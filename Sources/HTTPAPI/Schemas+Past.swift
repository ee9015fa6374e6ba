import FleetModel

/// The shapes of answers about the past.
extension Schemas {
    static let past: [Object] = [
        Object(
            name: "TriggerPreviewRequest",
            fields: [
                ("documents", list(map(["description": "A document of kind Trigger."]))),
                ("sinceSeconds", integer), ("windowSeconds?", integer),
            ]
        ),
        Object(
            name: "TriggerPreview",
            fields: [
                ("since", instant), ("until", instant), ("windowSeconds", integer), ("eventsRead", integer),
                ("cutOffAt?", instant), ("notes", list(string)),
                ("triggers", list(reference("TriggerPreviewOutcome"))),
            ]
        ),
        Object(
            name: "TriggerPreviewOutcome",
            fields: [
                ("project", string), ("trigger", string), ("matches", integer), ("machineCount", integer),
                ("machines", list(reference("TriggerPreviewLine"))),
            ]
        ),
        Object(
            name: "TriggerPreviewLine",
            fields: [
                ("machine", string), ("environment", string), ("project", string), ("events", integer),
                ("firstEventID", integer), ("firstAt", instant), ("lastEventID", integer),
                ("lastAt", instant),
                ("deployments", integer), ("release?", string), ("verdict", string), ("reason", string),
            ]
        ),
        Object(
            name: "MachineHistory",
            fields: [
                ("id", integer), ("name", string), ("incarnation", integer), ("environment", string),
                ("joinedAt", instant), ("deletedAt?", instant), ("at", instant),
                ("presence", words(MachineHistory.Presence.allCases.map(\.rawValue))),
                ("releases", list(reference("HeldRelease"))), ("entries", list(reference("HistoryEntry"))),
                ("hasEarlier", boolean), ("eventsKeptSince?", instant),
            ]
        ),
        Object(
            name: "HeldRelease",
            fields: [
                ("project", string), ("release?", string), ("incomplete?", string), ("since", instant),
                ("deploymentID?", integer),
            ]
        ),
        Object(
            name: "HistoryEntry",
            fields: [
                ("at", instant), ("kind", words(["event", "run", "release"])), ("what", string),
                ("eventID?", integer), ("deploymentID?", integer),
            ]
        ),
    ]
}
