import FleetStore
import Logging
package import Postgres
import ServiceLifecycle
import Synchronization

/// Tries to win the lease, leads while it has it, and tries again, until the node shuts down.
///
/// A session of its own, never pooled, holds the advisory lock, and the leader's transactions run on that session: to
/// lose the lock is to lose the transaction, so a deposed leader cannot commit anything.
package struct Elector: Service {
    /// How often a follower asks, with jitter, so that several do not ask in step.
    private static let pollInterval: Duration = .milliseconds(250)
    /// Beyond the server's own time limit, a silent holder's session is ended by a challenger.
    private static let challengeMarginSeconds = 2.0

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
            var failures = 0
            while !stop.isRequested && !Task.isCancelled {
                do {
                    try await takePart()
                    failures = 0
                } catch {
                    failures += 1
                    report(error, failures: failures)
                    await pause(after: failures)
                }
                context.status.follows()
            }
        } onGracefulShutdown: {
            stop.request()
            context.cluster.fireAll()
        }
    }

    /// One lease session from its opening to its end.
    private func takePart() async throws {
        let connection = try await Connection.open(configuration, logger: context.logger)
        do {
            try await StartCheck.check(
                connection,
                enforced: context.settings.enforced,
                schemaVersion: schemaVersion
            )
            let free = context.cluster.subscribe(.leaseFree)
            while !stop.isRequested && !Task.isCancelled {
                if try await wins(on: connection) {
                    try await Leader(context: context, connection: connection, stop: stop).lead()
                    break
                }
                await free.wait(upTo: Self.pollInterval * Double.random(in: 0.8...1.2))
            }
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }

    private func wins(on connection: Connection) async throws -> Bool {
        guard let row = try await connection.query(LeaseRows.attempt()).first else { return false }
        let attempt = try LeaseRows.attempt(from: row)
        if attempt.won { return true }
        let limit = Double(context.settings.ttlMilliseconds) / 1000 + Self.challengeMarginSeconds
        guard let silence = attempt.silenceSeconds, silence > limit else { return false }
        let context = context
        let ended = try await connection.transaction { tx in
            var changes = Changes(actor: "node:\(context.node)", node: context.node)
            let ended = try LeaseRows.terminateSilentHolder(silentForSeconds: limit, in: tx, &changes)
            _ = try changes.write(in: tx)
            return ended
        }
        if ended {
            context.logger.warning(
                "ended the lease session of a holder that gave no sign of life",
                metadata: ["silence_seconds": "\(silence)"]
            )
        }
        return false
    }

    private func report(_ error: any Error, failures: Int) {
        context.logger.log(
            level: failures == 1 ? .warning : .debug,
            error is LeaseLost ? "lost the lease" : "the lease session ended; trying again",
            metadata: ["reason": "\(error)", "attempt": "\(failures)"]
        )
    }

    /// Right away the first time, then up to half a second apart: a database that comes back is led again within two.
    private func pause(after failures: Int) async {
        let most = min(50 << min(failures, 5), 500)
        try? await Task.sleep(for: .milliseconds(Int.random(in: 10...most)))
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
