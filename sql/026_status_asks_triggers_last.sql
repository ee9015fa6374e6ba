-- The same answers sooner: whether a trigger covers a machine is asked only of the pairs for which nothing else was an answer. Joined
-- in, it was asked of every pair of machine and project, and was two thirds of the time that a page of machines took.

CREATE OR REPLACE VIEW machine_status AS
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
           WHEN EXISTS (
               SELECT 1 FROM project_trigger t
               WHERE t.project_id = p.id AND t.enabled AND (t.roles = '{}' OR t.roles && m.roles)
                 AND (NOT EXISTS (SELECT 1 FROM project_trigger_environment te WHERE te.trigger_id = t.id)
                      OR EXISTS (SELECT 1 FROM project_trigger_environment te
                                 WHERE te.trigger_id = t.id AND te.environment_id = m.environment_id))
           ) THEN 'noEventYet'
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
WHERE m.deleted_at IS NULL;
