-- On whose behalf triggers deploy.

ALTER TABLE project_trigger ADD COLUMN person_id bigint REFERENCES person (id),
                            ADD COLUMN api_key_id bigint REFERENCES api_key (id),
                            ADD CONSTRAINT project_trigger_acts_as_one CHECK (num_nonnulls(person_id, api_key_id) <= 1);
COMMENT ON COLUMN project_trigger.person_id IS 'The person who applied it last: it deploys where that person may when it fires ...';
COMMENT ON COLUMN project_trigger.api_key_id IS '... or the API key that it was applied with. Neither, for triggers from before: it deploys as the system itself.';

CREATE TABLE trigger_refusal (
    trigger_id     bigint NOT NULL REFERENCES project_trigger (id) ON DELETE CASCADE,
    environment_id bigint NOT NULL REFERENCES environment (id),
    reason         text NOT NULL CHECK (length(reason) <= 4000),
    since          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (trigger_id, environment_id)
);
COMMENT ON TABLE trigger_refusal IS 'Triggers that fired where whoever they act as may not deploy. The row goes when he may; machines are caught up then.';
COMMENT ON COLUMN trigger_refusal.trigger_id IS 'The trigger.';
COMMENT ON COLUMN trigger_refusal.environment_id IS 'The environment.';
COMMENT ON COLUMN trigger_refusal.reason IS 'What is missing, as of then.';
COMMENT ON COLUMN trigger_refusal.since IS 'When a machine first waited for it; TriggerRefused was written then.';

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'tidemark_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON trigger_refusal TO tidemark_app;
    END IF;
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'tidemark_readonly') THEN
        GRANT SELECT ON trigger_refusal TO tidemark_readonly;
    END IF;
END $$;
