-- The answers to "why", for people with psql: the same as explain gives, and names instead of ids.

CREATE INDEX need_by_machine ON need (machine_id, project_id, id);

CREATE TABLE machine_release_history (
    id                    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    machine_id            bigint NOT NULL REFERENCES machine (id),
    project_id            bigint NOT NULL REFERENCES project (id),
    release_id            bigint,
    incomplete_release_id bigint,
    run_id                bigint,
    since                 timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX machine_release_history_by_machine ON machine_release_history (machine_id, project_id, since, id);
COMMENT ON TABLE machine_release_history IS 'Everything that agents ever proved to be on machines: a row for each change of machine_release.';
COMMENT ON COLUMN machine_release_history.id IS 'Surrogate key.';
COMMENT ON COLUMN machine_release_history.machine_id IS 'The machine.';
COMMENT ON COLUMN machine_release_history.project_id IS 'The project.';
COMMENT ON COLUMN machine_release_history.release_id IS 'The release that was on it from then on; null: none.';
COMMENT ON COLUMN machine_release_history.incomplete_release_id IS 'A release that was begun on it and did not complete; null: none.';
COMMENT ON COLUMN machine_release_history.run_id IS 'The run that put it there; null when only an inventory told.';
COMMENT ON COLUMN machine_release_history.since IS 'From when.';

-- A trigger, not the statement that changes machine_release: nodes of the version before do not know the table.
CREATE FUNCTION keep_machine_release_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO machine_release_history (machine_id, project_id, release_id, incomplete_release_id, run_id)
    VALUES (NEW.machine_id, NEW.project_id, NEW.actual_release_id, NEW.incomplete_release_id, NEW.run_id);
    RETURN NULL;
END $$;
COMMENT ON FUNCTION keep_machine_release_history() IS 'Writes machine_release_history.';
CREATE TRIGGER machine_release_is_new AFTER INSERT ON machine_release
    FOR EACH ROW EXECUTE FUNCTION keep_machine_release_history();
CREATE TRIGGER machine_release_changed AFTER UPDATE ON machine_release
    FOR EACH ROW
    WHEN ((OLD.actual_release_id, OLD.incomplete_release_id) IS DISTINCT FROM (NEW.actual_release_id, NEW.incomplete_release_id))
    EXECUTE FUNCTION keep_machine_release_history();
-- What is known of the time before: the runs that succeeded, and what is on machines now.
INSERT INTO machine_release_history (machine_id, project_id, release_id, run_id, since)
SELECT machine_id, project_id, release_id, id, finished_at FROM run WHERE state = 'succeeded' ORDER BY finished_at, id;
INSERT INTO machine_release_history (machine_id, project_id, release_id, incomplete_release_id, run_id, since)
SELECT mr.machine_id, mr.project_id, mr.actual_release_id, mr.incomplete_release_id, mr.run_id, mr.proven_at
FROM machine_release mr
WHERE NOT EXISTS (SELECT 1 FROM machine_release_history h WHERE h.run_id = mr.run_id AND mr.incomplete_release_id IS NULL);

DROP VIEW machine_status;
CREATE VIEW machine_status AS
SELECT m.id AS machine_id, m.name AS machine, en.name AS environment, m.health, m.enabled, p.name AS project,
       CASE WHEN step.applies THEN should.version END AS should_be,
       actual.version AS is_on_it,
       CASE
           WHEN m.expired_at IS NOT NULL THEN 'machineExpired'
           WHEN busy.deployment_id IS NOT NULL THEN 'inFlight'
           WHEN n.id IS NOT NULL THEN n.verdict
           WHEN should.id IS NULL THEN 'nothingDeployedYet'
           WHEN NOT step.applies THEN 'noApplicableStep'
           WHEN mr.actual_release_id = should.id AND mr.incomplete_release_id IS NULL THEN 'upToDate'
           WHEN mr.drifted_at IS NOT NULL THEN 'drifted'
           WHEN covered.by_trigger THEN 'noEventYet'
           ELSE 'noTrigger'
       END AS verdict,
       CASE WHEN busy.deployment_id IS NULL THEN n.reason END AS reason,
       busy.deployment_id, n.due_at AS next_look_at, mr.proven_at,
       CASE WHEN step.applies THEN desired.source END AS source,
       CASE WHEN step.applies THEN desired.since END AS since,
       CASE WHEN step.applies THEN desired.pin_id END AS pin_id,
       incomplete.version AS begun_on_it, n.id AS need_id, n.attempts
FROM machine m
JOIN environment en ON en.id = m.environment_id
CROSS JOIN project p
LEFT JOIN LATERAL desired_release(m.id, m.environment_id, p.id) desired ON true
LEFT JOIN release should ON should.id = desired.release_id
LEFT JOIN machine_release mr ON mr.machine_id = m.id AND mr.project_id = p.id
LEFT JOIN release actual ON actual.id = mr.actual_release_id
LEFT JOIN release incomplete ON incomplete.id = mr.incomplete_release_id
LEFT JOIN need n ON n.machine_id = m.id AND n.project_id = p.id AND n.closed_at IS NULL
LEFT JOIN LATERAL (
    SELECT release_is_for(should.process, m.roles, true) AS applies
) step ON true
LEFT JOIN LATERAL (
    SELECT run.deployment_id FROM run
    WHERE run.machine_id = m.id AND run.project_id = p.id AND run.state IN ('pending', 'running')
    ORDER BY run.deployment_id LIMIT 1
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
COMMENT ON VIEW machine_status IS 'For every machine and project: what should be on it and who says so, what is, and why. The same answer as tidemark explain machine.';

CREATE OR REPLACE VIEW decision_feed AS
SELECT d.id, d.decided_at, d.kind, m.name AS machine, p.name AS project, r.version AS release, d.verdict, d.reason,
       d.event_id, t.name AS trigger, d.deployment_id, d.term, d.node,
       en.name AS environment, d.need_id, e.category AS event_category, e.occurred_at AS event_at
FROM decision d
JOIN machine m ON m.id = d.machine_id
JOIN environment en ON en.id = m.environment_id
JOIN project p ON p.id = d.project_id
LEFT JOIN release r ON r.id = d.release_id
LEFT JOIN project_trigger t ON t.id = d.trigger_id
LEFT JOIN event e ON e.id = d.event_id;
COMMENT ON VIEW decision_feed IS 'Decisions with names instead of ids, and the event that led to each.';

-- Whoever may only read must not re-base the mark: a function that runs as its owner is for everybody unless said.
REVOKE EXECUTE ON FUNCTION rebase_events(text) FROM PUBLIC;
DO $$
BEGIN
    IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('tidemark_app', 'tidemark_readonly')) = 2 THEN
        -- What desired_release and the views read, whatever role asks.
        GRANT SELECT ON machine_status, machine_policy, machine_policy_in_force, pin, release_circuit,
                        environment_release_history TO tidemark_app, tidemark_readonly;
        GRANT SELECT, INSERT ON machine_release_history TO tidemark_app;
        GRANT SELECT ON machine_release_history TO tidemark_readonly;
        EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA %I TO tidemark_app', current_schema());
        GRANT EXECUTE ON FUNCTION rebase_events(text) TO tidemark_app;
    END IF;
END $$;
