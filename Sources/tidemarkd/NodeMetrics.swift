import Cluster
import FleetModel
import FleetStore
import HTTPAPI
import Postgres
import Webhooks

/// Gathers the figures of a node for `/metrics`.
struct NodeMetrics: Sendable {
    let database: Database
    let store: Store
    let status: NodeStatus
    let work: WorkSignals
    let scans: ScanMetrics
    let deliveries: WebhookMetrics

    @Sendable func snapshot() async -> MetricsSnapshot {
        let pool = database.statistics
        let scan = scans.values
        let node = status.snapshot
        return MetricsSnapshot(
            families: await lag(node) + [
                gauge("tidemark_ready", "1 when a balancer may send requests here.", node.isReady ? 1 : 0),
                gauge("tidemark_leader", "1 when this node leads.", node.leads == nil ? 0 : 1),
                gauge(
                    "tidemark_lease_term",
                    "Term of this node's tenure; 0 when it does not lead.",
                    node.leads?.term ?? 0
                ),
                gauge("tidemark_agent_polls_in_flight", "Long polls that are held.", work.count),
                gauge("tidemark_database_connections", "Open connections of the pool.", pool.open),
                gauge("tidemark_database_connections_in_use", "Connections that work.", pool.inUse),
                gauge("tidemark_database_waiters", "Callers that wait for a connection.", pool.waiting),
                MetricsSnapshot.Family(
                    "tidemark_webhook_deliveries_total",
                    help: "Attempts of this node to deliver to webhooks, by what came of them.",
                    .counter(
                        WebhookMetrics.Outcome.allCases.map {
                            .init(Double(deliveries.count(of: $0)), labels: ["outcome": $0.rawValue])
                        }
                    )
                ),
                counter("tidemark_tenures_total", "How often this node won the lease.", Double(scan.tenures)),
                counter("tidemark_scans_total", "Scans that this node completed.", Double(scan.scans)),
                counter(
                    "tidemark_scans_held_up_total",
                    "Scans and sweeps that gave up for now, because somebody's transaction held what they needed.",
                    Double(scan.heldUp)
                ),
                counter("tidemark_scan_events_total", "Events that its scans read.", Double(scan.events)),
                counter("tidemark_scan_needs_total", "Needs that its scans looked at.", Double(scan.needs)),
                counter(
                    "tidemark_scan_deployments_total",
                    "Deployments that its scans created.",
                    Double(scan.deployments)
                ),
                counter("tidemark_scan_seconds_total", "Time that its scans took.", scan.scanSeconds),
                gauge(
                    "tidemark_machines_forgotten",
                    "Machines that the leader's last pass over the fleet found to lack their release with nothing to "
                        + "bring it; must be 0.",
                    node.leads == nil ? 0 : scan.forgotten
                ),
                counter(
                    "tidemark_machines_forgotten_total",
                    "How many such machines this node has found, and opened a need for.",
                    Double(scan.forgottenInAll)
                ),
                MetricsSnapshot.Family(
                    "tidemark_scan_longest_seconds",
                    help: "The longest of its scans.",
                    .gauge([.init(scan.longestScanSeconds)])
                ),
            ]
        )
    }

    /// What only the database knows; left out while it does not answer.
    private func lag(_ node: NodeStatus.Snapshot) async -> [MetricsSnapshot.Family] {
        guard node.databaseProblem == nil, let lag = try? await store.scanLag(),
            let webhooks = try? await store.webhookLag()
        else { return [] }
        return [
            gauge("tidemark_events_waiting", "Events that no scan has read yet.", lag.eventsWaiting),
            gauge("tidemark_webhooks_failing", "Webhooks that nothing gets through to.", webhooks.failing),
            MetricsSnapshot.Family(
                "tidemark_webhook_oldest_pending_seconds",
                help: "Time since the oldest delivery that waits was made; 0 when none waits.",
                .gauge([.init(webhooks.oldestSeconds)])
            ),
            gauge("tidemark_needs_open", "Machines that lack a release of a project.", lag.openNeeds),
            MetricsSnapshot.Family(
                "tidemark_last_scan_age_seconds",
                help: "Time since any node completed a scan.",
                .gauge([.init(lag.secondsSinceScan)])
            ),
        ]
    }

    private func gauge(_ name: String, _ help: String, _ value: some BinaryInteger) -> MetricsSnapshot.Family
    {
        MetricsSnapshot.Family(name, help: help, .gauge([.init(Double(value))]))
    }

    private func counter(_ name: String, _ help: String, _ value: Double) -> MetricsSnapshot.Family {
        MetricsSnapshot.Family(name, help: help, .counter([.init(value)]))
    }
}
