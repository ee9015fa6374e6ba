package import Postgres

/// A fleet of two environments and two projects, `near` and `far`, with one of everything in each environment, of each project
/// and in each place of the two. Whatever is there says where it is in its name or its text, so that an answer that tells of it
/// can be found out.
///
/// Besides, one machine came from `far-env` to `near-env`, one of `far-env` is called as the id of one of `near-env`, and `far-app`
/// comes after `near-app`.
package struct DividedFleet: Sendable {
    /// Something that an address can name.
    package struct Thing: Sendable {
        /// One for each parameter of the address.
        package let values: [String]
        /// Where it is, in words.
        package let place: String

        /// Whether it is in one of these environments, or of one of these projects.
        package func isIn(_ names: [String]) -> Bool { names.contains { place.contains($0) } }
    }

    /// By the parameters of the address; without any, it is one of them all.
    package let things: [[String]: [Thing]]

    /// What somebody may be granted, and which environment and project he then sees nothing of.
    package static let divisions: [(environments: [String]?, projects: [String]?, hidden: [String])] = [
        (["near-env"], nil, ["far-env"]), (nil, ["near-app"], ["far-app"]),
        (["near-env"], ["near-app"], ["far-env", "far-app"]),
    ]

    package init(in database: Database) async throws {
        // Numbers that are part of no other number: an answer that has one tells of it.
        _ = try await database.query(
            """
            SELECT setval(pg_get_serial_sequence(t, 'id'), 710000) FROM unnest(ARRAY[
                'environment', 'project', 'machine', 'health_check', 'deployment', 'pin', 'machine_quarantine', 'release_circuit',
                'join_token']) t
            """
        )
        _ = try await database.query(Self.fleet)
        _ = try await database.query(Self.crossings)
        var things: [[String]: [Thing]] = [[]: [Thing(values: [], place: "")]]
        for row in try await database.query(Self.names) {
            let parameters: [String] = try row["parameters"]
            things[parameters, default: []].append(Thing(values: try row["values"], place: try row["place"]))
        }
        self.things = things
    }

    private static let names: SQL = """
        SELECT '{environment}'::text[] AS parameters, ARRAY[name] AS values, name AS place FROM environment
        UNION ALL SELECT '{project}', ARRAY[name], name FROM project
        UNION ALL SELECT '{project,version}', ARRAY[p.name, r.version], p.name FROM release r JOIN project p ON p.id = r.project_id
        UNION ALL SELECT '{project,trigger}', ARRAY[p.name, t.name], p.name
                  FROM project_trigger t JOIN project p ON p.id = t.project_id
        UNION ALL SELECT '{project,secret}', ARRAY[p.name, s.name], p.name
                  FROM secret s JOIN project p ON p.id = s.project_id WHERE s.environment_id IS NULL
        UNION ALL SELECT '{machine}', ARRAY[v.value], e.name
                  FROM machine m JOIN environment e ON e.id = m.environment_id, LATERAL (VALUES (m.name), (m.id::text)) v(value)
                  WHERE NOT EXISTS (SELECT 1 FROM machine o WHERE o.id::text = m.name AND v.value = m.name)
        UNION ALL SELECT '{machine,check}', ARRAY[m.name, h.id::text], e.name
                  FROM health_check h JOIN machine m ON m.id = h.machine_id JOIN environment e ON e.id = m.environment_id
        UNION ALL SELECT '{deployment}', ARRAY[d.id::text], e.name || ' ' || p.name
                  FROM deployment d JOIN environment e ON e.id = d.environment_id JOIN project p ON p.id = d.project_id
                  WHERE d.state <> 'running'
        UNION ALL SELECT '{freeze}', ARRAY[name], name FROM deployment_freeze WHERE name <> 'everywhere'
        UNION ALL SELECT '{policy}', ARRAY[name], '' FROM machine_policy
        UNION ALL SELECT '{pin}', ARRAY[n.id::text], e.name || ' ' || p.name
                  FROM pin n JOIN project p ON p.id = n.project_id LEFT JOIN machine m ON m.id = n.machine_id
                  JOIN environment e ON e.id = coalesce(n.environment_id, m.environment_id)
        UNION ALL SELECT '{quarantine}', ARRAY[q.id::text], e.name || ' ' || p.name
                  FROM machine_quarantine q JOIN project p ON p.id = q.project_id JOIN machine m ON m.id = q.machine_id
                  JOIN environment e ON e.id = m.environment_id
        UNION ALL SELECT '{circuit}', ARRAY[c.id::text], e.name || ' ' || p.name
                  FROM release_circuit c JOIN project p ON p.id = c.project_id JOIN environment e ON e.id = c.environment_id
        UNION ALL SELECT '{token}', ARRAY[t.id::text], e.name FROM join_token t JOIN environment e ON e.id = t.environment_id
        """

    private static let crossings: SQL = """
        WITH near AS (SELECT id, name FROM environment WHERE name = 'near-env'),
        far AS (SELECT id, name FROM environment WHERE name = 'far-env'),
        mover AS (
            INSERT INTO machine (name, environment_id, roles, health, public_key, facts)
            SELECT name || '-mover', id, '{web}', 'Unavailable', decode(md5('y' || name) || md5('z' || name), 'hex'), '{}'
            FROM near RETURNING id
        ), run AS (
            INSERT INTO run (deployment_id, machine_id, project_id, release_id, state, reason, finished_at)
            SELECT d.id, mover.id, d.project_id, d.release_id, 'failed', 'ran ' || p.name || ' in ' || far.name, now()
            FROM mover, far JOIN deployment d ON d.environment_id = far.id JOIN project p ON p.id = d.project_id
            WHERE d.state = 'failed'
        ), ev AS (
            INSERT INTO event (category, machine_id, environment_id, actor, node, message)
            SELECT 'MachineUnavailable', mover.id, far.id, 'test', 'node', 'was silent in ' || far.name FROM mover, far
        ), numbered AS (
            INSERT INTO machine (name, environment_id, roles, health, public_key, facts)
            SELECT m.id::text, far.id, '{web}', 'Unavailable', decode(md5('v' || m.name) || md5('w' || m.name), 'hex'), '{}'
            FROM machine m, far WHERE m.name = 'near-env-machine'
        )
        INSERT INTO project_after (project_id, after_id)
        SELECT f.id, n.id FROM project f, project n WHERE f.name = 'far-app' AND n.name = 'near-app'
        """

    private static let fleet: SQL = """
        WITH e AS (
            INSERT INTO environment (name, description) VALUES ('near-env', 'about near-env'), ('far-env', 'about far-env')
            RETURNING id, name
        ), p AS (
            INSERT INTO project (name, description, process)
            SELECT v.name, 'about ' || v.name,
                   jsonb_build_array(jsonb_build_object('name', 'install-' || v.name, 'script', 'echo ' || v.name))
            FROM (VALUES ('near-app'), ('far-app')) v(name) RETURNING id, name, process
        ), r AS (
            INSERT INTO release (project_id, version, process, variables, notes, created_by)
            SELECT id, '1.0-' || name, process, '{}', 'notes of ' || name, 'test' FROM p RETURNING id, project_id, version
        ), m AS (
            INSERT INTO machine (name, environment_id, roles, health, public_key, facts)
            SELECT name || '-machine', id, ARRAY['role-of-' || name], 'Unavailable',
                   decode(md5(name) || md5('x' || name), 'hex'), jsonb_build_object('hostName', 'host of ' || name)
            FROM e RETURNING id, environment_id
        ), place AS (
            SELECT e.id AS environment_id, e.name AS environment, p.id AS project_id, p.name AS project, r.id AS release_id,
                   m.id AS machine_id, p.name || ' in ' || e.name AS what
            FROM e CROSS JOIN p JOIN r ON r.project_id = p.id JOIN m ON m.environment_id = e.id
        ), d AS (
            INSERT INTO deployment (project_id, release_id, environment_id, kind, state, reason, requested_by, finished_at)
            SELECT project_id, release_id, environment_id, 'rollout', state, 'deployed ' || what, 'test',
                   CASE WHEN state = 'failed' THEN now() END
            FROM place CROSS JOIN (VALUES ('failed'), ('running')) s(state) ORDER BY state
            RETURNING id, project_id, environment_id, state
        ), done AS (
            SELECT d.id, place.* FROM d JOIN place USING (project_id, environment_id) WHERE d.state = 'failed'
        ), run AS (
            INSERT INTO run (deployment_id, machine_id, project_id, release_id, state, reason, finished_at)
            SELECT id, machine_id, project_id, release_id, 'failed', 'ran ' || what, now() FROM done
            RETURNING id, deployment_id
        ), step AS (
            INSERT INTO step_run (run_id, deployment_id, machine_id, step_index, step_name, state, message, log_bytes, finished_at)
            SELECT run.id, done.id, done.machine_id, 0, 'install-' || done.project, 'failed', 'step ' || what,
                   octet_length('log of ' || what), now()
            FROM run JOIN done ON done.id = run.deployment_id RETURNING id, run_id
        ), log AS (
            INSERT INTO log_chunk (step_run_id, log_offset, data)
            SELECT step.id, 0, convert_to('log of ' || done.what, 'UTF8')
            FROM step JOIN run ON run.id = step.run_id JOIN done ON done.id = run.deployment_id
        ), gate AS (
            INSERT INTO deployment_gate (deployment_id, step_index, step_name, kind, instructions, state)
            SELECT d.id, 0, 'ask', 'manual', 'approve ' || place.what, 'waiting'
            FROM d JOIN place USING (project_id, environment_id) WHERE d.state = 'running'
        ), er AS (
            INSERT INTO environment_release (environment_id, project_id, release_id, deployment_id, reason)
            SELECT environment_id, project_id, release_id, id, 'had ' || what FROM done
        ), erh AS (
            INSERT INTO environment_release_history
                (environment_id, project_id, release_id, deployment_id, source, actor, reason)
            SELECT environment_id, project_id, release_id, id, 'rollout', 'test', 'had ' || what FROM done
        ), mr AS (
            INSERT INTO machine_release (machine_id, project_id, actual_release_id)
            SELECT machine_id, project_id, release_id FROM place
        ), t AS (
            INSERT INTO project_trigger (project_id, name, event_groups)
            SELECT id, 'trigger-of-' || name, '{MachineAvailableForDeployment}' FROM p RETURNING id, project_id
        ), ev AS (
            INSERT INTO event (category, machine_id, environment_id, project_id, deployment_id, actor, node, message)
            SELECT 'RunFailed', machine_id, environment_id, project_id, id, 'test', 'node', 'failed ' || what FROM done
            UNION ALL SELECT 'EnvironmentModified', NULL, id, NULL, NULL, 'test', 'node', 'changed ' || name FROM e
            UNION ALL SELECT 'ProjectModified', NULL, NULL, id, NULL, 'test', 'node', 'changed ' || name FROM p
            UNION ALL SELECT 'MachineUnavailable', m.id, NULL, NULL, NULL, 'test', 'node', 'silent in ' || e.name
                      FROM m JOIN e ON e.id = m.environment_id
            UNION ALL SELECT c.category, NULL, NULL, NULL, NULL, 'test', 'node', 'somebody of far-env and far-app'
                      FROM (VALUES ('PersonCreated'), ('AccessRefused'), ('GrantsChanged'), ('SignedIn'), ('KeyCreated')) c(category)
            UNION ALL SELECT 'AccessRefused', NULL, e.id, p.id, NULL, 'test', 'node', 'refused to far-env and far-app' FROM e, p
            UNION ALL SELECT 'NodeStarted', NULL, NULL, NULL, NULL, 'test', 'node', 'a node that is near-by'
            RETURNING id, category, machine_id, project_id
        ), dec AS (
            INSERT INTO decision (event_id, trigger_id, machine_id, project_id, deployment_id, release_id, kind, verdict, reason,
                                  term, node)
            SELECT ev.id, t.id, done.machine_id, done.project_id, done.id, done.release_id, 'plan', 'deploying',
                   'decided ' || done.what, 1, 'node'
            FROM done JOIN t USING (project_id)
            JOIN ev ON ev.machine_id = done.machine_id AND ev.category = 'MachineUnavailable'
        ), n AS (
            INSERT INTO need (machine_id, project_id, event_id, verdict, reason)
            SELECT place.machine_id, place.project_id, ev.id, 'quarantined', 'needs ' || place.what
            FROM place JOIN ev ON ev.machine_id = place.machine_id AND ev.category = 'MachineUnavailable'
        ), q AS (
            INSERT INTO machine_quarantine (machine_id, project_id, release_id, attempts, reason)
            SELECT machine_id, project_id, release_id, 3, 'gave up ' || what FROM place
        ), c AS (
            INSERT INTO release_circuit (project_id, environment_id, release_id, failed, tried)
            SELECT project_id, environment_id, release_id, 1, 1 FROM place
        ), pin AS (
            INSERT INTO pin (project_id, environment_id, machine_id, release_id, reason, created_by)
            SELECT project_id, environment_id, NULL::bigint, release_id, 'pinned ' || what, 'test' FROM place
            UNION ALL SELECT project_id, NULL, machine_id, release_id, 'pinned on a machine ' || what, 'test' FROM place
        ), f AS (
            INSERT INTO deployment_freeze (name, reason, starts_at, ends_at)
            SELECT environment || '.' || project, 'froze ' || what, now(), now() + interval '1 hour' FROM place
            UNION ALL SELECT 'everywhere', 'near-by and elsewhere', now(), now() + interval '1 hour'
            RETURNING id, name
        ), fe AS (
            INSERT INTO deployment_freeze_environment (freeze_id, environment_id)
            SELECT f.id, e.id FROM f JOIN e ON f.name = 'everywhere' OR starts_with(f.name, e.name)
        ), fp AS (
            INSERT INTO deployment_freeze_project (freeze_id, project_id)
            SELECT f.id, p.id FROM f JOIN p ON f.name = 'everywhere' OR f.name LIKE '%.' || p.name
        ), secret AS (
            INSERT INTO secret (project_id, environment_id, name, sealed, key_id, set_by)
            SELECT project_id, environment_id, 'HERE', convert_to(repeat('x', 40), 'UTF8'), repeat('0', 16), 'somebody of ' || what
            FROM place
            UNION ALL SELECT id, NULL, 'EVERYWHERE', convert_to(repeat('x', 40), 'UTF8'), repeat('0', 16), 'somebody of ' || name
                      FROM p
        ), token AS (
            INSERT INTO join_token (token_hash, prefix, environment_id, roles, created_by, expires_at)
            SELECT decode(md5('t' || name) || md5('u' || name), 'hex'), 'of-' || name, id, '{web}', 'test',
                   now() + interval '1 hour'
            FROM e
        )
        INSERT INTO health_check (machine_id, cause, requested_by, state, script, timeout_seconds, warning_exit_codes, concluded_at,
                                  health, reason, output)
        SELECT m.id, 'requested', 'test', 'concluded', '', 30, '{}', now(), 'Unavailable', 'checked ' || e.name, 'output of ' || e.name
        FROM m JOIN e ON e.id = m.environment_id
        """
}
