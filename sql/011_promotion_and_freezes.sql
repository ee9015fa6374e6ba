-- When and in which order releases may come to environments: freezes, phases of a project, and releases that are to be
-- rolled out by themselves.

CREATE TABLE deployment_freeze (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$'),
    description text NOT NULL DEFAULT '' CHECK (length(description) <= 1000),
    reason      text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
    starts_at   timestamptz NOT NULL,
    ends_at     timestamptz NOT NULL CHECK (ends_at > starts_at),
    start_told  boolean NOT NULL DEFAULT false,
    end_told    boolean NOT NULL DEFAULT false,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX deployment_freeze_to_be_told ON deployment_freeze (id) WHERE NOT (start_told AND end_told);
COMMENT ON TABLE deployment_freeze IS 'A window of time in which nothing is deployed to some environments.';
COMMENT ON COLUMN deployment_freeze.id IS 'Surrogate key.';
COMMENT ON COLUMN deployment_freeze.name IS 'Unique name.';
COMMENT ON COLUMN deployment_freeze.description IS 'Free text for people.';
COMMENT ON COLUMN deployment_freeze.reason IS 'Why, as people are told who want to deploy meanwhile.';
COMMENT ON COLUMN deployment_freeze.starts_at IS 'From when.';
COMMENT ON COLUMN deployment_freeze.ends_at IS 'Until when.';
COMMENT ON COLUMN deployment_freeze.start_told IS 'Whether FreezeStarted was written.';
COMMENT ON COLUMN deployment_freeze.end_told IS 'Whether FreezeEnded was written.';
COMMENT ON COLUMN deployment_freeze.created_at IS 'When it was first applied.';
COMMENT ON COLUMN deployment_freeze.updated_at IS 'When it last changed.';

CREATE TABLE deployment_freeze_environment (
    freeze_id      bigint NOT NULL REFERENCES deployment_freeze (id) ON DELETE CASCADE,
    environment_id bigint NOT NULL REFERENCES environment (id) ON DELETE CASCADE,
    PRIMARY KEY (freeze_id, environment_id)
);
CREATE INDEX freeze_environment_by_environment ON deployment_freeze_environment (environment_id);
COMMENT ON TABLE deployment_freeze_environment IS 'The environments that a freeze is about.';
COMMENT ON COLUMN deployment_freeze_environment.freeze_id IS 'The freeze.';
COMMENT ON COLUMN deployment_freeze_environment.environment_id IS 'An environment of it.';

CREATE TABLE deployment_freeze_project (
    freeze_id  bigint NOT NULL REFERENCES deployment_freeze (id) ON DELETE CASCADE,
    project_id bigint NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    PRIMARY KEY (freeze_id, project_id)
);
CREATE INDEX freeze_project_by_project ON deployment_freeze_project (project_id);
COMMENT ON TABLE deployment_freeze_project IS 'The projects that a freeze is about; none: all of them.';
COMMENT ON COLUMN deployment_freeze_project.freeze_id IS 'The freeze.';
COMMENT ON COLUMN deployment_freeze_project.project_id IS 'A project of it.';

CREATE VIEW deployment_freeze_in_force AS
SELECT f.id, f.name, f.reason, f.starts_at, f.ends_at, fe.environment_id, fp.project_id
FROM deployment_freeze f
JOIN deployment_freeze_environment fe ON fe.freeze_id = f.id
LEFT JOIN deployment_freeze_project fp ON fp.freeze_id = f.id
WHERE f.starts_at <= now() AND f.ends_at > now();
COMMENT ON VIEW deployment_freeze_in_force IS 'Freezes that are in force now: a row for each environment and project; no project: all of them.';

ALTER TABLE project ADD COLUMN phases jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(phases) = 'array');
COMMENT ON COLUMN project.phases IS 'The order in which releases come to environments: name, environments, automatic, optional; none: any order.';

CREATE TABLE promotion (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project_id     bigint NOT NULL REFERENCES project (id),
    release_id     bigint NOT NULL,
    environment_id bigint NOT NULL REFERENCES environment (id) ON DELETE CASCADE,
    phase          text NOT NULL,
    deployment_id  bigint REFERENCES deployment (id),
    outcome        text CHECK (outcome IN ('rolledOut', 'overtaken', 'refused')),
    message        text NOT NULL DEFAULT '' CHECK (length(message) <= 1000),
    next_at        timestamptz NOT NULL DEFAULT now(),
    created_at     timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (release_id, project_id) REFERENCES release (id, project_id),
    UNIQUE (release_id, environment_id)
);
CREATE INDEX promotion_open ON promotion (next_at) WHERE outcome IS NULL;
COMMENT ON TABLE promotion IS 'A release that is to be rolled out to an environment by itself, because its phase is automatic: once for each.';
COMMENT ON COLUMN promotion.id IS 'Surrogate key.';
COMMENT ON COLUMN promotion.project_id IS 'The project.';
COMMENT ON COLUMN promotion.release_id IS 'The release.';
COMMENT ON COLUMN promotion.environment_id IS 'Where it is to go.';
COMMENT ON COLUMN promotion.phase IS 'The phase that says so.';
COMMENT ON COLUMN promotion.deployment_id IS 'The rollout that was made of it.';
COMMENT ON COLUMN promotion.outcome IS 'rolledOut: the rollout was begun. overtaken: a newer release was to go there first. refused: it can not be done. null: it waits.';
COMMENT ON COLUMN promotion.message IS 'What it waits for, or why it was refused.';
COMMENT ON COLUMN promotion.next_at IS 'When it is looked at again.';
COMMENT ON COLUMN promotion.created_at IS 'Since when.';

DO $$
BEGIN
    IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('tidemark_app', 'tidemark_readonly')) = 2 THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON deployment_freeze, deployment_freeze_environment, deployment_freeze_project, promotion TO tidemark_app;
        GRANT SELECT ON deployment_freeze_in_force TO tidemark_app;
        GRANT SELECT ON deployment_freeze, deployment_freeze_environment, deployment_freeze_project, deployment_freeze_in_force, promotion TO tidemark_readonly;
    END IF;
END $$;
