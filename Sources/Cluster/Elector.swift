import FleetRules
import FleetStore
import Logging
package import Postgres
import ServiceLifecycle
import Synchronization

/// Tries to win the lease, leads while it has it, and tries again, until the node shuts down; not while it is drained.
///
/// A session of its own, never pooled, holds the advisory lock, and the leader's transactions run on that session: to
/// lose the lock is to lose the transaction, so a deposed leader cannot commit anything. What it does next is for
/// `ElectorState` to say.
package struct Elector: Service {
    /// How often a follower asks, with jitter, so that several do not ask in step.
    private static let pollInterval: Duration = .milliseconds(250)

    /// A drained node is woken when it is taken back.
    private static let longestRest: Duration = .seconds(60)

    private let context: LeaderContext
    private let configuration: ConnectionConfiguration
    private let schemaVersion: Int
    private let stop = StopRequest()

    package init(context: LeaderContext, configuration: ConnectionConfiguration, schemaVersion: Int) {
        self.context = context
        self.configuration = context.settings.session(configuration)
        self.schemaVersion = schemaVersion
    }

    package func run() async throws {
        let (stop, context) = (stop, context)
        await withGracefulShutdownHandler {
            var state = ElectorState(ttlMilliseconds: context.settings.ttlMilliseconds)
            let back = context.cluster.subscribe(.leaseFree)
            while !stop.isRequested && !Task.isCancelled {
                guard !context.status.isDrained else {
                    await back.wait(upTo: Self.longestRest)
                    continue
                }
                do {
                    try await takePart(&state)
                } catch {
                    let most = state.failed()
                    report(error, failures: state.failures)
                    try? await Task.sleep(for: .milliseconds(Int.random(in: 10...most)))
                }
                context.status.follows()
            }
        } onGracefulShutdown: {
            stop.request()
            context.cluster.fireAll()
        }
    }

    /// One lease session from its opening to its end.
    private func takePart(_ state: inout ElectorState) async throws {
        let connection = try await Connection.open(configuration, logger: context.logger)
        do {
            try await StartCheck.check(
                connection,
                enforced: context.settings.enforced,
                schemaVersion: schemaVersion
            )
            let free = context.cluster.subscribe(.leaseFree)
            var step = state.next(.sessionOpened, isDrained: context.status.isDrained)
            while !stop.isRequested && !Task.isCancelled && step != .leave {
                let event = try await carryOut(step, on: connection, free)
                step = state.next(event, isDrained: context.status.isDrained)
            }
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }

    private func carryOut(
        _ step: ElectorState.Step,
        on connection: Connection,
        _ free: ClusterSignals.Subscription
    ) async throws -> ElectorState.Event {
        switch step {
        case .ask:
            guard let row = try await connection.query(LeaseRows.attempt()).first else {
                return .answered(won: false, silenceSeconds: nil)
            }
            let attempt = try LeaseRows.attempt(from: row)
            return .answered(won: attempt.won, silenceSeconds: attempt.silenceSeconds)
        case .challenge(let limit):
            try await challenge(on: connection, silentForSeconds: limit)
            return .challenged
        case .wait:
            await free.wait(upTo: Self.pollInterval * Double.random(in: 0.8...1.2))
            return .waited
        case .lead:
            try await Leader(context: context, connection: connection, stop: stop).lead()
            return .resigned
        case .leave: return .resigned
        }
    }

    private func challenge(on connection: Connection, silentForSeconds limit: Double) async throws {
        let context = context
        let ended = try await connection.transaction { tx in
            var changes = Changes(actor: "node:\(context.node)", node: context.node)
            let ended = try LeaseRows.terminateSilentHolder(silentForSeconds: limit, in: tx, &changes)
            _ = try changes.write(in: tx)
            return ended
        }
        guard ended else { return }
        context.logger.warning(
            "ended the lease session of a holder that gave no sign of life",
            metadata: ["silent_for_more_than_seconds": "\(limit)"]
        )
    }

    private func report(_ error: any Error, failures: Int) {
        context.logger.log(
            level: failures == 1 ? .warning : .debug,
            error is LeaseLost ? "lost the lease" : "the lease session ended; trying again",
            metadata: ["reason": "\(error)", "attempt": "\(failures)"]
        )
    }
}

/// That the node is to shut down, for loops that must finish what they are at.
package final class StopRequest: Sendable {
    private let requested = Atomic(false)

    package init() {}

    package var isRequested: Bool { requested.load(ordering: .acquiring) }

    package func request() {
        requested.store(true, ordering: .releasing)
    }
}
