import FleetModel
import FleetRules
import FleetStore
import Postgres

/// An environment with machines, and a project with a trigger, for the events to be about.
struct EventFleet: Sendable {
    static let machineCount = 1000

    let environment: ID<Environment>
    let project: ID<Project>
    let machines: [ID<Machine>]

    static func make(in store: Store) async throws -> EventFleet {
        try await store.unitOfWork(by: "key:bench") { tx, _ in
            let environment = try tx.run("INSERT INTO environment (name) VALUES ('bench') RETURNING id")[0]
            let project = try tx.run(
                """
                INSERT INTO project (name, process) VALUES ('bench', '[{"name":"install","script":"true"}]') RETURNING id
                """
            )[0]
            try tx.run(
                """
                INSERT INTO project_trigger (project_id, name, event_groups)
                SELECT id, 'arrivals', '{MachineAvailableForDeployment}' FROM project
                """
            )
            let machines = try tx.run(
                """
                INSERT INTO machine (name, environment_id, roles, health, public_key)
                SELECT 'bench-' || n, e.id, '{web}', 'Healthy', decode(md5('a' || n) || md5('b' || n), 'hex')
                FROM environment e, generate_series(1, \(machineCount)) n
                RETURNING id
                """
            )
            return EventFleet(
                environment: try environment["id"],
                project: try project["id"],
                machines: try machines.map { try $0["id"] }
            )
        }
    }

    /// Old events in one transaction: nobody reads them again, they only have to be there.
    static func oldEvents(_ count: Int, _ category: EventCategory) -> SQL {
        SQL(stringLiteral: insert(count, category))
    }

    /// New events as many short transactions leave them, ten in each.
    static func newEvents(_ count: Int, _ category: EventCategory) -> SQL {
        SQL(
            stringLiteral: """
                DO $$ BEGIN FOR i IN 1..\(count / 10) LOOP \(insert(10, category)); COMMIT; END LOOP; END $$
                """
        )
    }

    /// About machines that are picked at random.
    private static func insert(_ count: Int, _ category: EventCategory) -> String {
        """
        INSERT INTO event (category, machine_id, environment_id, actor, node, message, detail)
        SELECT '\(category.rawValue)', m.id, m.environment_id, 'machine:' || m.name, 'bench',
               'machine ' || m.name || ' was found Unhealthy: its agent said so', '{"from":"Healthy","to":"Unhealthy"}'
        FROM (SELECT 1 + floor(random() * \(machineCount))::bigint AS id FROM generate_series(1, \(count))) pick
        JOIN machine m ON m.id = pick.id
        """
    }
}

extension Store {
    /// What an agent's good news makes a node write: one event, in a unit of work of its own.
    func appendHealthy(_ fleet: EventFleet, number: Int, by actor: Principal) async throws {
        try await unitOfWork(by: actor) { _, changes in
            changes.post(
                .machineHealthChanged(
                    EventSubject(
                        machine: fleet.machines[number % fleet.machines.count],
                        environment: fleet.environment
                    ),
                    name: "bench",
                    from: .unhealthy,
                    to: .healthy,
                    reason: "its agent said so"
                )
            )
        }
    }
}
