-- Which release should be on a machine, who said so, and what overrides it. The function desired_release is the one answer:
-- the scan, explain, the views and the proof that nothing is forgotten all ask it.

ALTER TABLE environment_release ALTER COLUMN deployment_id DROP NOT NULL,
    ADD COLUMN source text NOT NULL DEFAULT 'rollout' CHECK (source IN ('rollout', 'marked')),
    ADD COLUMN actor text NOT NULL DEFAULT '',
    ADD COLUMN reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 1000);
COMMENT ON COLUMN environment_release.source IS 'rollout: a rollout succeeded. marked: a person said that it counts as a success.';
COMMENT ON COLUMN environment_release.actor IS 'Who asked for it.';
COMMENT ON COLUMN environment_release.reason IS 'Why, in the words of whoever asked.';

CREATE TABLE environment_release_history (
    id                  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    environment_id      bigint NOT NULL REFERENCES environment (id),
    project_id          bigint NOT NULL REFERENCES project (id),
    release_id          bigint NOT NULL,
    deployment_id       bigint REFERENCES deployment (id),
    source              text NOT NULL,
    actor               text NOT NULL,
    reason              text NOT NULL,
    since               timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (release_id, project_id) REFERENCES release (id, project_id)
);
CREATE INDEX environment_release_history_by_place ON environment_release_history (project_id, environment_id, id);
COMMENT ON TABLE environment_release_history IS 'Every release that an environment was ever to have, oldest first; the last row of a place is its row of environment_release.';
COMMENT ON COLUMN environment_release_history.id IS 'Surrogate key.';
COMMENT ON COLUMN environment_release_history.environment_id IS 'The environment.';
COMMENT ON COLUMN environment_release_history.project_id IS 'The project.';
COMMENT ON COLUMN environment_release_history.release_id IS 'The release.';
COMMENT ON COLUMN environment_release_history.deployment_id IS 'The deployment that made it so.';
COMMENT ON COLUMN environment_release_history.source IS 'See environment_release.source.';
COMMENT ON COLUMN environment_release_history.actor IS 'Who asked for it.';
COMMENT ON COLUMN environment_release_history.reason IS 'Why.';
COMMENT ON COLUMN environment_release_history.since IS 'From when.';
INSERT INTO environment_release_history (environment_id, project_id, release_id, deployment_id, source, actor, reason, since)
SELECT environment_id, project_id, release_id, deployment_id, source, actor, reason, since FROM environment_release;

