import FleetModel
import FleetStore
import Logging
import Postgres

/// Carries the mark of a restored database over into its new cluster before anything else is written there: what a node
/// wrote first would have a lower transaction number than the mark, and would count as read.
enum AfterRestore {
    /// Does nothing anywhere else. Several nodes may do it at once: the second time changes nothing.
    static func rebase(_ configuration: ConnectionConfiguration, by node: String, logger: Logger) async throws
    {
        let database = Database(configuration, maxConnections: 1, logger: logger)
        do {
            let rebased = try await Store(database: database, node: node)
                .unitOfWork(by: "node:\(node)") { tx, changes in
                    try tx.run("SET LOCAL statement_timeout = 0")
                    return try MarkRows.rebaseAfterRestore(in: tx, &changes)
                }
            if rebased {
                logger.warning("the mark was re-based: the database was restored into another cluster")
            }
        } catch {
            await database.close()
            throw error
        }
        await database.close()
    }
}
