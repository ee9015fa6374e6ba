-- What is done about releases that fail: how often a machine is tried, when the pair of machine and release is given up,
-- and when a release is given up for a whole environment.

CREATE TABLE machine_quarantine (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    machine_id     bigint NOT NULL REFERENCES machine (id),
    project_id     bigint NOT NULL REFERENCES project (id),
    release_id     bigint NOT NULL,
    attempts       integer NOT NULL CHECK (attempts > 0),
    reason         text NOT NULL DEFAULT '' CHECK (length(reason) <= 4000),
    quarantined_at timestamptz NOT NULL DEFAULT now(),
    released_at    timestamptz,
    released_by    text,
    release_reason text CHECK (length(release_reason) <= 1000),
    FOREIGN KEY (release_id, project_id) REFERENCES release (id, project_id),
    CHECK ((released_at IS NULL) = (released_by IS NULL))
);
CREATE UNIQUE INDEX machine_quarantine_one_open ON machine_quarantine (machine_id, project_id) WHERE released_at IS NULL;
COMMENT ON TABLE machine_quarantine IS 'A release that was given up on one machine: nothing is deployed of it there by itself until the row is released.';
COMMENT ON COLUMN machine_quarantine.id IS 'Surrogate key.';
COMMENT ON COLUMN machine_quarantine.machine_id IS 'The machine.';
COMMENT ON COLUMN machine_quarantine.project_id IS 'The project.';
COMMENT ON COLUMN machine_quarantine.release_id IS 'The release that did not get there.';
COMMENT ON COLUMN machine_quarantine.attempts IS 'How many runs were made.';
COMMENT ON COLUMN machine_quarantine.reason IS 'What the last run ended with. Untrusted text.';
COMMENT ON COLUMN machine_quarantine.quarantined_at IS 'When it was given up.';
COMMENT ON COLUMN machine_quarantine.released_at IS 'When it was released; null: it is in force.';
COMMENT ON COLUMN machine_quarantine.released_by IS 'Who released it.';
COMMENT ON COLUMN machine_quarantine.release_reason IS 'Why.';

ALTER TABLE project_trigger
    ADD COLUMN retry_attempts integer NOT NULL DEFAULT 3 CHECK (retry_attempts BETWEEN 1 AND 100),
    ADD COLUMN retry_backoff_seconds integer NOT NULL DEFAULT 30 CHECK (retry_backoff_seconds BETWEEN 1 AND 86400),
    ADD COLUMN retry_longest_seconds integer NOT NULL DEFAULT 600 CHECK (retry_longest_seconds BETWEEN 1 AND 604800),
    ADD CHECK (retry_backoff_seconds <= retry_longest_seconds);
COMMENT ON COLUMN project_trigger.retry_attempts IS 'How many runs of a release a machine is given before the pair is quarantined.';
COMMENT ON COLUMN project_trigger.retry_backoff_seconds IS 'Time from the end of the first run to the next one; it doubles every time.';
COMMENT ON COLUMN project_trigger.retry_longest_seconds IS 'The longest time between two runs.';

ALTER TABLE project
    ADD COLUMN circuit_count integer NOT NULL DEFAULT 3 CHECK (circuit_count BETWEEN 1 AND 1000),
    ADD COLUMN circuit_share_percent integer NOT NULL DEFAULT 50 CHECK (circuit_share_percent BETWEEN 1 AND 100),
    ADD COLUMN circuit_fall_back boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN project.circuit_count IS 'A release''s circuit opens when it failed on so many machines of an environment at least.';
COMMENT ON COLUMN project.circuit_share_percent IS 'And on this share of those it was last tried on.';
COMMENT ON COLUMN project.circuit_fall_back IS 'While it is open, machines without the release get the last good one; false: they wait.';

ALTER TABLE release_circuit
    ADD COLUMN closing text CHECK (closing IN ('byHand', 'newRelease')),
    ADD CHECK ((closed_at IS NULL) = (closing IS NULL) AND (closed_at IS NULL) = (closed_by IS NULL));
COMMENT ON COLUMN release_circuit.closing IS 'byHand: somebody says that the release is good after all. newRelease: another rollout became the environment''s release.';
CREATE INDEX release_circuit_by_place ON release_circuit (environment_id, release_id, id);

-- What the circuit is judged by: the last runs of a release.
CREATE INDEX run_outcome_by_release ON run (release_id, finished_at DESC) WHERE state IN ('succeeded', 'failed', 'unknown');

DO $$
BEGIN
    IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('tidemark_app', 'tidemark_readonly')) = 2 THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON machine_quarantine, release_circuit TO tidemark_app;
        GRANT SELECT ON machine_quarantine, release_circuit TO tidemark_readonly;
    END IF;
END $$;
