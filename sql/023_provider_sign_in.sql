-- Signing in with an OpenID provider: who is who there, and the attempts under way.

CREATE TABLE person_identity (
    issuer    text NOT NULL CHECK (length(issuer) BETWEEN 1 AND 2000),
    subject   text NOT NULL CHECK (octet_length(subject) BETWEEN 1 AND 255),
    person_id bigint NOT NULL REFERENCES person (id),
    linked_at timestamptz NOT NULL DEFAULT now(),
    linked_by text NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX person_identity_by_person ON person_identity (person_id);
COMMENT ON TABLE person_identity IS 'Who is who at an OpenID provider. Issuer and subject together are one person for ever; names at providers change hands, so nobody is found by name.';
COMMENT ON COLUMN person_identity.issuer IS 'The provider, as it writes itself in its tokens (iss).';
COMMENT ON COLUMN person_identity.subject IS 'The provider''s unchanging name for somebody (sub).';
COMMENT ON COLUMN person_identity.person_id IS 'Who it is here. Somebody may be known to several providers.';
COMMENT ON COLUMN person_identity.linked_at IS 'Since when.';
COMMENT ON COLUMN person_identity.linked_by IS 'Who said so: person:NAME or key:NAME of an administrator; the person who signed in, when the person was entered by that.';

CREATE TABLE provider_attempt (
    state_hash   bytea PRIMARY KEY CHECK (octet_length(state_hash) = 32),
    browser_hash bytea NOT NULL CHECK (octet_length(browser_hash) = 32),
    nonce        text NOT NULL CHECK (length(nonce) <= 100),
    verifier     text NOT NULL CHECK (length(verifier) <= 100),
    next         text NOT NULL CHECK (next LIKE '/%' AND length(next) <= 2000),
    remote       text NOT NULL DEFAULT '' CHECK (length(remote) <= 100),
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    CHECK (expires_at > created_at)
);
CREATE INDEX provider_attempt_by_age ON provider_attempt (created_at);
CREATE INDEX provider_attempt_by_remote ON provider_attempt (remote, created_at);
COMMENT ON TABLE provider_attempt IS 'Sign-ins that were begun and wait for the browser to come back from the OpenID provider, to any node. Each is taken once, and is gone after ten minutes.';
COMMENT ON COLUMN provider_attempt.state_hash IS 'SHA-256 of the state that the browser brings back.';
COMMENT ON COLUMN provider_attempt.browser_hash IS 'SHA-256 of a cookie of the browser that began; an answer in another browser is refused.';
COMMENT ON COLUMN provider_attempt.nonce IS 'What the ID token must repeat.';
COMMENT ON COLUMN provider_attempt.verifier IS 'What proves to the provider that the code was asked for by us (PKCE).';
COMMENT ON COLUMN provider_attempt.next IS 'Where to go on afterwards, a path of this site.';
COMMENT ON COLUMN provider_attempt.remote IS 'Address that it was begun from. Untrusted text.';
COMMENT ON COLUMN provider_attempt.created_at IS 'When it was begun.';
COMMENT ON COLUMN provider_attempt.expires_at IS 'From then on an answer is too late.';

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'tidemark_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON person_identity, provider_attempt TO tidemark_app;
    END IF;
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'tidemark_readonly') THEN
        GRANT SELECT ON person_identity TO tidemark_readonly;
    END IF;
END $$;
