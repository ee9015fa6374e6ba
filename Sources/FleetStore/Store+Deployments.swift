package import FleetModel
import Postgres

/// Reading deployments and decisions.
extension Store {
    package func deployments(
        _ filter: DeploymentRows.Filter,
        before: Int64,
        limit: Int
    ) async throws -> [Deployment] {
        try await read { tx in try DeploymentRows.list(filter, before: before, limit: limit, in: tx) }
    }

    package func deploymentDetail(_ id: ID<Deployment>) async throws -> APIV1.DeploymentDetail {
        try await read { tx in
            APIV1.DeploymentDetail(
                deployment: try DeploymentRows.get(id, in: tx),
                runs: try RunRows.list(of: id, limit: Limits.pageSize, in: tx),
                gates: try GateRows.list(of: id, in: tx)
            )
        }
    }

    package func decisions(
        machine: ID<Machine>?,
        project: ID<Project>?,
        before: Int64,
        limit: Int
    ) async throws -> [Decision] {
        try await read { tx in
            try DecisionRows.list(machine: machine, project: project, before: before, limit: limit, in: tx)
        }
    }
}
