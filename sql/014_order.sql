-- Which projects come before which on a machine, the first machines of a batch, and what is on machines without having
-- been put there.

CREATE TABLE project_after (
    project_id bigint NOT NULL REFERENCES project (id),
    after_id   bigint NOT NULL REFERENCES project (id),
    PRIMARY KEY (project_id, after_id),
    CHECK (project_id <> after_id)
);
CREATE INDEX project_after_by_predecessor ON project_after (after_id);
COMMENT ON TABLE project_after IS 'Projects that come first on a machine: after_id before project_id. Without cycles: an apply that would make one is refused.';
COMMENT ON COLUMN project_after.project_id IS 'The project that waits.';
COMMENT ON COLUMN project_after.after_id IS 'The project that comes first.';

CREATE FUNCTION projects_before(project bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE before AS (
        SELECT a.after_id FROM project_after a WHERE a.project_id = projects_before.project
        UNION
        SELECT a.after_id FROM before b JOIN project_after a ON a.project_id = b.after_id
    )
    SELECT after_id FROM before
$$;
COMMENT ON FUNCTION projects_before(bigint) IS 'Every project that comes before this one on a machine, at whatever distance.';

ALTER TABLE project_trigger
    ADD COLUMN batch_canary integer NOT NULL DEFAULT 0 CHECK (batch_canary BETWEEN 0 AND 100),
    ADD COLUMN repair_drift boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN project_trigger.batch_canary IS 'How many machines of a batch must succeed before the rest is deployed to; 0: none.';
COMMENT ON COLUMN project_trigger.repair_drift IS 'True: a machine whose agent proves something else than what was put there is deployed to again.';

ALTER TABLE machine_release
    ADD COLUMN drifted_at timestamptz,
    ADD COLUMN drifted_from_release_id bigint REFERENCES release (id);
COMMENT ON COLUMN machine_release.drifted_at IS 'When its agent was first found to prove something else than what was recorded, with no run to explain it; null: there is no drift.';
COMMENT ON COLUMN machine_release.drifted_from_release_id IS 'What was recorded before the drift; null: nothing.';
CREATE INDEX machine_release_drifted ON machine_release (project_id, machine_id) WHERE drifted_at IS NOT NULL;

-- The first machines of a batch: the automatic deployments of a release in an environment.
CREATE INDEX deployment_automatic_by_release ON deployment (release_id, environment_id, id) WHERE kind = 'automatic';

DO $$
BEGIN
    IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('tidemark_app', 'tidemark_readonly')) = 2 THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON project_after TO tidemark_app;
        GRANT SELECT ON project_after TO tidemark_readonly;
    END IF;
END $$;
