-- Which machines are cleaned up, what holds that back, and environments that end by themselves.

CREATE TABLE presence_gap (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    from_at  timestamptz NOT NULL,
    until_at timestamptz NOT NULL,
    CHECK (from_at < until_at)
);
CREATE INDEX presence_gap_by_end ON presence_gap (until_at);
COMMENT ON TABLE presence_gap IS 'Times in which no node was there to hear agents. They do not count as silence of anybody; see presence_watch for the present period.';
COMMENT ON COLUMN presence_gap.id IS 'Surrogate key.';
COMMENT ON COLUMN presence_gap.from_at IS 'The last sign of a node that listened.';
COMMENT ON COLUMN presence_gap.until_at IS 'The first sign after it.';

ALTER TABLE machine ADD COLUMN expired_at timestamptz,
                    ADD COLUMN restored_at timestamptz,
                    ADD COLUMN cleanup_allowed_at timestamptz,
                    ADD COLUMN purge_failures integer NOT NULL DEFAULT 0 CHECK (purge_failures >= 0),
                    ADD COLUMN purge_retry_at timestamptz;
CREATE INDEX machine_unavailable ON machine (health_since) WHERE deleted_at IS NULL AND health = 'Unavailable';
CREATE INDEX machine_cleaned_up ON machine (health_since) WHERE deleted_at IS NOT NULL AND expired_at IS NOT NULL;
COMMENT ON COLUMN machine.expired_at IS 'When its policy expired it: nothing is deployed to it, and it is deleted later unless it is restored; null: it is not expired.';
COMMENT ON COLUMN machine.restored_at IS 'When it was last restored: its unavailability counts from then.';
COMMENT ON COLUMN machine.cleanup_allowed_at IS 'When a person let the batch go that it belonged to; counts for the silence that had begun by then.';
COMMENT ON COLUMN machine.purge_failures IS 'How often its deletion by policy has failed.';
COMMENT ON COLUMN machine.purge_retry_at IS 'When its deletion is tried again after a failure.';

