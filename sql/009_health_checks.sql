-- Health checks: one look at a machine, from the moment it is wanted to what came of it, and when the next one is due.

CREATE TABLE health_check (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    machine_id         bigint NOT NULL REFERENCES machine (id),
    cause              text NOT NULL CHECK (cause IN ('connected', 'scheduled', 'requested', 'deployment')),
    requested_by       text NOT NULL,
    state              text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'given', 'concluded')),
    script             text NOT NULL,
    timeout_seconds    integer NOT NULL CHECK (timeout_seconds > 0),
    warning_exit_codes integer[] NOT NULL,
    fence              bigint NOT NULL DEFAULT 0,
    created_at         timestamptz NOT NULL DEFAULT now(),
    given_at           timestamptz,
    concluded_at       timestamptz,
    health             text CHECK (health IN ('Healthy', 'HasWarnings', 'Unhealthy', 'Unavailable')),
    exit_code          integer,
    reason             text NOT NULL DEFAULT '' CHECK (length(reason) <= 2000),
    output             text NOT NULL DEFAULT '' CHECK (octet_length(output) <= 4096),
    CHECK ((state = 'concluded') = (concluded_at IS NOT NULL)),
    CHECK ((state = 'concluded') = (health IS NOT NULL))
);
CREATE UNIQUE INDEX health_check_one_open ON health_check (machine_id) WHERE state <> 'concluded';
CREATE INDEX health_check_by_machine ON health_check (machine_id, id);
COMMENT ON TABLE health_check IS 'The health checks of machines, the last few of each; at most one of a machine is open.';
COMMENT ON COLUMN health_check.id IS 'Surrogate key.';
COMMENT ON COLUMN health_check.machine_id IS 'The machine.';
COMMENT ON COLUMN health_check.cause IS 'Why: its agent connected, the policy''s schedule, somebody asked, or a deployment is about to begin.';
COMMENT ON COLUMN health_check.requested_by IS 'Who wanted it.';
COMMENT ON COLUMN health_check.state IS 'waiting: the agent has not fetched it. given: the agent has it. concluded: see health.';
COMMENT ON COLUMN health_check.script IS 'What the agent runs; empty: nothing, the connection alone says.';
COMMENT ON COLUMN health_check.timeout_seconds IS 'How long the script may take.';
COMMENT ON COLUMN health_check.warning_exit_codes IS 'Exit codes that mean HasWarnings.';
COMMENT ON COLUMN health_check.fence IS 'Grows each time that it is given out; a result under an older one is refused.';
COMMENT ON COLUMN health_check.created_at IS 'When it was wanted.';
COMMENT ON COLUMN health_check.given_at IS 'When the agent fetched it.';
COMMENT ON COLUMN health_check.concluded_at IS 'When it was concluded.';
COMMENT ON COLUMN health_check.health IS 'What it says of the machine; Unavailable: its agent was not there to ask.';
COMMENT ON COLUMN health_check.exit_code IS 'How the script ended; null: it did not run to its end.';
COMMENT ON COLUMN health_check.reason IS 'Why it says so.';
COMMENT ON COLUMN health_check.output IS 'What the script wrote: the beginning and the end of it.';

CREATE TABLE health_check_due (
    machine_id bigint PRIMARY KEY REFERENCES machine (id) ON DELETE CASCADE,
    due_at     timestamptz NOT NULL
);
CREATE INDEX health_check_due_by_time ON health_check_due (due_at);
COMMENT ON TABLE health_check_due IS 'When the next health check of a machine arises by itself.';
COMMENT ON COLUMN health_check_due.machine_id IS 'The machine.';
COMMENT ON COLUMN health_check_due.due_at IS 'From when on; in the past while its agent is away.';

ALTER TABLE run ADD COLUMN health_check_id bigint REFERENCES health_check (id) ON DELETE SET NULL;
COMMENT ON COLUMN run.health_check_id IS 'The health check that its first step waits for, or waited for; null: none.';
CREATE INDEX run_by_health_check ON run (health_check_id) WHERE health_check_id IS NOT NULL;

DO $$
BEGIN
    IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('tidemark_app', 'tidemark_readonly')) = 2 THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON machine_policy, health_check, health_check_due TO tidemark_app;
        GRANT SELECT ON machine_policy_in_force TO tidemark_app;
        GRANT SELECT ON machine_policy, machine_policy_in_force, health_check, health_check_due TO tidemark_readonly;
    END IF;
END $$;
