import FleetModel
import FleetStore
import Postgres

/// What the drill's load is about: machines of one environment, a project whose release is out, and a trigger that
/// deploys to machines as they come. These have no agents: what is proved with them is what the nodes decide. `Agents` are
/// others.
struct DrillFleet: Sendable {
    static let machineCount = 40
    /// The group of events that fires the trigger.
    static let group = EventGroup.machineAvailableForDeployment

    /// Machines that the load makes come and go.
    let machines: [ID<Machine>]
    /// Machines that only stragglers write.
    let slow: [ID<Machine>]

    static func make(in store: Store) async throws -> DrillFleet {
        try await store.unitOfWork(by: "key:drill") { tx, changes in
            try tx.run("INSERT INTO environment (name) VALUES ('drill')")
            try tx.run(
                """
                INSERT INTO project (name, process) VALUES ('drill', '[{"name":"install","script":"true"}]')
                """
            )
            try tx.run(
                """
                INSERT INTO release (project_id, version, process, variables, created_by)
                SELECT id, '1', process, variables, 'drill' FROM project WHERE name = 'drill'
                """
            )
            let request = APIV1.DeploymentRequest(
                project: "drill",
                release: "1",
                environment: "drill",
                machines: nil
            )
            _ = try DeploymentCommands.create(request, by: "key:drill", in: tx, &changes)
            try tx.run(
                """
                INSERT INTO project_trigger (project_id, name, event_groups)
                SELECT id, 'arrivals', ARRAY[\(group.rawValue)] FROM project WHERE name = 'drill'
                """
            )
            try tx.run(
                """
                INSERT INTO project_trigger_environment (trigger_id, environment_id)
                SELECT t.id, e.id FROM project_trigger t, environment e WHERE t.name = 'arrivals' AND e.name = 'drill'
                """
            )
            let rows = try tx.run(
                """
                INSERT INTO machine (name, environment_id, roles, health, public_key)
                SELECT 'drill-' || n, e.id, '{drill}', 'Healthy', decode(md5('a' || n) || md5('b' || n), 'hex')
                FROM environment e, generate_series(1, \(machineCount)) n WHERE e.name = 'drill'
                RETURNING id
                """
            )
            let ids: [ID<Machine>] = try rows.map { try $0["id"] }
            return DrillFleet(machines: Array(ids.dropLast(2)), slow: Array(ids.suffix(2)))
        }
    }
}
