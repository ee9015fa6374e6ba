import FleetModel

/// The shapes of machine policies and health checks.
extension Schemas {
    static let policies: [Object] = [
        Object(
            name: "MachinePolicy",
            fields: [
                ("id", integer), ("name", string), ("description", string),
                ("own", reference("MachinePolicyValues")), ("inForce", reference("MachinePolicyValues")),
                ("machines", integer), ("createdAt", instant), ("updatedAt", instant),
                ("cleanupHold?", reference("CleanupHold")),
            ]
        ),
        Object(
            name: "MachinePolicyValues",
            fields: [
                ("healthCheck", reference("HealthCheckRule")), ("unavailableAfterSeconds?", integer),
                ("mayBeOffline?", boolean), ("cleanup", reference("MachineCleanup")),
                ("keepReleases?", integer),
            ]
        ),
        Object(
            name: "HealthCheckRule",
            fields: [
                ("kind?", words(MachinePolicy.CheckKind.allCases.map(\.rawValue))), ("script?", string),
                ("intervalSeconds?", integer), ("cron?", string), ("timeoutSeconds?", integer),
                ("warningExitCodes?", list(integer)), ("beforeDeployment?", boolean),
            ]
        ),
        Object(
            name: "MachineCleanup",
            fields: [
                ("deleteUnavailable?", boolean), ("deleteUnavailableAfterSeconds?", integer),
                ("purgeAfterSeconds?", integer), ("guard", reference("MachineCleanupGuard")),
            ]
        ),
        Object(name: "MachineCleanupGuard", fields: [("sharePercent?", integer), ("count?", integer)]),
        Object(
            name: "HealthCheck",
            fields: [
                ("id", integer), ("machine", string),
                ("cause", words(HealthCheck.Cause.allCases.map(\.rawValue))),
                ("state", words(HealthCheck.State.allCases.map(\.rawValue))), ("requestedBy", string),
                ("createdAt", instant), ("concludedAt?", instant),
                ("health?", words(MachineHealth.allCases.map(\.rawValue))), ("exitCode?", integer),
                ("reason", string), ("output", string),
            ]
        ),
    ]
}
