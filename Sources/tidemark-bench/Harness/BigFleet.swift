import FleetModel
import FleetStore
import Postgres

/// A large fleet with a past, written straight into the tables: ten environments, a hundred projects of which each concerns
/// the machines of one role in ten, every release out, and events, decisions and runs behind it.
struct BigFleet {
    static let projects = 100
    static let environments = 10

    let machines: Int
    let events: Int

    func make(in database: Database) async throws {
        for statement in statements { _ = try await database.query(statement) }
        var left = events
        while left > 0 {
            _ = try await database.query(someEvents(min(left, 500_000)))
            left -= 500_000
        }
        _ = try await database.query("VACUUM ANALYZE")
        _ = try await database.query("CHECKPOINT")
    }

    private var statements: [SQL] {
        [
            """
            INSERT INTO environment (name) SELECT 'environment-' || n FROM generate_series(0, \(Self.environments - 1)) n
            """,
            """
            INSERT INTO project (name, process)
            SELECT 'project-' || n, jsonb_build_array(jsonb_build_object('name', 'install', 'script', 'true',
                                                                         'roles', jsonb_build_array('role-' || n % 10)))
            FROM generate_series(0, \(Self.projects - 1)) n
            """,
            """
            INSERT INTO release (project_id, version, process, variables, created_by)
            SELECT id, '1.' || n, process, variables, 'bench' FROM project, generate_series(0, 9) n
            """,
            """
            INSERT INTO project_trigger (project_id, name, event_groups, roles)
            SELECT id, 'arrivals', '{MachineAvailableForDeployment}', ARRAY['role-' || substr(name, 9)::int % 10] FROM project
            """,
            """
            INSERT INTO machine (name, environment_id, roles, health, public_key, created_at)
            SELECT 'machine-' || n, e.id, ARRAY['role-' || n % 10, 'web'], 'Healthy',
                   decode(md5('a' || n) || md5('b' || n), 'hex'), now() - interval '30 days'
            FROM generate_series(1, \(machines)) n
            JOIN environment e ON e.name = 'environment-' || (n / 10) % \(Self.environments)
            """,
            "INSERT INTO machine_presence (machine_id, node) SELECT id, 'node-1' FROM machine",
            """
            INSERT INTO deployment (project_id, release_id, environment_id, kind, state, requested_by, created_at, finished_at)
            SELECT r.project_id, r.id, e.id, 'rollout', 'succeeded', 'key:bench', now() - interval '20 days' + r.id * interval '1 s',
                   now() - interval '20 days' + r.id * interval '2 s'
            FROM release r, environment e ORDER BY r.version, r.id, e.id
            """,
            """
            INSERT INTO environment_release (environment_id, project_id, release_id, deployment_id)
            SELECT d.environment_id, d.project_id, d.release_id, d.id
            FROM deployment d JOIN release r ON r.id = d.release_id WHERE r.version = '1.9'
            """,
            """
            INSERT INTO run (deployment_id, machine_id, project_id, release_id, state, created_at, started_at, finished_at)
            SELECT d.id, m.id, d.project_id, d.release_id, 'succeeded', d.created_at, d.created_at, d.finished_at
            FROM deployment d JOIN release r ON r.id = d.release_id JOIN project p ON p.id = d.project_id
            JOIN machine m ON m.environment_id = d.environment_id AND m.roles @> ARRAY['role-' || substr(p.name, 9)::int % 10]
            WHERE r.version IN ('1.7', '1.8', '1.9') ORDER BY d.id, m.id
            """,
            """
            INSERT INTO step_run (run_id, deployment_id, machine_id, step_index, step_name, state, attempt, finished_at)
            SELECT id, deployment_id, machine_id, 0, 'install', 'succeeded', 1, finished_at FROM run
            """,
            """
            INSERT INTO machine_release (machine_id, project_id, actual_release_id, run_id)
            SELECT run.machine_id, run.project_id, run.release_id, run.id
            FROM run JOIN release r ON r.id = run.release_id WHERE r.version = '1.9'
            """,
            """
            INSERT INTO decision (event_id, machine_id, project_id, release_id, kind, verdict, reason, term, node)
            SELECT id, machine_id, project_id, release_id, 'plan', 'upToDate', 'the machine has the release', 1, 'node-1' FROM run
            """,
        ]
    }

    /// Spread over machines and projects; one in four is about a project too.
    private func someEvents(_ count: Int) -> SQL {
        """
        INSERT INTO event (category, machine_id, environment_id, project_id, actor, node, message, detail)
        SELECT CASE WHEN pick.n % 4 = 0 THEN 'RunFailed' ELSE 'MachineHasWarnings' END, m.id, m.environment_id,
               CASE WHEN pick.n % 4 = 0 THEN 1 + pick.n % \(Self.projects) END, 'machine:' || m.name, 'node-1',
               'machine ' || m.name || ' was found to have warnings: its agent said so', '{"from":"Healthy","to":"HasWarnings"}'
        FROM (SELECT n, 1 + floor(random() * \(machines))::bigint AS id FROM generate_series(1, \(count)) n) pick
        JOIN machine m ON m.id = pick.id
        """
    }
}
