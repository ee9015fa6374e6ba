-- Secrets: values that steps get and nobody reads, sealed with a key that the database does not hold.
-- docs/secrets.md says what that protects from.

CREATE TABLE secret (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project_id     bigint NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    environment_id bigint REFERENCES environment (id) ON DELETE CASCADE,
    name           text NOT NULL CHECK (name ~ '^[A-Za-z_][A-Za-z0-9_]{0,127}$' AND name !~* '^tidemark_'),
    sealed         bytea NOT NULL CHECK (octet_length(sealed) BETWEEN 8 + 28 AND 16384 + 28),
    key_id         text NOT NULL CHECK (key_id ~ '^[0-9a-f]{16}$'),
    set_by         text NOT NULL,
    set_at         timestamptz NOT NULL DEFAULT now(),
    version        integer NOT NULL DEFAULT 1 CHECK (version >= 1)
);
CREATE UNIQUE INDEX secret_one_name ON secret (project_id, coalesce(environment_id, 0), name);
CREATE INDEX secret_by_environment ON secret (environment_id) WHERE environment_id IS NOT NULL;
COMMENT ON TABLE secret IS 'Named values of a project that steps get and nobody reads. Not for the read-only role: see secret_status.';
COMMENT ON COLUMN secret.id IS 'Surrogate key.';
COMMENT ON COLUMN secret.project_id IS 'The project.';
COMMENT ON COLUMN secret.environment_id IS 'The one environment that it is for; null: every one that has none of this name of its own.';
COMMENT ON COLUMN secret.name IS 'The name of the file in which a script finds it.';
COMMENT ON COLUMN secret.sealed IS 'Nonce, encrypted value and tag of AES-256-GCM: 28 bytes more than the value. Bound to project, environment and name, so that rows cannot be exchanged.';
COMMENT ON COLUMN secret.key_id IS 'Which of the nodes'' keys it was sealed with: the start of a SHA-256 of the key. The key is not in the database.';
COMMENT ON COLUMN secret.set_by IS 'Who set it last.';
COMMENT ON COLUMN secret.set_at IS 'When it was set last.';
COMMENT ON COLUMN secret.version IS 'How often it was set since it was made.';

CREATE VIEW secret_status AS
SELECT s.id AS secret_id, p.name AS project, e.name AS environment, s.name AS secret, s.key_id, s.set_by, s.set_at, s.version
FROM secret s
JOIN project p ON p.id = s.project_id
LEFT JOIN environment e ON e.id = s.environment_id;
COMMENT ON VIEW secret_status IS 'Every secret with names instead of ids and without its value; environment null: every one.';

DO $$
BEGIN
    IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('tidemark_app', 'tidemark_readonly')) = 2 THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON secret TO tidemark_app;
        GRANT SELECT ON secret_status TO tidemark_app, tidemark_readonly;
    END IF;
END $$;
