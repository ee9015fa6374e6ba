package import FleetModel

/// Why a release is the one that a machine should have, for people.
package struct DesiredInWords: Sendable, Equatable {
    package var version: String
    package var hasStepForMachine: Bool
    package var source: NeedFacts.DesiredRelease.Source
    /// The rollout that made it so.
    package var deployment: ID<Deployment>?
    /// What whoever pinned or marked it said.
    package var note: String?
    /// The release that is passed over, of a fallback.
    package var failing: Failing?

    package struct Failing: Sendable, Equatable {
        package var version: String
        package var failed: Int
        package var tried: Int

        package init(version: String, failed: Int, tried: Int) {
            self.version = version
            self.failed = failed
            self.tried = tried
        }
    }

    package init(
        version: String,
        hasStepForMachine: Bool,
        source: NeedFacts.DesiredRelease.Source,
        deployment: ID<Deployment>? = nil,
        note: String? = nil,
        failing: Failing? = nil
    ) {
        self.version = version
        self.hasStepForMachine = hasStepForMachine
        self.source = source
        self.deployment = deployment
        self.note = note
        self.failing = failing
    }

    package static let nothing = "nothing was ever rolled out to its environment"

    package var text: String {
        guard hasStepForMachine else {
            return "release \(version) is the environment's, but no step of it is for the machine's roles"
        }
        let rollout = deployment.map { " (deployment \($0))" } ?? ""
        let said = note.flatMap { $0.isEmpty ? nil : ": \($0)" } ?? ""
        switch source {
        case .machinePin: return "the machine is pinned to \(version)\(said)"
        case .environmentPin: return "its environment is pinned to \(version)\(said)"
        case .marked: return "\(version) was marked as a success in its environment\(said)"
        case .rollout:
            return "\(version) is the last release rolled out to its environment with success\(rollout)"
        case .fallback:
            let why =
                failing.map { "\($0.version) failed on \($0.failed) of \($0.tried) machines there" }
                ?? "the environment's release fails there"
            return "\(version) is the last good release of its environment: \(why)"
        }
    }
}
