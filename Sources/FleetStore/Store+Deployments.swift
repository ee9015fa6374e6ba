package import FleetModel
import Postgres

/// Reading deployments.
extension Store {
    package func deployments(
        _ filter: DeploymentRows.Filter,
        before: Int64,
        limit: Int,
        as principal: Principal
    ) async throws -> [Deployment] {
        try await look(as: principal) { tx, seen in
            try DeploymentRows.list(filter, before: before, limit: limit, seen: seen, in: tx)
        }
    }

    package func deploymentDetail(
        _ id: ID<Deployment>,
        as principal: Principal
    ) async throws -> APIV1.DeploymentDetail {
        try await look(as: principal) { tx, seen in
            APIV1.DeploymentDetail(
                deployment: try DeploymentRows.get(id, seen: seen, in: tx),
                runs: try RunRows.list(of: id, limit: Limits.pageSize, in: tx),
                gates: try GateRows.list(of: id, in: tx)
            )
        }
    }
}
