import FleetModel
package import FleetStore
package import Logging
package import Postgres
import ServiceLifecycle
import Synchronization

/// Tells the other nodes what a commit may have to be told about: at once, and ten times a second under load, each in
/// a transaction of its own, since a NOTIFY inside the writer's transaction would more than halve its rate.
///
/// All of it is only a hint. A notification that is lost costs time, never correctness.
package struct Announcer: Service {
    private let outbox: Outbox
    private let database: Database
    private let channels: Channels
    private let logger: Logger

    package init(outbox: Outbox, database: Database, channels: Channels, logger: Logger) {
        self.outbox = outbox
        self.database = database
        self.channels = channels
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var pace = AnnouncementPace()
            while !Task.isCancelled {
                guard await outbox.wakeup.wait(upTo: .seconds(60)) else { continue }
                await send(outbox.take())
                try? await Task.sleep(for: pace.rest)
                pace.rested(hasMore: outbox.hasMore)
            }
        }
    }

    private func send(_ hint: CommitHint) async {
        do {
            if hint.scan { try await notify(channels.events, "") }
            if hint.nodes { try await notify(channels.nodes, "") }
            let machines = hint.machines.sorted()
            for start in stride(from: 0, to: machines.count, by: Channels.machinesInOnePayload) {
                let part = machines[start..<min(start + Channels.machinesInOnePayload, machines.count)]
                try await notify(channels.work, Channels.payload(part))
            }
        } catch {
            logger.debug("a notification was not sent", metadata: ["reason": "\(error)"])
        }
    }

    /// Nothing of it has to be on disk, so nobody hears of it later than need be.
    private func notify(_ channel: String, _ payload: String) async throws {
        _ = try await database.query(
            "SELECT set_config('synchronous_commit', 'off', true), pg_notify(\(channel), \(payload))"
        )
    }

    /// What waits to be announced. Adding never blocks.
    package final class Outbox: Sendable {
        private let pending = Mutex(CommitHint())
        fileprivate let wakeup = Wakeup()
        private let work: WorkSignals
        private let cluster: ClusterSignals

        package init(work: WorkSignals, cluster: ClusterSignals) {
            self.work = work
            self.cluster = cluster
        }

        /// Wakes those who wait on this node at once, and the others through PostgreSQL.
        package func add(_ hint: CommitHint) {
            work.fire(hint.machines)
            if hint.scan { cluster.fire([.events]) }
            if hint.nodes { cluster.fire([.drains]) }
            pending.withLock { pending in
                pending.scan = pending.scan || hint.scan
                pending.machines.formUnion(hint.machines)
                pending.nodes = pending.nodes || hint.nodes
            }
            wakeup.fire()
        }

        fileprivate var hasMore: Bool { pending.withLock { !$0.isEmpty } }

        fileprivate func take() -> CommitHint {
            pending.withLock { pending in
                defer { pending = CommitHint() }
                return pending
            }
        }
    }
}
