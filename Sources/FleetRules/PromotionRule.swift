package import FleetModel

/// Decides whether a release may come to an environment, by the order of its project's phases.
package enum PromotionRule {
    /// Why the release may not be in the environment, in words; nil: it may. `succeeded` names the environments in which it
    /// ever was a success.
    package static func obstacle(
        to environment: String,
        version: String,
        phases: [Project.Phase],
        succeeded: Set<String>
    ) -> String? {
        guard !phases.isEmpty else { return nil }
        guard let index = phases.firstIndex(where: { $0.environments.contains(environment) }) else {
            return "\(environment) is in no phase of the project"
        }
        // Where it was let in once, it may be again.
        guard !succeeded.contains(environment) else { return nil }
        for phase in phases[..<index] where !phase.optional && !isPassed(phase, succeeded) {
            return
                "\(phase.name) comes before \(phases[index].name), and release \(version) never succeeded in "
                + phase.environments.joined(separator: " or ")
        }
        return nil
    }

    /// The environments, with their phases, to which the release is to go by itself now. Those where it was are left out.
    package static func promotions(
        version: String,
        phases: [Project.Phase],
        succeeded: Set<String>
    ) -> [Promotion] {
        phases.filter(\.automatic).flatMap { phase in
            phase.environments.filter { environment in
                !succeeded.contains(environment)
                    && obstacle(to: environment, version: version, phases: phases, succeeded: succeeded)
                        == nil
            }.map { Promotion(environment: $0, phase: phase.name) }
        }
    }

    package struct Promotion: Sendable, Equatable {
        package var environment: String
        package var phase: String

        package init(environment: String, phase: String) {
            self.environment = environment
            self.phase = phase
        }
    }

    /// One environment of it is enough: a phase of several is a choice.
    private static func isPassed(_ phase: Project.Phase, _ succeeded: Set<String>) -> Bool {
        !succeeded.isDisjoint(with: phase.environments)
    }
}
