import FleetModel

/// The shapes of the bodies, as JSON Schema 2020-12. The same tables tell which fields a request may have.
enum Schemas {
    /// One object: its fields, of which those without a question mark are always there.
    private struct Object {
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
    private static func list(_ items: JSONValue) -> JSONValue { ["type": "array", "items": items] }
    private static func map(_ values: JSONValue) -> JSONValue {
        ["type": "object", "additionalProperties": values]
    }
    private static func words(_ words: [String]) -> JSONValue {
        ["type": "string", "enum": .array(words.map(JSONValue.string))]
    }

    private static let string: JSONValue = ["type": "string"]
    private static let integer: JSONValue = ["type": "integer"]
    private static let boolean: JSONValue = ["type": "boolean"]
    private static let instant: JSONValue = ["type": "string", "format": "date-time"]

    private static let objects: [Object] = requests + nouns + deployments + cluster

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
            ]
        ),
        Object(
            name: "TokenRequest",
            fields: [
                ("environment", string), ("roles", list(string)), ("ttlSeconds?", integer),
                ("uses?", integer),
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
                ("machines?", list(string)),
            ]
        ),
        Object(
            name: "Problem",
            fields: [
                ("type", string), ("title", string), ("status", integer), ("detail", string),
                ("errors?", list(reference("Fault"))),
            ]
        ),
        Object(name: "Fault", fields: [("field", string), ("message", string)]),
    ]

    private static let nouns: [Object] = [
        Object(
            name: "Environment",
            fields: [
                ("id", integer), ("name", string), ("description", string), ("createdAt", instant),
            ]
        ),
        Object(
            name: "Step",
            fields: [
                ("name", string), ("roles", list(string)), ("maxParallel?", integer),
                ("timeoutSeconds", integer),
                ("idempotent", boolean), ("script?", string), ("package?", reference("PackageInstall")),
            ]
        ),
        Object(
            name: "PackageInstall",
            fields: [
                ("name", string), ("url?", string), ("sha256?", string), ("version?", string),
                ("sizeBytes?", integer),
                ("keep", integer), ("check?", string), ("checkTimeoutSeconds", integer),
            ]
        ),
        Object(
            name: "Project",
            fields: [
                ("id", integer), ("name", string), ("description", string),
                ("process", list(reference("Step"))),
                ("variables", map(string)), ("createdAt", instant), ("updatedAt", instant),
            ]
        ),
        Object(
            name: "Batch",
            fields: [("quietSeconds", integer), ("longestSeconds", integer), ("size", integer)]
        ),
        Object(
            name: "Trigger",
            fields: [
                ("id", integer), ("project", string), ("name", string), ("eventGroups", list(string)),
                ("eventCategories", list(string)), ("environments", list(string)), ("roles", list(string)),
                ("redeploy", boolean), ("enabled", boolean), ("batch", reference("Batch")),
            ]
        ),
        Object(
            name: "Machine",
            fields: [
                ("id", integer), ("name", string), ("incarnation", integer), ("environment", string),
                ("roles", list(string)),
                ("enabled", boolean), ("health", words(MachineHealth.allCases.map(\.rawValue))),
                ("healthSince", instant),
                ("lastSeen?", instant), ("facts", map(string)), ("createdAt", instant),
            ]
        ),
        Object(
            name: "Token",
            fields: [
                ("id", integer), ("token?", string), ("prefix", string), ("environment", string),
                ("roles", list(string)),
                ("usesLeft?", integer), ("uses", integer), ("createdBy", string), ("expiresAt", instant),
                ("revoked", boolean),
            ]
        ),
        Object(
            name: "Package",
            fields: [
                ("id", integer), ("name", string), ("version", string), ("sizeBytes", integer),
                ("sha256", string),
                ("pushedBy", string), ("createdAt", instant),
            ]
        ),
        Object(
            name: "Release",
            fields: [
                ("id", integer), ("project", string), ("version", string),
                ("process", list(reference("Step"))),
                ("variables", map(string)), ("notes", string), ("createdBy", string), ("createdAt", instant),
            ]
        ),
    ]

    private static let deployments: [Object] = [
        Object(
            name: "Deployment",
            fields: [
                ("id", integer), ("project", string), ("release", string), ("environment", string),
                ("kind", words(["rollout", "selected", "automatic"])), ("trigger?", string),
                ("state", words(DeploymentState.allCases.map(\.rawValue))), ("reason", string),
                ("requestedBy", string),
                ("cancelRequested", boolean), ("createdAt", instant), ("finishedAt?", instant),
                ("runCounts", map(integer)),
            ]
        ),
        Object(
            name: "StepRun",
            fields: [
                ("id", integer), ("index", integer), ("name", string),
                ("state", words(StepState.allCases.map(\.rawValue))),
                ("attempt", integer), ("exitCode?", integer), ("message", string), ("logBytes", integer),
                ("startedAt?", instant), ("finishedAt?", instant),
            ]
        ),
        Object(
            name: "Run",
            fields: [
                ("id", integer), ("deploymentID", integer), ("machineID", integer), ("machine", string),
                ("state", words(RunState.allCases.map(\.rawValue))), ("reason", string),
                ("startedAt?", instant),
                ("finishedAt?", instant), ("steps", list(reference("StepRun"))),
            ]
        ),
        Object(
            name: "DeploymentDetail",
            fields: [
                ("deployment", reference("Deployment")), ("runs", list(reference("Run"))),
            ]
        ),
        Object(
            name: "Event",
            fields: [
                ("id", integer), ("occurredAt", instant), ("category", string), ("machineID?", integer),
                ("environmentID?", integer), ("projectID?", integer), ("releaseID?", integer),
                ("triggerID?", integer),
                ("deploymentID?", integer), ("actor", string), ("node", string), ("message", string),
            ]
        ),
        Object(
            name: "Decision",
            fields: [
                ("id", integer), ("eventID", integer), ("triggerID?", integer), ("machineID", integer),
                ("projectID", integer),
                ("needID?", integer), ("deploymentID?", integer), ("releaseID?", integer),
                ("kind", words(["match", "plan"])),
                ("verdict", string), ("reason", string), ("term", integer), ("node", string),
                ("decidedAt", instant),
            ]
        ),
        Object(
            name: "Explanation",
            fields: [
                ("machine", reference("Machine")), ("projects", list(reference("ProjectExplanation"))),
            ]
        ),
        Object(
            name: "ProjectExplanation",
            fields: [
                ("project", string), ("desired?", string), ("desiredReason", string), ("actual?", string),
                ("incomplete?", string), ("verdict", string), ("reason", string), ("needID?", integer),
                ("nextLookAt?", instant),
                ("deploymentID?", integer), ("chain", list(reference("Link"))),
            ]
        ),
        Object(name: "Link", fields: [("eventID", integer), ("at", instant), ("what", string)]),
    ]

    private static let cluster: [Object] = [
        Object(
            name: "Readiness",
            fields: [
                ("node", string), ("ready", boolean), ("reason?", string), ("schemaVersion", integer),
            ]
        ),
        Object(name: "ProgramVersion", fields: [("version", string), ("agentProtocol", integer)]),
        Object(
            name: "Leader",
            fields: [
                ("node", string), ("term", integer), ("timeline", string), ("acquiredAt", instant),
                ("renewedAt", instant),
            ]
        ),
        Object(
            name: "Node",
            fields: [
                ("name", string), ("version", string), ("address", string),
                ("state", words(["ready", "draining", "stopped", "gone"])), ("startedAt", instant),
                ("seenAt", instant),
            ]
        ),
        Object(
            name: "ScanProgress",
            fields: [
                ("mark", string), ("lastCompletedAt", instant), ("eventsRead", integer),
                ("eventsWaiting", integer),
                ("openNeeds", integer),
            ]
        ),
        Object(
            name: "Tenure",
            fields: [
                ("term", integer), ("node", string), ("acquiredAt", instant), ("endedAt?", instant),
                ("endReason?", string),
            ]
        ),
        Object(
            name: "ClusterStatus",
            fields: [
                ("nodes", list(reference("Node"))), ("leader?", reference("Leader")),
                ("scan", reference("ScanProgress")),
                ("leaseHistory", list(reference("Tenure"))),
            ]
        ),
    ]
}
