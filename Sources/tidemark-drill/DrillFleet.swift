import FleetModel
import FleetStore
import Postgres

/// What the drill's load is about: machines of one environment, a project whose release is out, and a trigger that
/// deploys to machines as they come. There are no agents: what is proved is what the nodes decide.
struct DrillFleet: Sendable {
    static let machineCount = 40
    /// The group of events that fires the trigger.
    static let group = EventGroup.machineAvailableForDeployment

    let machines: [ID<Machine>]

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
                SELECT id, '1', process, variables, 'drill' FROM project
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
                SELECT id, 'arrivals', ARRAY[\(group.rawValue)] FROM project
                """
            )
            let rows = try tx.run(
                """
                INSERT INTO machine (name, environment_id, roles, health, public_key)
                SELECT 'drill-' || n, e.id, '{web}', 'Healthy', decode(md5('a' || n) || md5('b' || n), 'hex')
                FROM environment e, generate_series(1, \(machineCount)) n
                RETURNING id
                """
            )
            return DrillFleet(machines: try rows.map { try $0["id"] })
        }
    }
}
