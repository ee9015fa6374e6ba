-- The answers to "why", for people with psql: the same as explain gives, and names instead of ids.

CREATE INDEX need_by_machine ON need (machine_id, project_id, id);

DROP VIEW machine_status;
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
    SELECT EXISTS (SELECT 1 FROM jsonb_array_elements(should.process) s
                   WHERE jsonb_array_length(coalesce(s -> 'roles', '[]')) = 0 OR s -> 'roles' ?| m.roles) AS applies
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
        GRANT EXECUTE ON FUNCTION rebase_events(text) TO tidemark_app;
    END IF;
END $$;
