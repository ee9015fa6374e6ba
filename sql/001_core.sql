-- The nouns of the fleet: what is deployed, where it may go, and what is known to be there.
-- Constraints carry the invariants; code then has less to do. Every instant is timestamptz and the database's own.

CREATE TABLE environment (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$'),
    description text NOT NULL DEFAULT '' CHECK (length(description) <= 1000),
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE environment IS 'A place that releases are deployed to: staging, production, ...';
COMMENT ON COLUMN environment.id IS 'Surrogate key.';
COMMENT ON COLUMN environment.name IS 'Unique name, used in documents, on the command line and in the API.';
COMMENT ON COLUMN environment.description IS 'Free text for people.';
COMMENT ON COLUMN environment.created_at IS 'When it was first applied.';
COMMENT ON COLUMN environment.updated_at IS 'When it last changed.';

CREATE TABLE machine (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name           text NOT NULL CHECK (name ~ '^[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$'),
    incarnation    integer NOT NULL DEFAULT 1 CHECK (incarnation >= 1),
    environment_id bigint NOT NULL REFERENCES environment (id),
    roles          text[] NOT NULL CHECK (cardinality(roles) BETWEEN 1 AND 50),
    enabled        boolean NOT NULL DEFAULT true,
    health         text NOT NULL DEFAULT 'Unknown'
                   CHECK (health IN ('Unknown', 'Healthy', 'HasWarnings', 'Unhealthy', 'Unavailable')),
    health_since   timestamptz NOT NULL DEFAULT now(),
    public_key     bytea NOT NULL CHECK (octet_length(public_key) = 32),
    join_token_id  bigint,
    facts          jsonb NOT NULL DEFAULT '{}',
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    deleted_at     timestamptz
);
CREATE UNIQUE INDEX machine_one_live_name ON machine (name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX machine_one_live_key ON machine (public_key) WHERE deleted_at IS NULL;
CREATE INDEX machine_by_environment ON machine (environment_id, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE machine IS 'A deployment target: one agent, one key, one environment. A deleted machine keeps its row, so that its history stays readable.';
COMMENT ON COLUMN machine.id IS 'Surrogate key. A re-imaged host that joins again under an old name is a new machine with a new id.';
COMMENT ON COLUMN machine.name IS 'Unique among machines that are not deleted.';
COMMENT ON COLUMN machine.incarnation IS 'How many machines have borne this name, this one included.';
COMMENT ON COLUMN machine.environment_id IS 'The one environment it belongs to.';
COMMENT ON COLUMN machine.roles IS 'What it is for; steps and triggers select by role.';
COMMENT ON COLUMN machine.enabled IS 'False: a person took it out; nothing is deployed to it.';
COMMENT ON COLUMN machine.health IS 'Last known health.';
COMMENT ON COLUMN machine.health_since IS 'When the health last changed.';
COMMENT ON COLUMN machine.public_key IS 'Ed25519 public key of the agent; the private half never leaves the machine.';
COMMENT ON COLUMN machine.join_token_id IS 'The join token it came with.';
COMMENT ON COLUMN machine.facts IS 'What the agent says of itself: host name, system, version. Untrusted text.';
COMMENT ON COLUMN machine.created_at IS 'When it joined.';
COMMENT ON COLUMN machine.updated_at IS 'When its row last changed.';
COMMENT ON COLUMN machine.deleted_at IS 'When it was deleted; null while it lives.';

CREATE TABLE machine_presence (
    machine_id bigint PRIMARY KEY REFERENCES machine (id),
    seen_at    timestamptz NOT NULL DEFAULT now(),
    node       text NOT NULL
) WITH (fillfactor = 50);
COMMENT ON TABLE machine_presence IS 'When each agent was last heard. Narrow and apart from machine, because it changes every few seconds.';
COMMENT ON COLUMN machine_presence.machine_id IS 'The machine.';
COMMENT ON COLUMN machine_presence.seen_at IS 'The last authenticated request of its agent, to the second: nodes write in batches.';
COMMENT ON COLUMN machine_presence.node IS 'The node that heard it.';

CREATE TABLE presence_watch (
    one           boolean PRIMARY KEY DEFAULT true CHECK (one),
    watched_since timestamptz NOT NULL DEFAULT now(),
    watched_until timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE presence_watch IS 'One row: since when, without a gap, some node has been there to hear agents. Silence counts from then at the earliest, so an outage of nodes or database makes nobody unavailable.';
COMMENT ON COLUMN presence_watch.one IS 'Always true: there is one row.';
COMMENT ON COLUMN presence_watch.watched_since IS 'Start of the present period without a gap.';
COMMENT ON COLUMN presence_watch.watched_until IS 'When a node last wrote this row; 15 seconds without are a gap.';
INSERT INTO presence_watch DEFAULT VALUES;

CREATE TABLE agent_session (
    machine_id bigint PRIMARY KEY REFERENCES machine (id),
    epoch      bigint NOT NULL,
    token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    boot_id    text NOT NULL,
    remote     text NOT NULL DEFAULT '',
    opened_at  timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
COMMENT ON TABLE agent_session IS 'The one open session of each agent: a newer one supersedes it.';
COMMENT ON COLUMN agent_session.machine_id IS 'The machine.';
COMMENT ON COLUMN agent_session.epoch IS 'Grows with every session; writes of an older session are refused.';
COMMENT ON COLUMN agent_session.token_hash IS 'SHA-256 of the bearer token.';
COMMENT ON COLUMN agent_session.boot_id IS 'Boot id of the machine, to notice two machines with one key.';
COMMENT ON COLUMN agent_session.remote IS 'Address the session was opened from, as the node saw it.';
COMMENT ON COLUMN agent_session.opened_at IS 'When it was opened.';
COMMENT ON COLUMN agent_session.expires_at IS 'When the agent must open another.';

CREATE TABLE agent_nonce (
    machine_id bigint NOT NULL REFERENCES machine (id),
    nonce      text NOT NULL CHECK (length(nonce) BETWEEN 16 AND 64),
    used_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (machine_id, nonce)
);
COMMENT ON TABLE agent_nonce IS 'Nonces of recent session requests, so that a captured request cannot be replayed.';
COMMENT ON COLUMN agent_nonce.machine_id IS 'The machine.';
COMMENT ON COLUMN agent_nonce.nonce IS 'The nonce.';
COMMENT ON COLUMN agent_nonce.used_at IS 'When it was used; rows older than the signature window are removed.';

CREATE TABLE join_token (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_hash     bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    prefix         text NOT NULL,
    environment_id bigint NOT NULL REFERENCES environment (id),
    roles          text[] NOT NULL CHECK (cardinality(roles) BETWEEN 1 AND 50),
    uses_left      integer CHECK (uses_left >= 0),
    uses           integer NOT NULL DEFAULT 0,
    created_by     text NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    expires_at     timestamptz NOT NULL,
    revoked_at     timestamptz
);
COMMENT ON TABLE join_token IS 'What lets a machine join; it fixes the environment and the roles, which the machine cannot choose.';
COMMENT ON COLUMN join_token.id IS 'Surrogate key.';
COMMENT ON COLUMN join_token.token_hash IS 'SHA-256 of the token; the token itself is shown once and not kept.';
COMMENT ON COLUMN join_token.prefix IS 'First characters of the token, to recognise it.';
COMMENT ON COLUMN join_token.environment_id IS 'The environment that machines get.';
COMMENT ON COLUMN join_token.roles IS 'The roles that machines get.';
COMMENT ON COLUMN join_token.uses_left IS 'How many more machines may join; null: no limit.';
COMMENT ON COLUMN join_token.uses IS 'How many machines have joined.';
COMMENT ON COLUMN join_token.created_by IS 'Who made it.';
COMMENT ON COLUMN join_token.created_at IS 'When it was made.';
COMMENT ON COLUMN join_token.expires_at IS 'From then on it is refused.';
COMMENT ON COLUMN join_token.revoked_at IS 'When somebody revoked it.';

CREATE TABLE api_key (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name         text NOT NULL CHECK (name ~ '^[A-Za-z0-9][A-Za-z0-9._@-]{0,62}$'),
    prefix       text NOT NULL,
    key_hash     bytea NOT NULL UNIQUE CHECK (octet_length(key_hash) = 32),
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    revoked_at   timestamptz
);
CREATE UNIQUE INDEX api_key_one_live_name ON api_key (name) WHERE revoked_at IS NULL;
COMMENT ON TABLE api_key IS 'Keys of the HTTP API. Hashed: a key is shown once, when it is made.';
COMMENT ON COLUMN api_key.id IS 'Surrogate key.';
COMMENT ON COLUMN api_key.name IS 'Name of the key; recorded as the actor of what is done with it.';
COMMENT ON COLUMN api_key.prefix IS 'First characters of the key, to recognise it.';
COMMENT ON COLUMN api_key.key_hash IS 'SHA-256 of the key.';
COMMENT ON COLUMN api_key.created_at IS 'When it was made.';
COMMENT ON COLUMN api_key.last_used_at IS 'Last use, to the minute.';
COMMENT ON COLUMN api_key.revoked_at IS 'When it was revoked.';

CREATE TABLE idempotency_key (
    principal   text NOT NULL,
    key         text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
    status      integer NOT NULL CHECK (status BETWEEN 200 AND 599),
    body        text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (principal, key)
);
CREATE INDEX idempotency_key_by_age ON idempotency_key (created_at);
COMMENT ON TABLE idempotency_key IS 'Answers already given, so that a repeated request has no second effect. Written in the transaction of the request; kept for 24 hours.';
COMMENT ON COLUMN idempotency_key.principal IS 'Who sent it: keys of different callers do not meet.';
COMMENT ON COLUMN idempotency_key.key IS 'The Idempotency-Key header.';
COMMENT ON COLUMN idempotency_key.fingerprint IS 'SHA-256 of method, path and body: the same key with another request is refused.';
COMMENT ON COLUMN idempotency_key.status IS 'HTTP status that was answered.';
COMMENT ON COLUMN idempotency_key.body IS 'Body that was answered.';
COMMENT ON COLUMN idempotency_key.created_at IS 'When.';

CREATE TABLE project (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name         text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$'),
    description  text NOT NULL DEFAULT '' CHECK (length(description) <= 1000),
    process      jsonb NOT NULL CHECK (jsonb_typeof(process) = 'array' AND jsonb_array_length(process) BETWEEN 1 AND 100),
    variables    jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(variables) = 'object'),
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE project IS 'Something that is deployed: a process and its variables.';
COMMENT ON COLUMN project.id IS 'Surrogate key.';
COMMENT ON COLUMN project.name IS 'Unique name.';
COMMENT ON COLUMN project.description IS 'Free text for people.';
COMMENT ON COLUMN project.process IS 'The ordered steps, as applied; a release freezes a copy.';
COMMENT ON COLUMN project.variables IS 'Name to value, handed to steps as environment variables; a release freezes a copy.';
COMMENT ON COLUMN project.created_at IS 'When it was first applied.';
COMMENT ON COLUMN project.updated_at IS 'When it last changed.';

CREATE TABLE package (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL CHECK (name ~ '^[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$'),
    version    text NOT NULL CHECK (version ~ '^[A-Za-z0-9]([A-Za-z0-9._+-]{0,62}[A-Za-z0-9])?$'),
    size_bytes bigint NOT NULL CHECK (size_bytes > 0),
    sha256     text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    pushed_by  text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (name, version)
);
COMMENT ON TABLE package IS 'The built-in package store: one tar.gz for each name and version, immutable.';
COMMENT ON COLUMN package.id IS 'Surrogate key.';
COMMENT ON COLUMN package.name IS 'Package name.';
COMMENT ON COLUMN package.version IS 'Version.';
COMMENT ON COLUMN package.size_bytes IS 'Size of the file.';
COMMENT ON COLUMN package.sha256 IS 'SHA-256 of the file, lower-case hexadecimal; agents verify it.';
COMMENT ON COLUMN package.pushed_by IS 'Who pushed it.';
COMMENT ON COLUMN package.created_at IS 'When.';

CREATE TABLE package_chunk (
    package_id bigint NOT NULL REFERENCES package (id) ON DELETE CASCADE,
    position   integer NOT NULL CHECK (position >= 0),
    data       bytea NOT NULL CHECK (octet_length(data) BETWEEN 1 AND 262144),
    PRIMARY KEY (package_id, position)
);
ALTER TABLE package_chunk ALTER COLUMN data SET STORAGE EXTERNAL;
COMMENT ON TABLE package_chunk IS 'The bytes of a package in pieces of 256 KiB, so that neither a push nor a download needs the whole in memory.';
COMMENT ON COLUMN package_chunk.package_id IS 'The package.';
COMMENT ON COLUMN package_chunk.position IS 'Number of the piece, from 0; all but the last are full.';
COMMENT ON COLUMN package_chunk.data IS 'The bytes.';

CREATE TABLE release (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project_id bigint NOT NULL REFERENCES project (id),
    version    text NOT NULL CHECK (version ~ '^[A-Za-z0-9]([A-Za-z0-9._+-]{0,62}[A-Za-z0-9])?$'),
    process    jsonb NOT NULL CHECK (jsonb_typeof(process) = 'array'),
    variables  jsonb NOT NULL CHECK (jsonb_typeof(variables) = 'object'),
    notes      text NOT NULL DEFAULT '' CHECK (length(notes) <= 10000),
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (project_id, version),
    UNIQUE (id, project_id)
);
COMMENT ON TABLE release IS 'A version of a project: a frozen copy of its process and variables, with the packages resolved.';
COMMENT ON COLUMN release.id IS 'Surrogate key.';
COMMENT ON COLUMN release.project_id IS 'The project.';
COMMENT ON COLUMN release.version IS 'Version, unique in the project.';
COMMENT ON COLUMN release.process IS 'The steps as they were, each package step with name, version, digest and size.';
COMMENT ON COLUMN release.variables IS 'The variables as they were.';
COMMENT ON COLUMN release.notes IS 'Free text for people.';
COMMENT ON COLUMN release.created_by IS 'Who made it.';
COMMENT ON COLUMN release.created_at IS 'When.';

CREATE TABLE project_trigger (
    id                   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project_id           bigint NOT NULL REFERENCES project (id),
    name                 text NOT NULL CHECK (name ~ '^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$'),
    event_groups         text[] NOT NULL DEFAULT '{}',
    event_categories     text[] NOT NULL DEFAULT '{}',
    roles                text[] NOT NULL DEFAULT '{}',
    redeploy             boolean NOT NULL DEFAULT false,
    enabled              boolean NOT NULL DEFAULT true,
    batch_quiet_seconds  integer NOT NULL DEFAULT 0 CHECK (batch_quiet_seconds BETWEEN 0 AND 3600),
    batch_longest_seconds integer NOT NULL DEFAULT 60 CHECK (batch_longest_seconds BETWEEN 0 AND 86400),
    batch_size           integer NOT NULL DEFAULT 100 CHECK (batch_size BETWEEN 1 AND 1000),
    created_at           timestamptz NOT NULL DEFAULT now(),
    updated_at           timestamptz NOT NULL DEFAULT now(),
    UNIQUE (project_id, name),
    CHECK (cardinality(event_groups) + cardinality(event_categories) > 0)
);
COMMENT ON TABLE project_trigger IS 'Which events make a project deploy by itself, to which environments and roles.';
COMMENT ON COLUMN project_trigger.id IS 'Surrogate key.';
COMMENT ON COLUMN project_trigger.project_id IS 'The project that is deployed.';
COMMENT ON COLUMN project_trigger.name IS 'Name, unique in the project.';
COMMENT ON COLUMN project_trigger.event_groups IS 'Event groups that fire it.';
COMMENT ON COLUMN project_trigger.event_categories IS 'Event categories that fire it.';
COMMENT ON COLUMN project_trigger.roles IS 'Only machines with one of these roles; empty: any role.';
COMMENT ON COLUMN project_trigger.redeploy IS 'True: deploy once per matching event even when the machine has the release.';
COMMENT ON COLUMN project_trigger.enabled IS 'False: it opens no needs, and its open needs wait.';
COMMENT ON COLUMN project_trigger.batch_quiet_seconds IS 'Wait until no further machine came for this long, then deploy to all together; 0: at once.';
COMMENT ON COLUMN project_trigger.batch_longest_seconds IS 'Never keep the first machine of a batch waiting longer than this.';
COMMENT ON COLUMN project_trigger.batch_size IS 'Deploy as soon as this many machines wait, and at most this many together.';
COMMENT ON COLUMN project_trigger.created_at IS 'When it was first applied.';
COMMENT ON COLUMN project_trigger.updated_at IS 'When it last changed.';

CREATE TABLE project_trigger_environment (
    trigger_id     bigint NOT NULL REFERENCES project_trigger (id) ON DELETE CASCADE,
    environment_id bigint NOT NULL REFERENCES environment (id),
    PRIMARY KEY (trigger_id, environment_id)
);
COMMENT ON TABLE project_trigger_environment IS 'The environments of a trigger; none: every environment.';
COMMENT ON COLUMN project_trigger_environment.trigger_id IS 'The trigger.';
COMMENT ON COLUMN project_trigger_environment.environment_id IS 'The environment.';
