-- How machines are checked, when they count as unavailable, and when they are cleaned up. A policy is a row of its own;
-- a machine only says which one it follows.

CREATE TABLE machine_policy (
    id                         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name                       text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$'),
    description                text NOT NULL DEFAULT '' CHECK (length(description) <= 1000),
    check_kind                 text CHECK (check_kind IN ('connection', 'script')),
    check_script               text CHECK (length(check_script) <= 100000),
    check_interval_seconds     integer CHECK (check_interval_seconds BETWEEN 10 AND 2592000),
    check_cron                 text CHECK (length(check_cron) <= 100),
    check_timeout_seconds      integer CHECK (check_timeout_seconds BETWEEN 1 AND 3600),
    warning_exit_codes         integer[] CHECK (cardinality(warning_exit_codes) <= 50),
    check_before_deployment    boolean,
    unavailable_after_seconds  integer CHECK (unavailable_after_seconds BETWEEN 1 AND 86400),
    may_be_offline             boolean,
    delete_unavailable         boolean,
    delete_after_seconds       integer CHECK (delete_after_seconds BETWEEN 0 AND 31536000),
    purge_after_seconds        integer CHECK (purge_after_seconds BETWEEN 0 AND 31536000),
    guard_share_percent        integer CHECK (guard_share_percent BETWEEN 1 AND 100),
    guard_count                integer CHECK (guard_count BETWEEN 1 AND 100000),
    keep_releases              integer CHECK (keep_releases BETWEEN 1 AND 100),
    created_at                 timestamptz NOT NULL DEFAULT now(),
    updated_at                 timestamptz NOT NULL DEFAULT now(),
    CHECK (check_interval_seconds IS NULL OR check_cron IS NULL)
);
COMMENT ON TABLE machine_policy IS 'How the machines that follow it are health-checked, when they count as unavailable, and when they are cleaned up. A null field is inherited from the policy named default.';
COMMENT ON COLUMN machine_policy.id IS 'Surrogate key.';
COMMENT ON COLUMN machine_policy.name IS 'Unique name; default is there from the beginning, applies to machines that name no policy, and cannot be deleted.';
COMMENT ON COLUMN machine_policy.description IS 'Free text for people.';
COMMENT ON COLUMN machine_policy.check_kind IS 'connection: a connected agent is healthy. script: check_script says.';
COMMENT ON COLUMN machine_policy.check_script IS 'The health check, run on the machine.';
COMMENT ON COLUMN machine_policy.check_interval_seconds IS 'Time from one check to the next; excludes check_cron.';
COMMENT ON COLUMN machine_policy.check_cron IS 'When to check, as five cron fields in UTC; excludes check_interval_seconds.';
COMMENT ON COLUMN machine_policy.check_timeout_seconds IS 'How long a check may take.';
COMMENT ON COLUMN machine_policy.warning_exit_codes IS 'Exit codes of the check that mean HasWarnings; 0 is healthy, every other code unhealthy.';
COMMENT ON COLUMN machine_policy.check_before_deployment IS 'Check a machine before the first step of a run is given to it.';
COMMENT ON COLUMN machine_policy.unavailable_after_seconds IS 'How long an agent may be silent before its machine is unavailable; null in default too: the nodes'' setting.';
COMMENT ON COLUMN machine_policy.may_be_offline IS 'True: a machine that is not available is skipped without failing a deployment, whatever the project says.';
COMMENT ON COLUMN machine_policy.delete_unavailable IS 'Whether machines that stay unavailable are cleaned up.';
COMMENT ON COLUMN machine_policy.delete_after_seconds IS 'How long unavailable before it is cleaned up.';
COMMENT ON COLUMN machine_policy.purge_after_seconds IS 'How long an expired machine can still be taken back before it is deleted.';
COMMENT ON COLUMN machine_policy.guard_share_percent IS 'Cleanup stops and asks when at least this share of the policy''s machines is to go at once, and guard_count of them.';
COMMENT ON COLUMN machine_policy.guard_count IS 'See guard_share_percent.';
COMMENT ON COLUMN machine_policy.keep_releases IS 'How many releases of a package stay on the machine, at most; a step may say fewer.';
COMMENT ON COLUMN machine_policy.created_at IS 'When it was first applied.';
COMMENT ON COLUMN machine_policy.updated_at IS 'When it last changed.';
INSERT INTO machine_policy (name, description, check_kind, check_interval_seconds, check_timeout_seconds,
                            warning_exit_codes, check_before_deployment, may_be_offline, delete_unavailable,
                            delete_after_seconds, purge_after_seconds, guard_share_percent, guard_count)
VALUES ('default', 'What other policies inherit, and what applies to machines that name none.', 'connection', 3600, 60,
        '{}', false, false, false, 3600, 3600, 30, 3);

ALTER TABLE machine ADD COLUMN policy_id bigint REFERENCES machine_policy (id),
                    ADD COLUMN ephemeral boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN machine.policy_id IS 'The machine policy it follows; null: default.';
COMMENT ON COLUMN machine.ephemeral IS 'True: its token said so; it is cleaned up as soon as it says goodbye.';
ALTER TABLE join_token ADD COLUMN policy_id bigint REFERENCES machine_policy (id),
                       ADD COLUMN ephemeral boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN join_token.policy_id IS 'The machine policy that machines get; null: default.';
COMMENT ON COLUMN join_token.ephemeral IS 'True: machines that join with it are ephemeral.';

CREATE VIEW machine_policy_in_force AS
SELECT p.id, p.name,
       coalesce(p.check_kind, d.check_kind) AS check_kind,
       coalesce(p.check_script, d.check_script) AS check_script,
       CASE WHEN p.check_cron IS NOT NULL THEN NULL
            ELSE coalesce(p.check_interval_seconds, d.check_interval_seconds) END AS check_interval_seconds,
       CASE WHEN p.check_interval_seconds IS NOT NULL THEN NULL
            ELSE coalesce(p.check_cron, d.check_cron) END AS check_cron,
       coalesce(p.check_timeout_seconds, d.check_timeout_seconds) AS check_timeout_seconds,
       coalesce(p.warning_exit_codes, d.warning_exit_codes) AS warning_exit_codes,
       coalesce(p.check_before_deployment, d.check_before_deployment) AS check_before_deployment,
       coalesce(p.unavailable_after_seconds, d.unavailable_after_seconds) AS unavailable_after_seconds,
       coalesce(p.may_be_offline, d.may_be_offline) AS may_be_offline,
       coalesce(p.delete_unavailable, d.delete_unavailable) AS delete_unavailable,
       coalesce(p.delete_after_seconds, d.delete_after_seconds) AS delete_after_seconds,
       coalesce(p.purge_after_seconds, d.purge_after_seconds) AS purge_after_seconds,
       coalesce(p.guard_share_percent, d.guard_share_percent) AS guard_share_percent,
       coalesce(p.guard_count, d.guard_count) AS guard_count,
       coalesce(p.keep_releases, d.keep_releases) AS keep_releases
FROM machine_policy p CROSS JOIN (SELECT * FROM machine_policy WHERE name = 'default') d;
COMMENT ON VIEW machine_policy_in_force IS 'Machine policies with what they inherit filled in.';

CREATE FUNCTION machine_policy_of(policy bigint) RETURNS SETOF machine_policy_in_force
LANGUAGE sql STABLE AS $$
    SELECT * FROM machine_policy_in_force f
    WHERE f.id = coalesce(policy, (SELECT id FROM machine_policy WHERE name = 'default'))
$$;
COMMENT ON FUNCTION machine_policy_of(bigint) IS 'The policy in force for a machine, from machine.policy_id.';
