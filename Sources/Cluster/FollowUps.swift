import FleetModel
import FleetStore
import Logging
import Postgres
import Synchronization

/// What the leader finds and any node could do: done on sessions of the pool, beside the scans. Such a transaction may wait
/// for one that stays open, and for longer than the lease session may be silent.
///
/// Nothing is lost when it fails or is cut off: the next sweep finds it again.
final class FollowUps: Sendable {
    struct Work: Sendable, Equatable {
        /// To be moved on.
        var deployments: Set<ID<Deployment>> = []
        /// Whose time for being deleted has come.
        var machines: Set<ID<Machine>> = []
        /// To be announced or ended.
        var environments: Set<ID<Environment>> = []
    }

    private let waiting = Mutex(Work())
    private let wakeup = Wakeup()

    func add(_ work: Work) {
        guard work != Work() else { return }
        waiting.withLock { waiting in
            waiting.deployments.formUnion(work.deployments)
            waiting.machines.formUnion(work.machines)
            waiting.environments.formUnion(work.environments)
        }
        wakeup.fire()
    }

    /// Until the task is cancelled.
    func carryOut(in context: LeaderContext) async {
        while !Task.isCancelled {
            await wakeup.wait(upTo: .seconds(60))
            let work = waiting.withLock { waiting in
                defer { waiting = Work() }
                return waiting
            }
            for deployment in work.deployments.sorted() {
                await attempt(in: context) { try await $0.advanceUnlessHeld(deployment) }
            }
            for machine in work.machines.sorted() {
                await attempt(in: context) { try await $0.purge([machine]) }
            }
            for environment in work.environments.sorted() {
                await attempt(in: context) { try await $0.endEnvironments([environment]) }
            }
        }
    }

    private func attempt(in context: LeaderContext, _ body: (Store) async throws -> Void) async {
        guard !Task.isCancelled else { return }
        do {
            try await body(context.store)
        } catch {
            guard !Task.isCancelled else { return }
            if (error as? PostgresError)?.isLockTimeout == true { context.metrics.heldUp() }
            context.logger.warning(
                "what a sweep found is left to the next one",
                metadata: ["reason": "\(error)"]
            )
        }
    }
}
