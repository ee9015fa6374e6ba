-- What should be where, what is being done about it, and what came of it.

CREATE TABLE deployment (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project_id     bigint NOT NULL REFERENCES project (id),
    release_id     bigint NOT NULL,
    environment_id bigint NOT NULL REFERENCES environment (id),
    kind           text NOT NULL CHECK (kind IN ('rollout', 'selected', 'automatic')),
    trigger_id     bigint REFERENCES project_trigger (id) ON DELETE SET NULL,
    state          text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'succeeded', 'failed', 'cancelled')),
    reason         text NOT NULL DEFAULT '',
    requested_by   text NOT NULL,
    cancel_requested_at timestamptz,
    created_at     timestamptz NOT NULL DEFAULT now(),
    finished_at    timestamptz,
    FOREIGN KEY (release_id, project_id) REFERENCES release (id, project_id),
    CHECK ((state = 'running') = (finished_at IS NULL))
);
CREATE UNIQUE INDEX deployment_one_open_rollout ON deployment (project_id, environment_id)
    WHERE kind = 'rollout' AND state = 'running';
CREATE INDEX deployment_open ON deployment (id) WHERE state = 'running';
CREATE INDEX deployment_by_place ON deployment (project_id, environment_id, id);
COMMENT ON TABLE deployment IS 'One rollout of a release to an environment, to some machines of it, or to machines that arrived.';
COMMENT ON COLUMN deployment.id IS 'Surrogate key.';
COMMENT ON COLUMN deployment.project_id IS 'The project.';
COMMENT ON COLUMN deployment.release_id IS 'The release.';
COMMENT ON COLUMN deployment.environment_id IS 'The environment.';
COMMENT ON COLUMN deployment.kind IS 'rollout: to all machines of the environment, and its success makes the release the environment''s. selected: to machines that a person named. automatic: to machines that needed it.';
COMMENT ON COLUMN deployment.trigger_id IS 'The trigger of an automatic one.';
COMMENT ON COLUMN deployment.state IS 'running until every run has ended.';
COMMENT ON COLUMN deployment.reason IS 'Why it ended as it did.';
COMMENT ON COLUMN deployment.requested_by IS 'Who asked for it.';
COMMENT ON COLUMN deployment.cancel_requested_at IS 'When somebody asked to cancel it.';
COMMENT ON COLUMN deployment.created_at IS 'When it was created.';
COMMENT ON COLUMN deployment.finished_at IS 'When its last run ended.';

CREATE TABLE environment_release (
    environment_id bigint NOT NULL REFERENCES environment (id),
    project_id     bigint NOT NULL REFERENCES project (id),
    release_id     bigint NOT NULL,
    deployment_id  bigint NOT NULL REFERENCES deployment (id),
    since          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (environment_id, project_id),
    FOREIGN KEY (release_id, project_id) REFERENCES release (id, project_id)
);
COMMENT ON TABLE environment_release IS 'The last release that was successfully rolled out to each environment: what a machine there should have.';
COMMENT ON COLUMN environment_release.environment_id IS 'The environment.';
COMMENT ON COLUMN environment_release.project_id IS 'The project.';
COMMENT ON COLUMN environment_release.release_id IS 'The release.';
COMMENT ON COLUMN environment_release.deployment_id IS 'The rollout that made it so.';
COMMENT ON COLUMN environment_release.since IS 'Since when.';

CREATE TABLE need (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    machine_id     bigint NOT NULL REFERENCES machine (id),
    project_id     bigint NOT NULL REFERENCES project (id),
    trigger_id     bigint REFERENCES project_trigger (id) ON DELETE SET NULL,
    event_id       bigint NOT NULL,
    redeploy       boolean NOT NULL DEFAULT false,
    verdict        text NOT NULL DEFAULT 'new',
    reason         text NOT NULL DEFAULT '',
    attempts       integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    attempts_release_id bigint,
    opened_at      timestamptz NOT NULL DEFAULT now(),
    due_at         timestamptz DEFAULT now(),
    closed_at      timestamptz,
    outcome        text CHECK (outcome IN ('satisfied', 'withdrawn', 'notApplicable')),
    CHECK ((closed_at IS NULL) = (outcome IS NULL))
);
CREATE UNIQUE INDEX need_one_open ON need (machine_id, project_id) WHERE closed_at IS NULL;
CREATE INDEX need_due ON need (due_at, id) WHERE closed_at IS NULL AND due_at IS NOT NULL;
CREATE INDEX need_open_by_project ON need (project_id, id) WHERE closed_at IS NULL;
COMMENT ON TABLE need IS 'A machine that still lacks its release of a project. It lives until satisfied or withdrawn, so no machine waits for an event that will not come.';
COMMENT ON COLUMN need.id IS 'Surrogate key.';
COMMENT ON COLUMN need.machine_id IS 'The machine.';
COMMENT ON COLUMN need.project_id IS 'The project.';
COMMENT ON COLUMN need.trigger_id IS 'The trigger that opened it.';
COMMENT ON COLUMN need.event_id IS 'The event that opened it, or that last asked for a redeployment.';
COMMENT ON COLUMN need.redeploy IS 'Deploy even if the machine has the release already.';
COMMENT ON COLUMN need.verdict IS 'What the last look at it concluded: a reason code, see docs/reason-codes.md.';
COMMENT ON COLUMN need.reason IS 'The same in words.';
COMMENT ON COLUMN need.attempts IS 'Runs made for it with the present release.';
COMMENT ON COLUMN need.attempts_release_id IS 'The release that attempts counts.';
COMMENT ON COLUMN need.opened_at IS 'When it was opened.';
COMMENT ON COLUMN need.due_at IS 'When to look at it again; null: when something about it changes.';
COMMENT ON COLUMN need.closed_at IS 'When it ended.';
COMMENT ON COLUMN need.outcome IS 'How it ended.';

