-- Answers that people look for with SQL, and the roles for the application and for inspection.

CREATE VIEW event_feed AS
SELECT e.id, e.occurred_at, e.category, m.name AS machine, en.name AS environment, p.name AS project,
       r.version AS release, t.name AS trigger, e.deployment_id, e.actor, e.node, e.message
FROM event e
LEFT JOIN machine m ON m.id = e.machine_id
LEFT JOIN environment en ON en.id = e.environment_id
LEFT JOIN project p ON p.id = e.project_id
LEFT JOIN release r ON r.id = e.release_id
LEFT JOIN project_trigger t ON t.id = e.trigger_id;
COMMENT ON VIEW event_feed IS 'Events with names instead of ids.';

CREATE VIEW cluster_status AS
SELECT n.name AS node, n.version, n.address,
       CASE WHEN n.state <> 'stopped' AND n.seen_at < now() - interval '15 seconds' THEN 'gone' ELSE n.state END AS state,
       l.node = n.name AND l.resigned_at IS NULL AS leads, l.term, n.started_at, n.seen_at
FROM node n CROSS JOIN (SELECT node, term, resigned_at FROM lease WHERE name = 'scanner') l
ORDER BY n.name;
COMMENT ON VIEW cluster_status IS 'The nodes and who leads.';

CREATE VIEW scan_status AS
SELECT s.name, s.done AS mark, s.node, s.term, s.scans, s.events_read, s.advanced_at,
       now() - s.advanced_at AS since_last_scan,
       (SELECT count(*) FROM event e WHERE e.xid >= pg_snapshot_xmax(s.done)) +
       (SELECT count(*) FROM event e JOIN pg_snapshot_xip(s.done) x(xid) ON e.xid = x.xid) AS events_waiting,
       (SELECT min(a.xact_start) FROM pg_stat_activity a
         WHERE a.backend_xid IS NOT NULL AND a.datname = current_database()) AS oldest_write_transaction
FROM scan_mark s;
COMMENT ON VIEW scan_status IS 'The mark, how many events wait behind it, and the oldest open write transaction, whose events cannot be read yet.';

CREATE VIEW machine_status AS
SELECT m.id AS machine_id, m.name AS machine, en.name AS environment, m.health, m.enabled, p.name AS project,
       CASE WHEN step.applies THEN should.version END AS should_be,
       actual.version AS is_on_it,
       CASE
           WHEN busy.deployment_id IS NOT NULL THEN 'inFlight'
           WHEN n.id IS NOT NULL THEN n.verdict
           WHEN should.id IS NULL THEN 'nothingDeployedYet'
           WHEN NOT step.applies THEN 'noApplicableStep'
           WHEN mr.actual_release_id = should.id AND mr.incomplete_release_id IS NULL THEN 'upToDate'
           WHEN covered.by_trigger THEN 'noEventYet'
           ELSE 'noTrigger'
       END AS verdict,
       CASE WHEN busy.deployment_id IS NULL THEN n.reason END AS reason,
       busy.deployment_id, n.due_at AS next_look_at, mr.proven_at
FROM machine m
JOIN environment en ON en.id = m.environment_id
CROSS JOIN project p
LEFT JOIN environment_release er ON er.environment_id = m.environment_id AND er.project_id = p.id
LEFT JOIN release should ON should.id = er.release_id
LEFT JOIN machine_release mr ON mr.machine_id = m.id AND mr.project_id = p.id
LEFT JOIN release actual ON actual.id = mr.actual_release_id
LEFT JOIN need n ON n.machine_id = m.id AND n.project_id = p.id AND n.closed_at IS NULL
LEFT JOIN LATERAL (
    SELECT EXISTS (SELECT 1 FROM jsonb_array_elements(should.process) s
                   WHERE jsonb_array_length(coalesce(s -> 'roles', '[]')) = 0 OR s -> 'roles' ?| m.roles) AS applies
) step ON true
LEFT JOIN LATERAL (
    SELECT run.deployment_id FROM run
    WHERE run.machine_id = m.id AND run.project_id = p.id AND run.state IN ('pending', 'running')
    ORDER BY run.id LIMIT 1
) busy ON true
LEFT JOIN LATERAL (
    SELECT EXISTS (
        SELECT 1 FROM project_trigger t
        WHERE t.project_id = p.id AND t.enabled AND (t.roles = '{}' OR t.roles && m.roles)
          AND (NOT EXISTS (SELECT 1 FROM project_trigger_environment te WHERE te.trigger_id = t.id)
               OR EXISTS (SELECT 1 FROM project_trigger_environment te
                          WHERE te.trigger_id = t.id AND te.environment_id = m.environment_id))) AS by_trigger
) covered ON true
WHERE m.deleted_at IS NULL;
COMMENT ON VIEW machine_status IS 'For every machine and project: what should be on it, what is, and why.';

CREATE VIEW decision_feed AS
SELECT d.id, d.decided_at, d.kind, m.name AS machine, p.name AS project, r.version AS release, d.verdict, d.reason,
       d.event_id, t.name AS trigger, d.deployment_id, d.term, d.node
FROM decision d
JOIN machine m ON m.id = d.machine_id
JOIN project p ON p.id = d.project_id
LEFT JOIN release r ON r.id = d.release_id
LEFT JOIN project_trigger t ON t.id = d.trigger_id;
COMMENT ON VIEW decision_feed IS 'Decisions with names instead of ids.';

CREATE VIEW deployment_progress AS
SELECT d.id, p.name AS project, r.version AS release, en.name AS environment, d.kind, d.state, d.requested_by,
       count(run.id) AS machines,
       count(run.id) FILTER (WHERE run.state IN ('pending', 'running')) AS open,
       count(run.id) FILTER (WHERE run.state = 'succeeded') AS succeeded,
       count(run.id) FILTER (WHERE run.state IN ('failed', 'unknown')) AS failed,
       count(run.id) FILTER (WHERE run.state = 'skipped') AS skipped,
       d.reason, d.created_at, d.finished_at
FROM deployment d
JOIN project p ON p.id = d.project_id
JOIN release r ON r.id = d.release_id
JOIN environment en ON en.id = d.environment_id
LEFT JOIN run ON run.deployment_id = d.id
GROUP BY d.id, p.name, r.version, en.name;
COMMENT ON VIEW deployment_progress IS 'Every deployment with the number of its machines in each state.';

-- Roles belong to the whole PostgreSQL cluster, and several schemas or nodes may get here at once; where the
-- migrating user may not create roles, the administrator makes them and runs this file's grants.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['tidemark_app', 'tidemark_readonly'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = name) THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN', name);
            END IF;
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN NULL;
            WHEN insufficient_privilege THEN
                RAISE NOTICE 'role % is missing and cannot be created by %; create it and grant by hand', name, current_user;
        END;
    END LOOP;
    IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('tidemark_app', 'tidemark_readonly')) = 2 THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO tidemark_app, tidemark_readonly', current_schema());
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO tidemark_app', current_schema());
        EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA %I TO tidemark_app', current_schema());
        REVOKE UPDATE, DELETE, TRUNCATE ON event FROM tidemark_app;
        EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO tidemark_readonly', current_schema());
        REVOKE SELECT ON api_key, join_token, agent_session, idempotency_key FROM tidemark_readonly;
    END IF;
END $$;
