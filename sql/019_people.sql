-- Who may do what: people, the grants of people and of API keys, and sessions of people.

CREATE TABLE person (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name            text NOT NULL CHECK (name ~ '^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}$'),
    display_name    text NOT NULL DEFAULT '' CHECK (length(display_name) <= 200),
    created_at      timestamptz NOT NULL DEFAULT now(),
    created_by      text NOT NULL,
    disabled_at     timestamptz,
    last_sign_in_at timestamptz
);
CREATE UNIQUE INDEX person_one_name ON person (lower(name));
COMMENT ON TABLE person IS 'People who may sign in. They are disabled, never deleted: events go on naming them.';
COMMENT ON COLUMN person.id IS 'Surrogate key.';
COMMENT ON COLUMN person.name IS 'Unique without regard to case; events name the person as person:NAME.';
COMMENT ON COLUMN person.display_name IS 'The name as people write it.';
COMMENT ON COLUMN person.created_at IS 'When the person was entered.';
COMMENT ON COLUMN person.created_by IS 'By whom.';
COMMENT ON COLUMN person.disabled_at IS 'Since when sessions and keys of the person are refused; null: the person is enabled.';
COMMENT ON COLUMN person.last_sign_in_at IS 'When the person last signed in to the pages.';

CREATE TABLE person_password (
    person_id  bigint PRIMARY KEY REFERENCES person (id),
    hash       text NOT NULL CHECK (length(hash) BETWEEN 1 AND 500),
    changed_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE person_password IS 'Passwords of people, hashed. Apart from person, so that only the nodes may read them. Without a row a person signs in some other way.';
COMMENT ON COLUMN person_password.person_id IS 'The person.';
COMMENT ON COLUMN person_password.hash IS 'Method, parameters, salt and scrypt hash: scrypt$ln=15,r=8,p=3$SALT$HASH.';
COMMENT ON COLUMN person_password.changed_at IS 'When it was set.';

ALTER TABLE api_key ADD COLUMN owner_id bigint REFERENCES person (id),
                    ADD COLUMN expires_at timestamptz,
                    ADD COLUMN created_by text NOT NULL DEFAULT '',
                    -- The default is what older nodes and keys from before mean.
                    ADD COLUMN restricted boolean NOT NULL DEFAULT false;
CREATE INDEX api_key_by_owner ON api_key (owner_id) WHERE owner_id IS NOT NULL;
COMMENT ON COLUMN api_key.owner_id IS 'The person whose key it is: it may do nothing that the person may not, and ends with the person. Null: nobody''s in particular.';
COMMENT ON COLUMN api_key.expires_at IS 'From then on it is refused; null: it does not expire.';
COMMENT ON COLUMN api_key.created_by IS 'Who made it; empty: not known, the key is from before there were grants.';
COMMENT ON COLUMN api_key.restricted IS 'True: it may do what its grants say. False, for keys from before there were grants: everything.';

CREATE TABLE access_grant (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id         bigint REFERENCES person (id),
    api_key_id        bigint REFERENCES api_key (id),
    role              text NOT NULL CHECK (role IN ('viewer', 'deployer', 'operator', 'admin')),
    every_environment boolean NOT NULL,
    every_project     boolean NOT NULL,
    CHECK (num_nonnulls(person_id, api_key_id) = 1)
);
CREATE INDEX access_grant_by_person ON access_grant (person_id, id) WHERE person_id IS NOT NULL;
CREATE INDEX access_grant_by_key ON access_grant (api_key_id, id) WHERE api_key_id IS NOT NULL;
COMMENT ON TABLE access_grant IS 'The roles of people and of API keys, and where they hold. Several add up.';
COMMENT ON COLUMN access_grant.id IS 'Surrogate key.';
COMMENT ON COLUMN access_grant.person_id IS 'Whose it is: a person''s ...';
COMMENT ON COLUMN access_grant.api_key_id IS '... or an API key''s.';
COMMENT ON COLUMN access_grant.role IS 'The role; each one may do what those before it may: viewer, deployer, operator, admin.';
COMMENT ON COLUMN access_grant.every_environment IS 'True: in every environment. False: in those of access_grant_environment, and in none when they are all deleted.';
COMMENT ON COLUMN access_grant.every_project IS 'True: for every project. False: for those of access_grant_project.';

CREATE TABLE access_grant_environment (
    grant_id       bigint NOT NULL REFERENCES access_grant (id) ON DELETE CASCADE,
    environment_id bigint NOT NULL REFERENCES environment (id),
    PRIMARY KEY (grant_id, environment_id)
);
COMMENT ON TABLE access_grant_environment IS 'The environments that a grant is limited to. One that is deleted stays here and counts no more; another of the same name is another.';
COMMENT ON COLUMN access_grant_environment.grant_id IS 'The grant.';
COMMENT ON COLUMN access_grant_environment.environment_id IS 'The environment.';

CREATE TABLE access_grant_project (
    grant_id   bigint NOT NULL REFERENCES access_grant (id) ON DELETE CASCADE,
    project_id bigint NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    PRIMARY KEY (grant_id, project_id)
);
COMMENT ON TABLE access_grant_project IS 'The projects that a grant is limited to.';
COMMENT ON COLUMN access_grant_project.grant_id IS 'The grant.';
COMMENT ON COLUMN access_grant_project.project_id IS 'The project.';

ALTER TABLE web_session ALTER COLUMN api_key_id DROP NOT NULL,
                        ADD COLUMN person_id bigint REFERENCES person (id),
                        ADD CONSTRAINT web_session_of_one CHECK (num_nonnulls(person_id, api_key_id) = 1);
CREATE INDEX web_session_by_person ON web_session (person_id, id) WHERE person_id IS NOT NULL;
COMMENT ON TABLE web_session IS 'Open sessions of the web pages. A session ends when it is signed out of, when it was not used for 12 hours, at expires_at, when its API key is revoked or expires, and when its person is disabled.';
COMMENT ON COLUMN web_session.api_key_id IS 'The key that was signed in with; what is done in the session is done as this key. Null: a person signed in.';
COMMENT ON COLUMN web_session.person_id IS 'The person who signed in; null: somebody signed in with a key.';

CREATE FUNCTION access_grants(of_person bigint, of_key bigint) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
        'role', g.role,
        'environments', CASE WHEN NOT g.every_environment THEN
            (SELECT coalesce(jsonb_agg(e.name ORDER BY e.name), '[]')
             FROM access_grant_environment ge JOIN environment e ON e.id = ge.environment_id
             WHERE ge.grant_id = g.id AND e.deleted_at IS NULL) END,
        'projects', CASE WHEN NOT g.every_project THEN
            (SELECT coalesce(jsonb_agg(p.name ORDER BY p.name), '[]')
             FROM access_grant_project gp JOIN project p ON p.id = gp.project_id
             WHERE gp.grant_id = g.id) END)) ORDER BY g.id), '[]')
    FROM access_grant g WHERE g.person_id = of_person OR g.api_key_id = of_key
