package import FleetModel
import FleetRules
package import FleetStore
package import Logging
import Postgres
import ServiceLifecycle
import Synchronization

/// Writes once a second what this node knows of the presence of agents, in one statement, and its own row every few
/// seconds. It is also how the node notices that its database is gone, and back, and that it is drained or taken back:
/// it looks with every beat, and at once when it is told.
package struct Heartbeat: Service {
    private static let interval: Duration = .seconds(1)
    /// Every so many beats the node's own row is written.
    private static let beatsPerRow = 3

    private let store: Store
    private let identity: NodeRows.Identity
    private let presence: PresenceBatch
    private let status: NodeStatus
    private let work: WorkSignals
    private let cluster: ClusterSignals
    private let logger: Logger

    package init(
        store: Store,
        identity: NodeRows.Identity,
        presence: PresenceBatch,
        status: NodeStatus,
        work: WorkSignals,
        cluster: ClusterSignals,
        logger: Logger
    ) {
        self.store = store
        self.identity = identity
        self.presence = presence
        self.status = status
        self.work = work
        self.cluster = cluster
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var beats = 0
            let drains = cluster.subscribe(.drains)
            while !Task.isCancelled {
                await beat(beats)
                beats += 1
                await drains.wait(upTo: Self.interval)
            }
        }
        await sayStopped()
    }

    private func beat(_ number: Int) async {
        let heard = presence.take()
        let (phase, knownDrain) = (status.snapshot.phase, status.snapshot.drainedBy)
        let isFirst = number == 0
        let writesRow = number.isMultiple(of: Self.beatsPerRow)
        let (store, identity) = (store, identity)
        do {
            let (busy, drainedBy) = try await store.unitOfWork(by: "node:\(store.node)") { tx, changes in
                let busy = try PresenceRows.heard(heard, by: store.node, in: tx)
                let drainedBy: String? = try tx.run(NodeRows.drainedBy(store.node)).first?["drained_by"]
                guard writesRow || drainedBy != knownDrain else { return (busy, drainedBy) }
                let state = Self.state(phase, isDrained: drainedBy != nil)
                try PresenceRows.watch(in: tx)
                try NodeRows.write(identity, state, of: store.node, started: isFirst, in: tx)
                if isFirst {
                    changes.post(.nodeStarted(version: identity.version, address: identity.address))
                }
                return (busy, drainedBy)
            }
            presence.putBack(busy)
            if status.drained(by: drainedBy) { drainChanged(drainedBy) }
            if status.snapshot.databaseProblem != nil { logger.info("the database answers") }
            status.databaseAnswered(nil)
        } catch {
            presence.putBack(heard)
            if status.snapshot.databaseProblem == nil {
                logger.error("the database does not answer", metadata: ["reason": "\(error)"])
            }
            status.databaseAnswered("\(error)")
        }
    }

    private static func state(_ phase: NodeStatus.Phase, isDrained: Bool) -> NodeRows.State {
        if phase == .draining { return .draining }
        return isDrained ? .drained : .ready
    }

    /// Wakes whoever must look anew: polls and streams end, the leader resigns, who is taken back contends again.
    private func drainChanged(_ actor: String?) {
        if let actor {
            logger.notice("drained", metadata: ["by": "\(actor)"])
            work.fireAll()
        } else {
            logger.notice("taken back")
        }
        cluster.fireAll()
    }

    /// Orderly end; if the database is not there, the row tells by its age.
    private func sayStopped() async {
        let (store, identity) = (store, identity)
        try? await store.unitOfWork(by: "node:\(store.node)") { tx, changes in
            try NodeRows.write(identity, .stopped, of: store.node, started: false, in: tx)
            changes.post(.nodeStopped)
        }
    }
}

/// The machines whose agents were heard since the last beat.
package final class PresenceBatch: Sendable {
    private let machines = Mutex<Set<ID<Machine>>>([])

    package init() {}

    package func heard(_ machine: ID<Machine>) {
        machines.withLock { _ = $0.insert(machine) }
    }

    func take() -> [ID<Machine>] {
        machines.withLock { machines in
            defer { machines = [] }
            return machines.sorted()
        }
    }

    func putBack(_ heard: [ID<Machine>]) {
        machines.withLock { $0.formUnion(heard) }
    }
}
