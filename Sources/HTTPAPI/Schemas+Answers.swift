import FleetModel

/// The shapes of what is answered.
extension Schemas {
    static let nouns: [Object] = [
        Object(
            name: "Environment",
            fields: [
                ("id", integer), ("name", string), ("description", string), ("createdAt", instant),
                ("ephemeral?", reference("Ephemeral")),
            ]
        ),
        Object(
            name: "Step",
            fields: [
                ("name", string), ("roles", list(string)), ("maxParallel?", integer),
                ("timeoutSeconds", integer),
                ("idempotent", boolean), ("retries?", integer),
                ("runWhen?", words(Step.RunWhen.allCases.map(\.rawValue))),
                ("onAutomatic?", words(Step.OnAutomatic.allCases.map(\.rawValue))),
                ("script?", string), ("package?", reference("PackageInstall")),
                ("manual?", reference("StepApproval")), ("healthCheck?", reference("StepHealthCheck")),
            ]
        ),
        Object(name: "StepApproval", fields: [("instructions", string)]),
        Object(name: "StepHealthCheck", fields: [("includeNew", boolean)]),
        Object(
            name: "DeploymentSettings",
            fields: [
                ("unavailableTargets", words(DeploymentSettings.Absent.allCases.map(\.rawValue))),
                ("unhealthyTargets", words(DeploymentSettings.Absent.allCases.map(\.rawValue))),
                ("minimumHealthy?", integer),
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
                ("process", list(reference("Step"))), ("teardown?", list(reference("Step"))),
                ("variables", map(string)), ("environmentVariables?", map(map(string))),
                ("deployment?", reference("DeploymentSettings")),
                ("circuit?", reference("CircuitSettings")),
                ("after?", list(string)), ("phases?", list(reference("Phase"))), ("createdAt", instant),
                ("updatedAt", instant),
            ]
        ),
        Object(
            name: "Batch",
            fields: [
                ("quietSeconds", integer), ("longestSeconds", integer), ("size", integer),
                ("canary", integer),
            ]
        ),
        Object(
            name: "Trigger",
            fields: [
                ("id", integer), ("project", string), ("name", string), ("eventGroups", list(string)),
                ("eventCategories", list(string)), ("environments", list(string)), ("roles", list(string)),
                ("redeploy", boolean), ("enabled", boolean), ("batch", reference("Batch")),
                ("retry?", reference("Retry")), ("repairDrift?", boolean), ("actsAs?", string),
            ]
        ),
        Object(
            name: "Machine",
            fields: [
                ("id", integer), ("name", string), ("incarnation", integer), ("environment", string),
                ("roles", list(string)),
                ("enabled", boolean), ("health", words(MachineHealth.allCases.map(\.rawValue))),
                ("healthSince", instant),
                ("lastSeen?", instant), ("expiredAt?", instant), ("facts", map(string)),
                ("createdAt", instant),
                ("policy?", string), ("ephemeral?", boolean), ("lastCheck?", reference("HealthCheck")),
            ]
        ),
        Object(
            name: "Token",
            fields: [
                ("id", integer), ("token?", string), ("prefix", string), ("environment", string),
                ("roles", list(string)),
                ("usesLeft?", integer), ("uses", integer), ("createdBy", string), ("expiresAt", instant),
                ("revoked", boolean), ("policy?", string), ("ephemeral?", boolean),
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
                ("variables", map(string)), ("environmentVariables?", map(map(string))), ("notes", string),
                ("createdBy", string), ("createdAt", instant),
            ]
        ),
    ]

    static let deployments: [Object] = [
        Object(
            name: "Deployment",
            fields: [
                ("id", integer), ("project", string), ("release", string), ("environment", string),
                ("kind", words(["rollout", "selected", "automatic", "teardown"])), ("trigger?", string),
                ("state", words(DeploymentState.allCases.map(\.rawValue))), ("reason", string),
                ("requestedBy", string),
                ("cancelRequested", boolean), ("createdAt", instant), ("finishedAt?", instant),
                ("runCounts", map(integer)), ("repeats?", integer),
                ("repeatsAs?", words(["retry", "redeploy"])), ("waitsFor?", string), ("traceparent?", string),
            ]
        ),
        Object(
            name: "Gate",
            fields: [
                ("index", integer), ("step", string), ("kind", words(["manual", "healthCheck"])),
                ("instructions", string), ("state", words(GateState.allCases.map(\.rawValue))),
                ("reachedAt", instant), ("dueAt?", instant), ("decidedAt?", instant), ("decidedBy?", string),
                ("reason", string),
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
                ("gates?", list(reference("Gate"))),
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
                ("decidedAt", instant), ("machine?", string), ("project?", string), ("release?", string),
                ("trigger?", string),
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
                ("project", string), ("desired?", string), ("desiredReason", string),
                ("desiredSource?", string), ("desiredSince?", instant), ("desiredBy?", string),
                ("actual?", string),
                ("incomplete?", string), ("verdict", string), ("reason", string), ("needID?", integer),
                ("nextLookAt?", instant),
                ("deploymentID?", integer), ("attempts?", reference("Attempts")),
                ("rules?", list(reference("RuleStanding"))),
                ("chain", list(reference("Link"))),
            ]
        ),
        Object(
            name: "RuleStanding",
            fields: [
                ("rule", string), ("meaning", string),
                ("standing", words(ProjectExplanation.Rule.Standing.allCases.map(\.rawValue))),
                ("verdict?", string), ("reason?", string),
            ]
        ),
        Object(
            name: "Link",
            fields: [
                ("eventID", integer), ("at", instant), ("what", string), ("kind?", string),
                ("deploymentID?", integer),
            ]
        ),
    ]

    static let cluster: [Object] = [
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
                ("state", words(["ready", "drained", "draining", "stopped", "gone"])),
                ("startedAt", instant), ("seenAt", instant), ("drainedAt?", instant), ("drainedBy?", string),
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
                ("cleanupHolds?", list(reference("CleanupHold"))),
            ]
        ),
    ]
}
