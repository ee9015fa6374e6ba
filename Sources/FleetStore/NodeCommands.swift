package import FleetModel
import FleetRules
package import Postgres

/// What is done to nodes. Each asks for `administer` itself.
package enum NodeCommands {
    /// A drained node takes no requests and does not lead, until it is taken back. The last one that is ready is not
    /// drained: no balancer would let anybody through to take it back.
    package static func setDrained(
        _ isDrained: Bool,
        _ name: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> ClusterStatus.Node {
        try changes.require(.administer, at: .everywhere)
        try NodeRows.lockAll(in: tx)
        let nodes = try ClusterRows.nodes(in: tx)
        let before = try find(name, among: nodes)
        guard (before.drainedAt != nil) != isDrained else { return before }
        if isDrained {
            let isLeft = nodes.contains { $0.name != name && $0.state == "ready" && $0.drainedAt == nil }
            guard isLeft else {
                throw StoreError.conflict(
                    "no node but '\(name)' is ready: drain it when another one is, or stop it"
                )
            }
        }
        try NodeRows.setDrained(by: isDrained ? changes.actor : nil, name, in: tx)
        changes.post(isDrained ? .nodeDrained(name: name) : .nodeUndrained(name: name))
        changes.drained()
        return try find(name, among: try ClusterRows.nodes(in: tx))
    }

    private static func find(
        _ name: String,
        among nodes: [ClusterStatus.Node]
    ) throws -> ClusterStatus.Node {
        guard let node = nodes.first(where: { $0.name == name }) else {
            throw StoreError.notFound(what: "node", which: name)
        }
        return node
    }
}