CREATE TABLE run (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    deployment_id bigint NOT NULL REFERENCES deployment (id),
    machine_id    bigint NOT NULL REFERENCES machine (id),
    project_id    bigint NOT NULL REFERENCES project (id),
    release_id    bigint NOT NULL REFERENCES release (id),
    need_id       bigint REFERENCES need (id),
    state         text NOT NULL DEFAULT 'pending'
                  CHECK (state IN ('pending', 'running', 'succeeded', 'failed', 'cancelled', 'skipped', 'unknown')),
    reason        text NOT NULL DEFAULT '',
    created_at    timestamptz NOT NULL DEFAULT now(),
    started_at    timestamptz,
    finished_at   timestamptz,
    UNIQUE (deployment_id, machine_id),
    CHECK ((state IN ('pending', 'running')) = (finished_at IS NULL))
);
CREATE UNIQUE INDEX run_one_running_per_project ON run (machine_id, project_id) WHERE state = 'running';
CREATE UNIQUE INDEX run_one_open_per_need ON run (need_id) WHERE state IN ('pending', 'running');
CREATE INDEX run_open_by_machine ON run (machine_id, id) WHERE state IN ('pending', 'running');
CREATE INDEX run_by_machine ON run (machine_id, id);
CREATE INDEX run_by_need ON run (need_id, id) WHERE need_id IS NOT NULL;
COMMENT ON TABLE run IS 'The part of a deployment on one machine.';
COMMENT ON COLUMN run.id IS 'Surrogate key.';
COMMENT ON COLUMN run.deployment_id IS 'The deployment.';
COMMENT ON COLUMN run.machine_id IS 'The machine.';
COMMENT ON COLUMN run.project_id IS 'The project.';
COMMENT ON COLUMN run.release_id IS 'The release.';
COMMENT ON COLUMN run.need_id IS 'The need it serves, of an automatic one.';
COMMENT ON COLUMN run.state IS 'pending and running are open; unknown: it cannot be known whether a step ran to its end.';
COMMENT ON COLUMN run.reason IS 'Why it ended as it did.';
COMMENT ON COLUMN run.created_at IS 'When it was created.';
COMMENT ON COLUMN run.started_at IS 'When its first step was offered.';
COMMENT ON COLUMN run.finished_at IS 'When it ended.';

CREATE TABLE step_run (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id        bigint NOT NULL REFERENCES run (id),
    deployment_id bigint NOT NULL REFERENCES deployment (id),
    machine_id    bigint NOT NULL REFERENCES machine (id),
    step_index    integer NOT NULL CHECK (step_index >= 0),
    step_name     text NOT NULL,
    state         text NOT NULL DEFAULT 'pending'
                  CHECK (state IN ('pending', 'offered', 'running', 'succeeded', 'failed', 'cancelled', 'skipped', 'unknown')),
    attempt       integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    fence         bigint NOT NULL DEFAULT 0 CHECK (fence >= 0),
    session_epoch bigint,
    exit_code     integer,
    message       text NOT NULL DEFAULT '' CHECK (length(message) <= 4000),
    log_bytes     bigint NOT NULL DEFAULT 0,
    log_base      bigint NOT NULL DEFAULT 0,
    log_dropped_bytes bigint NOT NULL DEFAULT 0,
    offered_at    timestamptz,
    started_at    timestamptz,
    finished_at   timestamptz,
    UNIQUE (run_id, step_index)
);
CREATE UNIQUE INDEX step_run_one_active_per_machine ON step_run (machine_id) WHERE state IN ('offered', 'running');
CREATE INDEX step_run_by_deployment ON step_run (deployment_id, step_index, run_id);
COMMENT ON TABLE step_run IS 'One step of a run. A machine has at most one in hand, and is given it under a fence.';
COMMENT ON COLUMN step_run.id IS 'Surrogate key; the agent''s journal names it.';
COMMENT ON COLUMN step_run.run_id IS 'The run.';
COMMENT ON COLUMN step_run.deployment_id IS 'The deployment.';
COMMENT ON COLUMN step_run.machine_id IS 'The machine.';
COMMENT ON COLUMN step_run.step_index IS 'Position in the release''s process, from 0.';
COMMENT ON COLUMN step_run.step_name IS 'Name of the step.';
COMMENT ON COLUMN step_run.state IS 'offered: waits for the agent to accept. unknown: it may or may not have run.';
COMMENT ON COLUMN step_run.attempt IS 'How often it was offered.';
COMMENT ON COLUMN step_run.fence IS 'Grows with every offer; accepting and reporting need the current one.';
COMMENT ON COLUMN step_run.session_epoch IS 'Agent session that accepted it.';
COMMENT ON COLUMN step_run.exit_code IS 'Exit code of the script or check; 128 + n for signal n.';
COMMENT ON COLUMN step_run.message IS 'What the agent or a node says of the outcome. Untrusted text.';
COMMENT ON COLUMN step_run.log_bytes IS 'How much of its log has arrived.';
COMMENT ON COLUMN step_run.log_base IS 'Where the log of the present attempt begins; what earlier attempts wrote stays before it.';
COMMENT ON COLUMN step_run.log_dropped_bytes IS 'How much output the agent cut because of the limit.';
COMMENT ON COLUMN step_run.offered_at IS 'When it was last offered.';
COMMENT ON COLUMN step_run.started_at IS 'When the agent accepted it.';
COMMENT ON COLUMN step_run.finished_at IS 'When it ended.';

