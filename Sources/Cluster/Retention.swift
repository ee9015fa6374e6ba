package import FleetStore
import FoundationEssentials
package import Logging
import ServiceLifecycle

/// Makes room in the event log ahead of time and removes what is too old, on the node that leads. Not on the lease's
/// session: to wait for a table's lock, or to write a month of events to a file, may take longer than a lease lives.
/// Whatever it does may be repeated, by another node too.
package struct Retention: Service {
    private static let interval: Duration = .seconds(60)
    /// Most parts removed in one go, so that a long back-log does not fill the database's log at once.
    private static let partsAtOnce = 100

    private let store: Store
    private let settings: RetentionSettings
    private let status: NodeStatus
    private let logger: Logger

    package init(store: Store, settings: RetentionSettings, status: NodeStatus, logger: Logger) {
        self.store = store
        self.settings = settings
        self.status = status
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if status.snapshot.leads != nil { await attempt() }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    private func attempt() async {
        do {
            try await once()
        } catch {
            logger.warning("retention goes on later", metadata: ["reason": "\(error)"])
        }
    }

    /// Everything that is due; a failure leaves the rest for the next time.
    package func once() async throws {
        let made = try await store.makeEventPartitions()
        if made > 0 { logger.info("made room for events", metadata: ["partitions": "\(made)"]) }
        for _ in 0..<Self.partsAtOnce {
            guard try await store.removeOld(settings) else { break }
            try Task.checkCancellation()
        }
        for _ in 0..<Self.partsAtOnce {
            guard try await store.trimWebhooks() else { break }
            try Task.checkCancellation()
        }
        for partition in try await store.expiredPartitions(settings) {
            if let directory = settings.exportDirectory, !partition.isExported {
                let file = EventFile(directory: directory, partition: partition)
                let count = try await file.write(from: store)
                try await store.noteExport(of: partition.name, to: file.path, count: count)
            }
            if let count = try await store.dropPartition(partition) {
                logger.notice(
                    "events are dropped",
                    metadata: ["partition": "\(partition.name)", "events": "\(count)"]
                )
            }
        }
    }
}
