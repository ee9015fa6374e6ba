package import FleetModel

/// Puts machines that are ready for the same release into deployments, as their trigger's batch settings say.
package enum BatchPlanner {
    /// Machines of one batch share all of this.
    package struct Key: Hashable, Sendable {
        package var triggerID: ID<Trigger>
        package var projectID: ID<Project>
        package var environmentID: ID<Environment>
        package var releaseID: ID<Release>
        /// Machines that failed before go apart from those that have not, so that a machine whose steps hang until
        /// they time out does not hold up new ones.
        package var isRetry: Bool

        package init(
            triggerID: ID<Trigger>,
            projectID: ID<Project>,
            environmentID: ID<Environment>,
            releaseID: ID<Release>,
            isRetry: Bool
        ) {
            self.triggerID = triggerID
            self.projectID = projectID
            self.environmentID = environmentID
            self.releaseID = releaseID
            self.isRetry = isRetry
        }
    }

    /// A need that is ready.
    package struct Candidate: Sendable, Equatable {
        package var needID: Int64
        package var openedAt: Instant

        package init(needID: Int64, openedAt: Instant) {
            self.needID = needID
            self.openedAt = openedAt
        }
    }

    package struct Outcome: Sendable, Equatable {
        /// Each is one deployment.
        package var deployments: [[Int64]]
        package var waiting: [Int64]
        /// When to look again at those that wait.
        package var until: Instant?
        /// Those whose time has come, and that wait for the first machines of their batch.
        package var held: [Int64] = []
        /// When to look again at them; nil: when a run of the first machines ends.
        package var heldUntil: Instant?
    }

    /// How the release fared on the trigger's machines in the environment since the first candidate arrived.
    package struct Canary: Sendable, Equatable {
        /// Runs that have not ended, of whatever batch.
        package var inFlight: Int
        package var succeeded: Int
        package var failed: Int
        package var lastFailedAt: Instant?

        package init(inFlight: Int = 0, succeeded: Int = 0, failed: Int = 0, lastFailedAt: Instant? = nil) {
            self.inFlight = inFlight
            self.succeeded = succeeded
            self.failed = failed
            self.lastFailedAt = lastFailedAt
        }
    }

    /// Splits the candidates of one key, and of those whose time has come lets only as many go as the trigger's canary
    /// asks for, until so many have succeeded. After one that failed the next is tried when a retry would be.
    package static func plan(
        _ candidates: [Candidate],
        settings: Trigger.Batch,
        canary: Canary,
        retry: Trigger.Retry,
        now: Instant
    ) -> Outcome {
        var outcome = plan(candidates, settings: settings, now: now)
        guard canary.succeeded < settings.canary, !outcome.deployments.isEmpty else { return outcome }
        let due = outcome.deployments.flatMap { $0 }
        var wanted = max(settings.canary - canary.succeeded - canary.inFlight, 0)
        if let failedAt = canary.lastFailedAt, canary.failed > 0 {
            let next = retry.nextAttempt(after: canary.failed, endedAt: failedAt)
            if now < next {
                wanted = 0
                outcome.heldUntil = next
            }
        }
        outcome.deployments = wanted > 0 ? [Array(due.prefix(wanted))] : []
        outcome.held = Array(due.dropFirst(wanted))
        if outcome.held.isEmpty { outcome.heldUntil = nil }
        return outcome
    }

    /// Splits the candidates of one key: full batches go at once, the rest when the arrivals have gone quiet or the
    /// first has waited long enough.
    package static func plan(_ candidates: [Candidate], settings: Trigger.Batch, now: Instant) -> Outcome {
        let ordered = candidates.sorted { ($0.openedAt, $0.needID) < ($1.openedAt, $1.needID) }
        let size = max(settings.size, 1)
        var deployments: [[Int64]] = []
        var rest = ordered[...]
        while rest.count >= size {
            deployments.append(rest.prefix(size).map(\.needID))
            rest = rest.dropFirst(size)
        }
        guard let first = rest.first, let last = rest.last else {
            return Outcome(deployments: deployments, waiting: [], until: nil)
        }
        let due = min(
            last.openedAt.adding(seconds: settings.quietSeconds),
            first.openedAt.adding(seconds: settings.longestSeconds)
        )
        if now >= due {
            deployments.append(rest.map(\.needID))
            return Outcome(deployments: deployments, waiting: [], until: nil)
        }
        return Outcome(deployments: deployments, waiting: rest.map(\.needID), until: due)
    }
}
