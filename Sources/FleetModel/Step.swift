/// One step of a process: a script to run, or a package to install.
package struct Step: Codable, Sendable, Equatable {
    package static let defaultTimeoutSeconds = 600

    package var name: String
    /// Only machines with one of these roles; empty: every machine.
    package var roles: [String]
    /// At most so many machines at a time; nil: all.
    package var maxParallel: Int?
    package var timeoutSeconds: Int
    /// Running it twice does no harm: only then is it given out again after an unknown outcome.
    package var idempotent: Bool
    package var action: Action

    package enum Action: Sendable, Equatable {
        /// A shell script, run by `/bin/sh` or by the interpreter of its first line.
        case script(String)
        case package(PackageInstall)
    }

    package init(
        name: String,
        roles: [String] = [],
        maxParallel: Int? = nil,
        timeoutSeconds: Int = Step.defaultTimeoutSeconds,
        idempotent: Bool = false,
        action: Action
    ) {
        self.name = name
        self.roles = roles
        self.maxParallel = maxParallel
        self.timeoutSeconds = timeoutSeconds
        self.idempotent = idempotent
        self.action = action
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
        case name, roles, maxParallel, timeoutSeconds, idempotent, script, package
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        name = try values.decode(String.self, forKey: .name)
        roles = try values.decodeIfPresent([String].self, forKey: .roles) ?? []
        maxParallel = try values.decodeIfPresent(Int.self, forKey: .maxParallel)
        timeoutSeconds =
            try values.decodeIfPresent(Int.self, forKey: .timeoutSeconds) ?? Self.defaultTimeoutSeconds
        idempotent = try values.decodeIfPresent(Bool.self, forKey: .idempotent) ?? false
        let script = try values.decodeIfPresent(String.self, forKey: .script)
        let package = try values.decodeIfPresent(PackageInstall.self, forKey: .package)
        switch (script, package) {
        case (let script?, nil): action = .script(script)
        case (nil, let package?): action = .package(package)
        default:
            throw DecodingError.dataCorruptedError(
                forKey: .script,
                in: values,
                debugDescription: "step '\(name)' needs exactly one of 'script' and 'package'"
            )
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(name, forKey: .name)
        try values.encode(roles, forKey: .roles)
        try values.encodeIfPresent(maxParallel, forKey: .maxParallel)
        try values.encode(timeoutSeconds, forKey: .timeoutSeconds)
        try values.encode(idempotent, forKey: .idempotent)
        switch action {
        case .script(let text): try values.encode(text, forKey: .script)
        case .package(let install): try values.encode(install, forKey: .package)
        }
    }
}
