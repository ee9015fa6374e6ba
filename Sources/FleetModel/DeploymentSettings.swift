/// What a project's deployments make of machines that cannot be deployed to. Part of the project, copied into each
/// deployment when it is created: it is about the fleet as it is now, so a release that was frozen last year must not
/// bring last year's answer back, and a deployment that is under way must not change its mind.
package struct DeploymentSettings: Codable, Sendable, Equatable {
    /// What becomes of a machine that cannot be deployed to.
    package enum Absent: String, Codable, Sendable, CaseIterable {
        /// It is left out; the deployment goes on, and can succeed.
        case skip
        /// Its run fails, and with it the deployment; the other machines are deployed to all the same.
        case fail
    }

    package var unavailableTargets: Absent
    package var unhealthyTargets: Absent
    /// In percent of the machines of a rollout; nil: a rollout goes on whatever happens.
    package var minimumHealthy: Int?

    package init(
        unavailableTargets: Absent = .skip,
        unhealthyTargets: Absent = .skip,
        minimumHealthy: Int? = nil
    ) {
        self.unavailableTargets = unavailableTargets
        self.unhealthyTargets = unhealthyTargets
        self.minimumHealthy = minimumHealthy
    }
}