$$;
COMMENT ON FUNCTION access_grants(bigint, bigint) IS 'What a person, or an API key, was granted: role, environments and projects, as the nodes read it. Left out: all of them.';

CREATE FUNCTION api_key_grants(of_key bigint, is_restricted boolean) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN is_restricted THEN access_grants(NULL, of_key) ELSE '[{"role": "admin"}]' END
$$;
COMMENT ON FUNCTION api_key_grants(bigint, boolean) IS 'What an API key may do, its owner aside.';

CREATE VIEW access_overview AS
SELECT 'person:' || p.name AS who, NULL AS owner, access_grants(p.id, NULL) AS grants,
       p.disabled_at IS NULL AS usable, NULL::timestamptz AS expires_at, p.last_sign_in_at AS last_used_at
FROM person p
UNION ALL
SELECT 'key:' || k.name, p.name, api_key_grants(k.id, k.restricted),
       p.disabled_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now()), k.expires_at, k.last_used_at
FROM api_key k LEFT JOIN person p ON p.id = k.owner_id
WHERE k.revoked_at IS NULL;
COMMENT ON VIEW access_overview IS 'Who may do what: people, and API keys that are not revoked. A key with an owner may do what both may.';

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'tidemark_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON person, person_password, access_grant, access_grant_environment,
              access_grant_project TO tidemark_app;
        GRANT SELECT ON access_overview TO tidemark_app;
    END IF;
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'tidemark_readonly') THEN
        GRANT SELECT ON person, access_grant, access_grant_environment, access_grant_project, access_overview
              TO tidemark_readonly;
    END IF;
END $$;
