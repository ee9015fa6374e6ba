-- Deployments to machines that come and go, steps that are a person's or the whole deployment's, and deployments that
-- repeat another one.

ALTER TABLE project
    ADD COLUMN unavailable_targets text NOT NULL DEFAULT 'skip' CHECK (unavailable_targets IN ('skip', 'fail')),
    ADD COLUMN unhealthy_targets text NOT NULL DEFAULT 'skip' CHECK (unhealthy_targets IN ('skip', 'fail')),
    ADD COLUMN minimum_healthy_percent integer CHECK (minimum_healthy_percent BETWEEN 1 AND 100);
COMMENT ON COLUMN project.unavailable_targets IS 'What a machine that is not available means for a deployment that a person asked for: skip: it is left out. fail: its run fails.';
COMMENT ON COLUMN project.unhealthy_targets IS 'The same for a machine whose health check failed.';
COMMENT ON COLUMN project.minimum_healthy_percent IS 'A rollout stops and fails once fewer of its machines are neither failed nor left out; null: it never does.';

ALTER TABLE deployment
    ADD COLUMN unavailable_targets text NOT NULL DEFAULT 'skip' CHECK (unavailable_targets IN ('skip', 'fail')),
    ADD COLUMN unhealthy_targets text NOT NULL DEFAULT 'skip' CHECK (unhealthy_targets IN ('skip', 'fail')),
    ADD COLUMN minimum_healthy_percent integer CHECK (minimum_healthy_percent BETWEEN 1 AND 100),
    ADD COLUMN repeats_id bigint REFERENCES deployment (id),
    ADD COLUMN repeats_as text CHECK (repeats_as IN ('retry', 'redeploy')),
    ADD CHECK ((repeats_id IS NULL) = (repeats_as IS NULL));
CREATE INDEX deployment_by_repeated ON deployment (repeats_id) WHERE repeats_id IS NOT NULL;
COMMENT ON COLUMN deployment.unavailable_targets IS 'As the project said when it was created.';
COMMENT ON COLUMN deployment.unhealthy_targets IS 'As the project said when it was created.';
COMMENT ON COLUMN deployment.minimum_healthy_percent IS 'As the project said when it was created.';
COMMENT ON COLUMN deployment.repeats_id IS 'The deployment that it repeats; null: it repeats none.';
COMMENT ON COLUMN deployment.repeats_as IS 'retry: on the machines that did not get the release. redeploy: on all that it was for.';

ALTER TABLE run ADD COLUMN excused boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN run.excused IS 'True: its machine went away in the middle, which does not fail the deployment as long as another machine got the release.';

ALTER TABLE step_run ADD COLUMN failures integer NOT NULL DEFAULT 0 CHECK (failures >= 0);
COMMENT ON COLUMN step_run.failures IS 'How often it failed and was given out again because the step has retries.';

CREATE TABLE deployment_gate (
    deployment_id bigint NOT NULL REFERENCES deployment (id) ON DELETE CASCADE,
    step_index    integer NOT NULL CHECK (step_index >= 0),
    step_name     text NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('manual', 'healthCheck')),
    instructions  text NOT NULL DEFAULT '' CHECK (length(instructions) <= 4000),
    state         text NOT NULL CHECK (state IN ('waiting', 'passed', 'refused', 'timedOut', 'skipped')),
    reached_at    timestamptz NOT NULL DEFAULT now(),
    due_at        timestamptz,
    decided_at    timestamptz,
    decided_by    text,
    reason        text NOT NULL DEFAULT '' CHECK (length(reason) <= 1000),
    PRIMARY KEY (deployment_id, step_index),
    CHECK ((state = 'waiting') = (decided_at IS NULL))
);
CREATE INDEX deployment_gate_waiting ON deployment_gate (due_at) WHERE state = 'waiting';
COMMENT ON TABLE deployment_gate IS 'The steps of deployments that no machine runs, from when all machines have come to them: approvals and health checks. What comes after waits.';
COMMENT ON COLUMN deployment_gate.deployment_id IS 'The deployment.';
COMMENT ON COLUMN deployment_gate.step_index IS 'Position in the release''s process, from 0.';
COMMENT ON COLUMN deployment_gate.step_name IS 'Name of the step.';
COMMENT ON COLUMN deployment_gate.kind IS 'manual: a person approves or refuses. healthCheck: machines that do not answer are left out.';
COMMENT ON COLUMN deployment_gate.instructions IS 'What whoever approves is told.';
COMMENT ON COLUMN deployment_gate.state IS 'waiting becomes any of the others. passed: approved, or checked. timedOut: nobody answered in time. skipped: it was not needed.';
COMMENT ON COLUMN deployment_gate.reached_at IS 'When all machines had come to it.';
COMMENT ON COLUMN deployment_gate.due_at IS 'When waiting ends without an answer.';
COMMENT ON COLUMN deployment_gate.decided_at IS 'When waiting ended.';
COMMENT ON COLUMN deployment_gate.decided_by IS 'Who approved or refused.';
COMMENT ON COLUMN deployment_gate.reason IS 'Why, in the words of whoever decided.';

CREATE FUNCTION step_is_for(step jsonb, roles text[], automatic boolean) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT NOT (step ? 'manual' OR step ? 'healthCheck')
       AND (jsonb_array_length(coalesce(step -> 'roles', '[]')) = 0 OR step -> 'roles' ?| roles)
       AND NOT (automatic AND coalesce(step ->> 'onAutomatic', 'run') = 'skip')
$$;
COMMENT ON FUNCTION step_is_for(jsonb, text[], boolean) IS 'Whether a machine with these roles runs the step of a release, in an automatic deployment or in one that a person asked for.';

CREATE FUNCTION release_is_for(process jsonb, roles text[], automatic boolean) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT EXISTS (SELECT 1 FROM jsonb_array_elements(process) s
                   WHERE step_is_for(s, roles, automatic) AND coalesce(s ->> 'runWhen', 'success') <> 'failure')
$$;
COMMENT ON FUNCTION release_is_for(jsonb, text[], boolean) IS 'Whether anything of a release''s process is for a machine with these roles when all goes well.';

DO $$
BEGIN
    IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('tidemark_app', 'tidemark_readonly')) = 2 THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON deployment_gate TO tidemark_app;
        GRANT SELECT ON deployment_gate TO tidemark_readonly;
    END IF;
END $$;
