package import FleetModel
import FleetRules
package import FleetStore
package import Logging
import ServiceLifecycle
import Synchronization

/// Writes once a second what this node knows of the presence of agents, in one statement, and its own row every few
/// seconds. It is also how the node notices that its database is gone, and back.
package struct Heartbeat: Service {
    private static let interval: Duration = .seconds(1)
    /// Every so many beats the node's own row is written.
    private static let beatsPerRow = 3

    private let store: Store
    private let identity: NodeRows.Identity
    private let presence: PresenceBatch
    private let status: NodeStatus
    private let logger: Logger

    package init(
        store: Store,
        identity: NodeRows.Identity,
        presence: PresenceBatch,
        status: NodeStatus,
        logger: Logger
    ) {
        self.store = store
        self.identity = identity
        self.presence = presence
        self.status = status
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var beats = 0
            while !Task.isCancelled {
                await beat(beats)
                beats += 1
                try? await Task.sleep(for: Self.interval)
            }
        }
        await sayStopped()
    }

    private func beat(_ number: Int) async {
        let heard = presence.take()
        let state: NodeRows.State = status.isDraining ? .draining : .ready
        let isFirst = number == 0
        let writesRow = number.isMultiple(of: Self.beatsPerRow)
        let (store, identity) = (store, identity)
        do {
            let busy = try await store.unitOfWork(by: "node:\(store.node)") { tx, changes in
                let busy = try PresenceRows.heard(heard, by: store.node, in: tx)
                guard writesRow else { return busy }
                try PresenceRows.watch(in: tx)
                try NodeRows.write(identity, state, of: store.node, started: isFirst, in: tx)
                if isFirst {
                    changes.post(.nodeStarted(version: identity.version, address: identity.address))
                }
                return busy
            }
            presence.putBack(busy)
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
