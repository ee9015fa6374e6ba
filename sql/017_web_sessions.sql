-- Who is signed in to the pages.

CREATE TABLE web_session (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    api_key_id bigint NOT NULL REFERENCES api_key (id),
    remote     text NOT NULL DEFAULT '' CHECK (length(remote) <= 100),
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at    timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    CHECK (expires_at > created_at)
);
CREATE INDEX web_session_by_key ON web_session (api_key_id, id);
CREATE INDEX web_session_by_expiry ON web_session (expires_at);
COMMENT ON TABLE web_session IS 'Open sessions of the web pages. A session ends when it is signed out of, when it was not used for 12 hours, at expires_at, and when its API key is revoked.';
COMMENT ON COLUMN web_session.id IS 'Surrogate key.';
COMMENT ON COLUMN web_session.token_hash IS 'SHA-256 of the cookie.';
COMMENT ON COLUMN web_session.api_key_id IS 'The key that was signed in with; what is done in the session is done as this key.';
COMMENT ON COLUMN web_session.remote IS 'Address that was signed in from. Untrusted text.';
COMMENT ON COLUMN web_session.created_at IS 'When somebody signed in.';
COMMENT ON COLUMN web_session.seen_at IS 'Last use, to the minute.';
COMMENT ON COLUMN web_session.expires_at IS 'From then on it is refused, however busy it is.';

-- Which events led to an automatic deployment.
CREATE INDEX decision_by_deployment ON decision (deployment_id, event_id) WHERE deployment_id IS NOT NULL;

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'tidemark_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON web_session TO tidemark_app;
    END IF;
END $$;
