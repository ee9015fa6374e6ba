package import FleetModel

/// A project that comes first on a machine and applies to it: a trigger of it covers the machine, and a step of the
/// release that should be there is for its roles.
package struct PredecessorFacts: Sendable, Equatable {
    package var project: ID<Project>
    package var name: String
    /// The version that should be on the machine.
    package var desiredVersion: String
    package var desiredReleaseID: ID<Release>
    package var actualReleaseID: ID<Release>?
    package var incompleteReleaseID: ID<Release>?
    package var openRun: NeedFacts.OpenRun?
    /// What its own open need waits for, in words; nil: no need is open.
    package var needReason: String?

    package init(
        project: ID<Project>,
        name: String,
        desiredVersion: String,
        desiredReleaseID: ID<Release>,
        actualReleaseID: ID<Release>? = nil,
        incompleteReleaseID: ID<Release>? = nil,
        openRun: NeedFacts.OpenRun? = nil,
        needReason: String? = nil
    ) {
        self.project = project
        self.name = name
        self.desiredVersion = desiredVersion
        self.desiredReleaseID = desiredReleaseID
        self.actualReleaseID = actualReleaseID
        self.incompleteReleaseID = incompleteReleaseID
        self.openRun = openRun
        self.needReason = needReason
    }

    /// nil: it is there, and whoever comes after it may go on.
    package var obstacle: NeedObstacles.Predecessor? {
        reason.map { NeedObstacles.Predecessor(project: project, name: name, reason: $0) }
    }

    private var reason: String? {
        if let openRun { return "deployment \(openRun.deploymentID) of it is under way on the machine" }
        let isThere = actualReleaseID == desiredReleaseID && incompleteReleaseID == nil
        guard !isThere else { return nil }
        let what =
            incompleteReleaseID == desiredReleaseID
            ? "its release \(desiredVersion) was begun and did not complete"
            : "its release \(desiredVersion) is not on the machine yet"
        switch needReason {
        case nil: return "\(what), and no event has asked for it: deploy it by hand"
        case "": return what
        case .some(let reason): return "\(what): \(reason)"
        }
    }
}
