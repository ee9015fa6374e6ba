import FleetModel

/// Assignments for tests, with what each needs said and the rest filled in.
extension AgentV1.Assignment {
    static func script(
        _ text: String,
        id: Int64 = 1,
        fence: Int64 = 1,
        deployment: Int64 = 1,
        release: Int64 = 7,
        isFirst: Bool = true,
        isLast: Bool = true,
        timeoutSeconds: Int = 60,
        variables: [String: String] = [:],
        traceparent: String? = nil,
        hasSecrets: Bool? = nil
    ) -> Self {
        var assignment = make(
            .script(text),
            id: id,
            fence: fence,
            deployment: deployment,
            release: release,
            isFirst: isFirst,
            isLast: isLast,
            timeoutSeconds: timeoutSeconds,
            variables: variables
        )
        assignment.traceparent = traceparent
        assignment.hasSecrets = hasSecrets
        return assignment
    }

    static func package(
        _ install: PackageInstall,
        id: Int64 = 1,
        deployment: Int64 = 1,
        release: Int64 = 7,
        isFirst: Bool = true,
        isLast: Bool = true,
        hasSecrets: Bool? = nil
    ) -> Self {
        var assignment = make(
            .package(install),
            id: id,
            fence: 1,
            deployment: deployment,
            release: release,
            isFirst: isFirst,
            isLast: isLast,
            timeoutSeconds: 60,
            variables: [:]
        )
        assignment.hasSecrets = hasSecrets
        return assignment
    }

    private static func make(
        _ action: Step.Action,
        id: Int64,
        fence: Int64,
        deployment: Int64,
        release: Int64,
        isFirst: Bool,
        isLast: Bool,
        timeoutSeconds: Int,
        variables: [String: String]
    ) -> Self {
        Self(
            stepRunID: ID(id),
            fence: fence,
            deploymentID: ID(deployment),
            project: "shop",
            releaseID: ID(release),
            release: "1.\(release)",
            environment: "production",
            machine: "web-1",
            isFirst: isFirst,
            isLast: isLast,
            step: Step(name: "step", timeoutSeconds: timeoutSeconds, action: action),
            variables: variables
        )
    }
}