CREATE TABLE log_chunk (
    step_run_id bigint NOT NULL REFERENCES step_run (id),
    log_offset  bigint NOT NULL CHECK (log_offset >= 0),
    data        bytea NOT NULL CHECK (octet_length(data) BETWEEN 1 AND 262144),
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (step_run_id, log_offset)
);
COMMENT ON TABLE log_chunk IS 'Output of steps in pieces, in order, without gaps.';
COMMENT ON COLUMN log_chunk.step_run_id IS 'The step.';
COMMENT ON COLUMN log_chunk.log_offset IS 'Position of the first byte.';
COMMENT ON COLUMN log_chunk.data IS 'The bytes as the agent sent them. Untrusted.';
COMMENT ON COLUMN log_chunk.received_at IS 'When they arrived.';

CREATE TABLE machine_release (
    machine_id        bigint NOT NULL REFERENCES machine (id),
    project_id        bigint NOT NULL REFERENCES project (id),
    actual_release_id bigint REFERENCES release (id),
    incomplete_release_id bigint REFERENCES release (id),
    proven_at         timestamptz NOT NULL DEFAULT now(),
    run_id            bigint REFERENCES run (id),
    PRIMARY KEY (machine_id, project_id)
);
COMMENT ON TABLE machine_release IS 'What each machine''s agent last proved to be on it, for every project. What should be on it is derived: see the view machine_status.';
COMMENT ON COLUMN machine_release.machine_id IS 'The machine.';
COMMENT ON COLUMN machine_release.project_id IS 'The project.';
COMMENT ON COLUMN machine_release.actual_release_id IS 'The release that the agent last proved complete on it; null: none.';
COMMENT ON COLUMN machine_release.incomplete_release_id IS 'A release that was begun on it and did not complete; null: none.';
COMMENT ON COLUMN machine_release.proven_at IS 'When the agent last proved it.';
COMMENT ON COLUMN machine_release.run_id IS 'The run that put it there; null when only an inventory told.';

CREATE TABLE decision (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id      bigint NOT NULL,
    trigger_id    bigint,
    machine_id    bigint NOT NULL,
    project_id    bigint NOT NULL,
    need_id       bigint,
    deployment_id bigint,
    release_id    bigint,
    kind          text NOT NULL CHECK (kind IN ('match', 'plan')),
    verdict       text NOT NULL,
    reason        text NOT NULL,
    term          bigint NOT NULL,
    node          text NOT NULL,
    decided_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE UNIQUE INDEX decision_once_per_event ON decision (event_id, trigger_id, machine_id) WHERE kind = 'match';
CREATE INDEX decision_by_machine ON decision (machine_id, project_id, id);
CREATE INDEX decision_by_need ON decision (need_id, id) WHERE need_id IS NOT NULL;
COMMENT ON TABLE decision IS 'What scans concluded and why: one row for every event that a trigger matched, and one for every change of mind about a need.';
COMMENT ON COLUMN decision.id IS 'Surrogate key.';
COMMENT ON COLUMN decision.event_id IS 'The event that led there.';
COMMENT ON COLUMN decision.trigger_id IS 'The trigger.';
COMMENT ON COLUMN decision.machine_id IS 'The machine.';
COMMENT ON COLUMN decision.project_id IS 'The project.';
COMMENT ON COLUMN decision.need_id IS 'The need that was opened or looked at.';
COMMENT ON COLUMN decision.deployment_id IS 'The deployment that was created or waited for.';
COMMENT ON COLUMN decision.release_id IS 'The release concerned.';
COMMENT ON COLUMN decision.kind IS 'match: an event met a trigger. plan: a need was looked at.';
COMMENT ON COLUMN decision.verdict IS 'Reason code, see docs/reason-codes.md.';
COMMENT ON COLUMN decision.reason IS 'The same in words.';
COMMENT ON COLUMN decision.term IS 'Term of the leader that decided.';
COMMENT ON COLUMN decision.node IS 'Node that decided.';
COMMENT ON COLUMN decision.decided_at IS 'When.';
