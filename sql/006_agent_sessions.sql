-- What tells a newer session of the same agent from two agents with one key.

ALTER TABLE agent_session
    ADD COLUMN previous_token_hash bytea UNIQUE CHECK (octet_length(previous_token_hash) = 32),
    ADD COLUMN previous_boot_id text,
    ADD COLUMN duplicate_reported_at timestamptz;
COMMENT ON COLUMN agent_session.previous_token_hash IS 'SHA-256 of the token of the session before: whoever still uses it was superseded.';
COMMENT ON COLUMN agent_session.previous_boot_id IS 'The boot id before the current one. A boot id that comes back means two machines with one key: a machine that restarts never returns to an old one.';
COMMENT ON COLUMN agent_session.duplicate_reported_at IS 'When a duplicate identity was last reported, so that the report is not repeated with every session.';

-- Epochs come from one sequence, so that they grow even for a machine whose session row was removed in between.
CREATE SEQUENCE agent_session_epoch OWNED BY agent_session.epoch;
SELECT setval('agent_session_epoch', greatest((SELECT max(epoch) FROM agent_session), 1));
ALTER TABLE agent_session ALTER COLUMN epoch SET DEFAULT nextval('agent_session_epoch');

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'tidemark_app') THEN
        GRANT USAGE ON SEQUENCE agent_session_epoch TO tidemark_app;
    END IF;
END $$;
