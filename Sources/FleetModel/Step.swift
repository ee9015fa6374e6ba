/// One step of a process: a script to run or a package to install on machines; or something that the deployment does as a
/// whole, and no machine: an approval to wait for, or a check whether its machines answer.
package struct Step: Codable, Sendable, Equatable {
    package static let defaultTimeoutSeconds = 600
    /// Of a manual step: a day.
    package static let defaultApprovalSeconds = 86_400

    package var name: String
    /// Only machines with one of these roles; empty: every machine.
    package var roles: [String]
    /// At most so many machines at a time; nil: all.
    package var maxParallel: Int?
    package var timeoutSeconds: Int
    /// Running it twice does no harm: only then is it given out again after an unknown outcome.
    package var idempotent: Bool
    /// How often it is given out again after it failed. An unknown outcome is no failure.
    package var retries: Int
    /// Whether it runs on a machine after what came before it there.
    package var runWhen: RunWhen
    /// nil: what is usual for its action, see `whenAutomatic`.
    package var onAutomatic: OnAutomatic?
    package var action: Action

    package enum Action: Sendable, Equatable {
        /// A shell script, run by `/bin/sh` or by the interpreter of its first line.
        case script(String)
        case package(PackageInstall)
        /// Waits until a person approves; `timeoutSeconds` is how long.
        case manual(Approval)
        case healthCheck(HealthCheck)
    }

    package struct Approval: Codable, Sendable, Equatable {
        /// What whoever approves is told.
        package var instructions: String

        package init(instructions: String) {
            self.instructions = instructions
        }
    }

    package struct HealthCheck: Codable, Sendable, Equatable {
        /// Whether machines that came to the environment since a rollout began join it here.
        package var includeNew: Bool

        package init(includeNew: Bool = false) {
            self.includeNew = includeNew
        }
    }

    package enum RunWhen: String, Codable, Sendable, CaseIterable {
        /// When no step before it failed on the machine.
        case success
        /// When one did.
        case failure
        case always
    }

    /// What a trigger's deployment makes of it.
    package enum OnAutomatic: String, Codable, Sendable, CaseIterable {
        /// It is done like in a deployment that a person asked for; a manual step waits.
        case run
        /// It is left out.
        case skip
        /// Of a manual step: it counts as approved.
        case approve
    }

    package init(
        name: String,
        roles: [String] = [],
        maxParallel: Int? = nil,
        timeoutSeconds: Int = Step.defaultTimeoutSeconds,
        idempotent: Bool = false,
        retries: Int = 0,
        runWhen: RunWhen = .success,
        onAutomatic: OnAutomatic? = nil,
        action: Action
    ) {
        self.name = name
        self.roles = roles
        self.maxParallel = maxParallel
        self.timeoutSeconds = timeoutSeconds
        self.idempotent = idempotent
        self.retries = retries
        self.runWhen = runWhen
        self.onAutomatic = onAutomatic
        self.action = action
    }

    /// An approval was given, as a rule, when a person rolled the release out: a machine that arrives later at night
    /// does not ask again unless the step says so.
    package var whenAutomatic: OnAutomatic {
        if let onAutomatic { return onAutomatic }
        if case .manual = action { return .approve }
        return .run
    }

    /// The step for a machine that may keep at most so many releases; nil: what the step says.
    package func keeping(atMost most: Int?) -> Step {
        guard let most, case .package(var install) = action else { return self }
        install.keep = min(install.keep, most)
        var step = self
        step.action = .package(install)
        return step
    }

    /// Whether the step is for a machine with `machineRoles`.
    package func applies(to machineRoles: [String]) -> Bool {
        roles.isEmpty || roles.contains(where: machineRoles.contains)
    }

    private enum CodingKeys: String, CodingKey {
        case name, roles, maxParallel, timeoutSeconds, idempotent, retries, runWhen, onAutomatic
        case script, package, manual, healthCheck
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        name = try values.decode(String.self, forKey: .name)
        roles = try values.decodeIfPresent([String].self, forKey: .roles) ?? []
        maxParallel = try values.decodeIfPresent(Int.self, forKey: .maxParallel)
        timeoutSeconds =
            try values.decodeIfPresent(Int.self, forKey: .timeoutSeconds) ?? Self.defaultTimeoutSeconds
        idempotent = try values.decodeIfPresent(Bool.self, forKey: .idempotent) ?? false
        retries = try values.decodeIfPresent(Int.self, forKey: .retries) ?? 0
        runWhen = try values.decodeIfPresent(RunWhen.self, forKey: .runWhen) ?? .success
        onAutomatic = try values.decodeIfPresent(OnAutomatic.self, forKey: .onAutomatic)
        let actions: [Action?] = [
            try values.decodeIfPresent(String.self, forKey: .script).map(Action.script),
            try values.decodeIfPresent(PackageInstall.self, forKey: .package).map(Action.package),
            try values.decodeIfPresent(Approval.self, forKey: .manual).map(Action.manual),
            try values.decodeIfPresent(HealthCheck.self, forKey: .healthCheck).map(Action.healthCheck),
        ]
        let given = actions.compactMap { $0 }
        guard let action = given.first, given.count == 1 else {
            throw DecodingError.dataCorruptedError(
                forKey: .script,
                in: values,
                debugDescription:
                    "step '\(name)' needs exactly one of 'script', 'package', 'manual' and 'healthCheck'"
            )
        }
        self.action = action
    }

    /// What has its default and is younger than the first version is not written: older agents and nodes, and
    /// documents that were applied before, see what they always saw.
    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(name, forKey: .name)
        try values.encode(roles, forKey: .roles)
        try values.encodeIfPresent(maxParallel, forKey: .maxParallel)
        try values.encode(timeoutSeconds, forKey: .timeoutSeconds)
        try values.encode(idempotent, forKey: .idempotent)
        if retries > 0 { try values.encode(retries, forKey: .retries) }
        if runWhen != .success { try values.encode(runWhen, forKey: .runWhen) }
        try values.encodeIfPresent(onAutomatic, forKey: .onAutomatic)
        switch action {
        case .script(let text): try values.encode(text, forKey: .script)
        case .package(let install): try values.encode(install, forKey: .package)
        case .manual(let approval): try values.encode(approval, forKey: .manual)
        case .healthCheck(let check): try values.encode(check, forKey: .healthCheck)
        }
    }
}
