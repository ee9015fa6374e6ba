/// Configuration as code: what `tidemark apply -f` sends, one value per YAML document.
package enum Document: Sendable, Equatable {
    case environment(EnvironmentDocument)
    case freeze(FreezeDocument)
    case machinePolicy(MachinePolicyDocument)
    case project(ProjectDocument)
    case trigger(TriggerDocument)
    case webhook(WebhookDocument)

    package var kind: String {
        switch self {
        case .environment: "Environment"
        case .freeze: "Freeze"
        case .machinePolicy: "MachinePolicy"
        case .project: "Project"
        case .trigger: "Trigger"
        case .webhook: "Webhook"
        }
    }

    package var name: String {
        switch self {
        case .environment(let document): document.name
        case .freeze(let document): document.name
        case .machinePolicy(let document): document.name
        case .project(let document): document.name
        case .trigger(let document): "\(document.project)/\(document.name)"
        case .webhook(let document): document.name
        }
    }
}

/// `kind: Environment`
package struct EnvironmentDocument: Codable, Sendable, Equatable {
    package var name: String
    package var description: String?
    /// How it is made for a time; nil: it is static, or stays what it is.
    package var ephemeral: EphemeralOrder?

    package init(name: String, description: String? = nil, ephemeral: EphemeralOrder? = nil) {
        self.name = name
        self.description = description
        self.ephemeral = ephemeral
    }
}

/// `kind: MachinePolicy`; what it does not say is inherited from the policy `default`.
package struct MachinePolicyDocument: Sendable, Equatable {
    package var name: String
    package var description: String?
    package var values: MachinePolicy.Values

    package init(name: String, description: String? = nil, values: MachinePolicy.Values = .init()) {
        self.name = name
        self.description = description
        self.values = values
    }
}

/// `kind: Project`. In a document, times are texts such as `90s`, `5m`, `1h`.
package struct ProjectDocument: Sendable, Equatable {
    package var name: String
    package var description: String?
    package var process: [Step]
    /// Steps that run before the machines of an ephemeral environment are removed.
    package var teardown: [Step]
    package var variables: [String: String]
    /// By environment: what holds there in place of `variables`, or beside them.
    package var environmentVariables: [String: [String: String]]
    package var deployment: DeploymentSettings
    package var circuit: Project.Circuit
    /// Names of the projects that come first on a machine.
    package var after: [String]
    /// The order in which releases come to environments; empty: any order.
    package var phases: [Project.Phase]

    package init(
        name: String,
        description: String? = nil,
        process: [Step],
        teardown: [Step] = [],
        variables: [String: String] = [:],
        environmentVariables: [String: [String: String]] = [:],
        deployment: DeploymentSettings = .init(),
        circuit: Project.Circuit = .init(),
        after: [String] = [],
        phases: [Project.Phase] = []
    ) {
        self.phases = phases
        self.name = name
        self.description = description
        self.process = process
        self.teardown = teardown
        self.variables = variables
        self.environmentVariables = environmentVariables
        self.deployment = deployment
        self.circuit = circuit
        self.after = after
    }
}

/// `kind: Trigger`
package struct TriggerDocument: Sendable, Equatable {
    package var project: String
    package var name: String
    package var eventGroups: [EventGroup]
    package var eventCategories: [EventCategory]
    package var environments: [String]
    package var roles: [String]
    package var redeploy: Bool
    package var enabled: Bool
    package var batch: Trigger.Batch
    package var retry: Trigger.Retry
    package var repairDrift: Bool

    package init(
        project: String,
        name: String,
        eventGroups: [EventGroup] = [],
        eventCategories: [EventCategory] = [],
        environments: [String] = [],
        roles: [String] = [],
        redeploy: Bool = false,
        enabled: Bool = true,
        batch: Trigger.Batch = .init(),
        retry: Trigger.Retry = .init(),
        repairDrift: Bool = false
    ) {
        self.project = project
        self.name = name
        self.eventGroups = eventGroups
        self.eventCategories = eventCategories
        self.environments = environments
        self.roles = roles
        self.redeploy = redeploy
        self.enabled = enabled
        self.batch = batch
        self.retry = retry
        self.repairDrift = repairDrift
    }
}
