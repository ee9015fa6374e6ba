internal import FleetClient
package import Logging

/// Tells a node that the machine leaves, so that it counts as offline at once and not after a silence (C4).
package enum Goodbye {
    private static let seconds = 5

    /// For a machine that is shut down for good while no agent runs: `tidemark-agent goodbye`.
    package static func run(identity: Identity, directory: DataDirectory, logger: Logger) async throws {
        let lock = try RunLock(directory)
        defer { withExtendedLifetime(lock) {} }
        let node = try NodeLink(identity: identity, directory: directory, logger: logger)
        let isSaid = await say(on: node, logger: logger)
        await node.close()
        guard isSaid else {
            throw AgentError("no node of \(identity.url) took the goodbye", status: .unavailable)
        }
    }

    /// Bounded: a node that does not answer must not hold up a shutdown.
    @discardableResult
    static func say(on node: NodeLink, logger: Logger) async -> Bool {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await node.call { try await $0.goodbye() } }
                group.addTask {
                    try await Task.sleep(for: .seconds(seconds))
                    throw AgentError("no answer within \(seconds) s")
                }
                defer { group.cancelAll() }
                try await group.next()
            }
            logger.info("goodbye said")
            return true
        } catch {
            logger.warning("goodbye not said", metadata: ["error": "\(error)"])
            return false
        }
    }
}