CREATE TABLE pin (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project_id     bigint NOT NULL REFERENCES project (id),
    environment_id bigint REFERENCES environment (id),
    machine_id     bigint REFERENCES machine (id),
    release_id     bigint NOT NULL,
    one_shot       boolean NOT NULL DEFAULT false,
    reason         text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
    created_by     text NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    expires_at     timestamptz,
    ended_at       timestamptz,
    ended_by       text,
    end_reason     text CHECK (end_reason IN ('removed', 'replaced', 'expired', 'used', 'machineDeleted', 'environmentDeleted')),
    FOREIGN KEY (release_id, project_id) REFERENCES release (id, project_id),
    CHECK ((environment_id IS NULL) <> (machine_id IS NULL)),
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
CREATE UNIQUE INDEX pin_one_per_environment ON pin (project_id, environment_id) WHERE ended_at IS NULL AND machine_id IS NULL;
CREATE UNIQUE INDEX pin_one_per_machine ON pin (project_id, machine_id) WHERE ended_at IS NULL AND machine_id IS NOT NULL;
COMMENT ON TABLE pin IS 'An override: this release, whatever was deployed last, on an environment or on one machine. A machine''s comes before its environment''s.';
COMMENT ON COLUMN pin.id IS 'Surrogate key.';
COMMENT ON COLUMN pin.project_id IS 'The project.';
COMMENT ON COLUMN pin.environment_id IS 'The environment that is pinned; null: a machine is.';
COMMENT ON COLUMN pin.machine_id IS 'The machine that is pinned; null: an environment is.';
COMMENT ON COLUMN pin.release_id IS 'The release.';
COMMENT ON COLUMN pin.one_shot IS 'True: it ends with the first automatic deployment of it that succeeds.';
COMMENT ON COLUMN pin.reason IS 'Why, in the words of whoever pinned.';
COMMENT ON COLUMN pin.created_by IS 'Who pinned.';
COMMENT ON COLUMN pin.created_at IS 'When.';
COMMENT ON COLUMN pin.expires_at IS 'From then on it has no effect; null: until somebody removes it.';
COMMENT ON COLUMN pin.ended_at IS 'When it ended.';
COMMENT ON COLUMN pin.ended_by IS 'Who ended it.';
COMMENT ON COLUMN pin.end_reason IS 'How it ended.';

CREATE TABLE release_circuit (
    id                  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project_id          bigint NOT NULL REFERENCES project (id),
    environment_id      bigint NOT NULL REFERENCES environment (id),
    release_id          bigint NOT NULL,
    failed              integer NOT NULL CHECK (failed > 0),
    tried               integer NOT NULL CHECK (tried >= failed),
    fallback_release_id bigint REFERENCES release (id),
    opened_at           timestamptz NOT NULL DEFAULT now(),
    closed_at           timestamptz,
    closed_by           text,
    close_reason        text CHECK (length(close_reason) <= 1000),
    FOREIGN KEY (release_id, project_id) REFERENCES release (id, project_id)
);
CREATE UNIQUE INDEX release_circuit_one_open ON release_circuit (environment_id, release_id) WHERE closed_at IS NULL;
COMMENT ON TABLE release_circuit IS 'A release that failed on too many machines of an environment: while its circuit is open nothing is deployed of it there by itself.';
COMMENT ON COLUMN release_circuit.id IS 'Surrogate key.';
COMMENT ON COLUMN release_circuit.project_id IS 'The project.';
COMMENT ON COLUMN release_circuit.environment_id IS 'The environment.';
COMMENT ON COLUMN release_circuit.release_id IS 'The release that fails.';
COMMENT ON COLUMN release_circuit.failed IS 'On how many machines it had failed when the circuit opened.';
COMMENT ON COLUMN release_circuit.tried IS 'On how many machines it had been tried.';
COMMENT ON COLUMN release_circuit.fallback_release_id IS 'The last good release, which machines that do not have the failing one get instead; null: they wait.';
COMMENT ON COLUMN release_circuit.opened_at IS 'When it opened.';
COMMENT ON COLUMN release_circuit.closed_at IS 'When it closed.';
COMMENT ON COLUMN release_circuit.closed_by IS 'Who closed it.';
COMMENT ON COLUMN release_circuit.close_reason IS 'Why.';

CREATE FUNCTION desired_release(machine bigint, environment bigint, project bigint)
RETURNS TABLE (release_id bigint, source text, pin_id bigint, deployment_id bigint, since timestamptz)
LANGUAGE sql STABLE AS $$
    SELECT c.release_id, c.source, c.pin_id, c.deployment_id, c.since
    FROM (
        SELECT p.release_id, CASE WHEN p.machine_id IS NULL THEN 'environmentPin' ELSE 'machinePin' END AS source,
               p.id AS pin_id, NULL::bigint AS deployment_id, p.created_at AS since,
               CASE WHEN p.machine_id IS NULL THEN 2 ELSE 1 END AS rank
        FROM pin p
        WHERE p.project_id = desired_release.project AND p.ended_at IS NULL
          AND (p.expires_at IS NULL OR p.expires_at > now())
          AND (p.machine_id = desired_release.machine OR p.environment_id = desired_release.environment)
        UNION ALL
        SELECT coalesce(f.release_id, er.release_id), CASE WHEN f.release_id IS NULL THEN er.source ELSE 'fallback' END,
               NULL, CASE WHEN f.release_id IS NULL THEN er.deployment_id END, coalesce(f.opened_at, er.since), 3
        FROM environment_release er
        LEFT JOIN LATERAL (
            SELECT rc.fallback_release_id AS release_id, rc.opened_at
            FROM release_circuit rc
            WHERE rc.environment_id = er.environment_id AND rc.release_id = er.release_id AND rc.closed_at IS NULL
              AND rc.fallback_release_id IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM machine_release mr
                              WHERE mr.machine_id = desired_release.machine AND mr.project_id = er.project_id
                                AND mr.actual_release_id = er.release_id AND mr.incomplete_release_id IS NULL)
        ) f ON true
        WHERE er.environment_id = desired_release.environment AND er.project_id = desired_release.project
    ) c
    ORDER BY c.rank LIMIT 1
$$;
COMMENT ON FUNCTION desired_release(bigint, bigint, bigint) IS 'The release of a project that a machine should have, and why: machinePin, environmentPin, fallback (its circuit is open), rollout or marked. No row: none.';