CREATE TABLE cleanup_hold (
    policy_id bigint PRIMARY KEY REFERENCES machine_policy (id) ON DELETE CASCADE,
    scope     text NOT NULL CHECK (scope IN ('policy', 'fleet')),
    machines  integer NOT NULL CHECK (machines > 0),
    of        integer NOT NULL CHECK (of >= machines),
    held_at   timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE cleanup_hold IS 'Policies whose cleanup stands still because too many machines fell silent together. The row goes when enough are back, or when a person allows the cleanup.';
COMMENT ON COLUMN cleanup_hold.policy_id IS 'The policy.';
COMMENT ON COLUMN cleanup_hold.scope IS 'policy: too many of the policy''s machines. fleet: too many of the whole fleet, by the limits of the policy default.';
COMMENT ON COLUMN cleanup_hold.machines IS 'How many fell silent together, at the last look.';
COMMENT ON COLUMN cleanup_hold.of IS 'Out of how many.';
COMMENT ON COLUMN cleanup_hold.held_at IS 'Since when.';

ALTER TABLE environment ADD COLUMN deleted_at timestamptz;
COMMENT ON COLUMN environment.deleted_at IS 'When it was deleted; its row stays under another name, so that its history stays readable and its name is free.';

CREATE TABLE ephemeral_environment (
    environment_id      bigint PRIMARY KEY REFERENCES environment (id),
    template_id         bigint NOT NULL REFERENCES environment (id),
    expires_at          timestamptz NOT NULL,
    idle_limit_seconds  integer CHECK (idle_limit_seconds BETWEEN 60 AND 31536000),
    delete_when_empty   boolean NOT NULL DEFAULT false,
    warn_before_seconds integer NOT NULL DEFAULT 1800 CHECK (warn_before_seconds BETWEEN 0 AND 2592000),
    protected           boolean NOT NULL DEFAULT false,
    active_at           timestamptz NOT NULL DEFAULT now(),
    warned_at           timestamptz,
    teardown_at         timestamptz,
    teardown_reason     text NOT NULL DEFAULT '' CHECK (length(teardown_reason) <= 1000),
    teardown_attempts   integer NOT NULL DEFAULT 0 CHECK (teardown_attempts >= 0),
    teardown_retry_at   timestamptz,
    created_by          text NOT NULL,
    created_at          timestamptz NOT NULL DEFAULT now(),
    CHECK (environment_id <> template_id)
);
CREATE INDEX ephemeral_environment_by_template ON ephemeral_environment (template_id);
COMMENT ON TABLE ephemeral_environment IS 'How an environment ends that was made for a time. An environment without a row here is static: it never ends by itself.';
COMMENT ON COLUMN ephemeral_environment.environment_id IS 'The environment.';
COMMENT ON COLUMN ephemeral_environment.template_id IS 'The environment that it was made from; triggers that name that one cover this one too.';
COMMENT ON COLUMN ephemeral_environment.expires_at IS 'When it ends at the latest.';
COMMENT ON COLUMN ephemeral_environment.idle_limit_seconds IS 'It ends when nothing was deployed and no machine arrived for so long; null: idleness does not end it.';
COMMENT ON COLUMN ephemeral_environment.delete_when_empty IS 'True: it ends when it had machines and has none.';
COMMENT ON COLUMN ephemeral_environment.warn_before_seconds IS 'How long before its end it is announced.';
COMMENT ON COLUMN ephemeral_environment.protected IS 'True: a person wants it kept; it does not end.';
COMMENT ON COLUMN ephemeral_environment.active_at IS 'When a person last created, extended or released it: idleness counts from then at the earliest.';
COMMENT ON COLUMN ephemeral_environment.warned_at IS 'When its end was announced; null: not yet, or it was extended since.';
COMMENT ON COLUMN ephemeral_environment.teardown_at IS 'When its teardown began; from then on nothing is deployed there.';
COMMENT ON COLUMN ephemeral_environment.teardown_reason IS 'Why it is torn down.';
COMMENT ON COLUMN ephemeral_environment.teardown_attempts IS 'How often its teardown processes were tried.';
COMMENT ON COLUMN ephemeral_environment.teardown_retry_at IS 'When they are tried again after a failure; null while they run.';
COMMENT ON COLUMN ephemeral_environment.created_by IS 'Who made it.';
COMMENT ON COLUMN ephemeral_environment.created_at IS 'When.';

ALTER TABLE project ADD COLUMN teardown jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(teardown) = 'array');
COMMENT ON COLUMN project.teardown IS 'Steps that run on the machines of an ephemeral environment before they are removed; the same form as process.';
ALTER TABLE deployment DROP CONSTRAINT deployment_kind_check,
    ADD CONSTRAINT deployment_kind_check CHECK (kind IN ('rollout', 'selected', 'automatic', 'teardown'));
COMMENT ON COLUMN deployment.kind IS 'rollout: to all machines of the environment, and its success makes the release the environment''s. selected: to machines that a person named. automatic: to machines that needed it. teardown: the last steps of a project on the machines of an environment that ends.';

CREATE INDEX deployment_by_environment ON deployment (environment_id);
CREATE INDEX machine_ever_in_environment ON machine (environment_id);

CREATE VIEW trigger_coverage AS
SELECT te.trigger_id, te.environment_id FROM project_trigger_environment te
UNION
SELECT te.trigger_id, x.environment_id
FROM project_trigger_environment te JOIN ephemeral_environment x ON x.template_id = te.environment_id;
COMMENT ON VIEW trigger_coverage IS 'The environments that each trigger with environments covers: those it names, and those made from them.';

DO $$
BEGIN
    IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('tidemark_app', 'tidemark_readonly')) = 2 THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON presence_gap, cleanup_hold, ephemeral_environment TO tidemark_app;
        GRANT SELECT ON trigger_coverage TO tidemark_app;
        GRANT SELECT ON presence_gap, cleanup_hold, ephemeral_environment, trigger_coverage TO tidemark_readonly;
        GRANT USAGE ON SEQUENCE presence_gap_id_seq TO tidemark_app;
        -- What the view machine_status and cleanup read of the tables before.
        GRANT SELECT, INSERT, UPDATE, DELETE ON machine_policy, pin, release_circuit, environment_release_history
            TO tidemark_app;
        GRANT SELECT ON machine_policy_in_force TO tidemark_app;
        GRANT SELECT ON machine_policy, machine_policy_in_force, pin, release_circuit, environment_release_history
            TO tidemark_readonly;
    END IF;
END $$;
