package import FleetModel

/// What an agent that opens a session says of its machine's health.
package enum ConnectionRule {
    package struct Outcome: Sendable, Equatable {
        package let health: MachineHealth
        /// Whether a script has to say more.
        package let wantsCheck: Bool

        package init(health: MachineHealth, wantsCheck: Bool) {
            self.health = health
            self.wantsCheck = wantsCheck
        }
    }

    /// Where the connection is the check, it is passed. Where a script is, the connection says only that the machine is no
    /// longer unavailable: what the last check found stays until the next one says otherwise.
    package static func opened(_ kind: MachinePolicy.CheckKind, before: MachineHealth) -> Outcome {
        switch kind {
        case .connection: Outcome(health: .healthy, wantsCheck: false)
        case .script: Outcome(health: before == .unavailable ? .unknown : before, wantsCheck: true)
        }
    }
}
