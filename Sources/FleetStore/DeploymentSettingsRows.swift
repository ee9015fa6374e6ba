import FleetModel
import Postgres

/// The three columns that `project` and `deployment` share.
extension DeploymentSettings {
    init(row: Row) throws {
        self.init(
            unavailableTargets: try row["unavailable_targets"],
            unhealthyTargets: try row["unhealthy_targets"],
            minimumHealthy: try row["minimum_healthy_percent"]
        )
    }
}
