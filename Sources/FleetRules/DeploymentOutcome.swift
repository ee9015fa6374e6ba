import FleetModel

/// What the runs of a deployment, all of them ended, add up to.
///
/// A rollout that found no machine, because the environment is empty or nobody in it was available, succeeds: it says
/// what belongs there, which is how a release gets to an environment that scales to nothing. The machines get the
/// release when they come; none is recorded as having it. A deployment to particular machines that reached none of
/// them did not do what it is for, and does not succeed.
///
/// Machines that went away in the middle and are excused for it do not fail a deployment, but only when at least one
/// other got the release: a release that takes every machine's network away is no success.
struct DeploymentOutcome: Equatable {
    let state: DeploymentState
    let reason: String

    init(of runs: [DeploymentFacts.RunFacts], kind: DeploymentKind, cancelRequested: Bool) {
        let succeeded = runs.count { $0.state == .succeeded }
        let wrong = runs.filter { $0.state == .failed || $0.state == .unknown }
        let excused = succeeded > 0 ? wrong.count(where: \.isExcused) : 0
        let failed = wrong.count - excused
        let cancelled = runs.count { $0.state == .cancelled }
        let skipped = runs.count { $0.state == .skipped }
        reason = Self.words(
            total: runs.count,
            [
                (failed, "failed"), (cancelled, "cancelled"), (excused, "went away in the middle"),
                (skipped, "skipped"),
            ]
        )
        // A cancellation that came too late to stop anything changes nothing.
        if cancelRequested, succeeded < runs.count {
            state = .cancelled
        } else if failed > 0 {
            state = .failed
        } else if cancelled > 0 {
            state = .cancelled
        } else if skipped == runs.count, kind == .selected {
            state = .failed
        } else if skipped == runs.count, kind == .automatic {
            // The needs it was for are open still.
            state = .cancelled
        } else {
            state = .succeeded
        }
    }

    /// Such as `5 machines: 2 failed, 1 skipped`.
    private static func words(total: Int, _ parts: [(count: Int, what: String)]) -> String {
        guard total > 0 else { return "no machines: those that come get the release" }
        let whole = "\(total) machine\(total == 1 ? "" : "s")"
        let list = parts.filter { $0.count > 0 }.map { "\($0.count) \($0.what)" }
        return list.isEmpty ? whole : whole + ": " + list.joined(separator: ", ")
    }
}
