-- Whom events are told to over HTTP, and every telling, until it is done.
-- docs/decisions/0012-webhooks-from-an-outbox.md has the reasons.

CREATE TABLE webhook (
    id                    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name                  text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$'),
    description           text NOT NULL DEFAULT '' CHECK (length(description) <= 1000),
    url                   text NOT NULL CHECK (url ~ '^https?://' AND length(url) <= 2100),
    receiver              text NOT NULL CHECK (length(receiver) <= 300),
    event_groups          text[] NOT NULL DEFAULT '{}',
    event_categories      text[] NOT NULL DEFAULT '{}',
    environments          text[] NOT NULL DEFAULT '{}',
    projects              text[] NOT NULL DEFAULT '{}',
    enabled               boolean NOT NULL DEFAULT true,
    disabled_reason       text CHECK (length(disabled_reason) <= 1000),
    failures              integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
    failing_since         timestamptz,
    dropped               bigint NOT NULL DEFAULT 0 CHECK (dropped >= 0),
    dropped_untold        bigint NOT NULL DEFAULT 0 CHECK (dropped_untold >= 0),
    dropped_told_at       timestamptz,
    created_at            timestamptz NOT NULL DEFAULT now(),
    updated_at            timestamptz NOT NULL DEFAULT now(),
    CHECK (disabled_reason IS NULL OR NOT enabled),
    CHECK (event_groups <> '{}' OR event_categories <> '{}')
);
COMMENT ON TABLE webhook IS 'Whom events are told to over HTTP, and which events. Not for the read-only role: an address may be a secret; see webhook_status.';
COMMENT ON COLUMN webhook.id IS 'Surrogate key.';
COMMENT ON COLUMN webhook.name IS 'Unique name.';
COMMENT ON COLUMN webhook.description IS 'Free text for people.';
COMMENT ON COLUMN webhook.url IS 'Where it is sent.';
COMMENT ON COLUMN webhook.receiver IS 'Scheme and host of url, which are no secret.';
COMMENT ON COLUMN webhook.event_groups IS 'Groups of event categories that are told.';
COMMENT ON COLUMN webhook.event_categories IS 'Event categories that are told.';
COMMENT ON COLUMN webhook.environments IS 'Names of the environments whose events are told; none: all events. Names, not references: a filter must not widen when an environment is deleted.';
COMMENT ON COLUMN webhook.projects IS 'Names of the projects whose events are told; none: all events.';
COMMENT ON COLUMN webhook.enabled IS 'While false, no event is put into the outbox and nothing is sent.';
COMMENT ON COLUMN webhook.disabled_reason IS 'Why it was turned off by itself; null: it was not.';
COMMENT ON COLUMN webhook.failures IS 'Attempts that failed since one succeeded.';
COMMENT ON COLUMN webhook.failing_since IS 'Since when nothing gets through; null: it does.';
COMMENT ON COLUMN webhook.dropped IS 'Deliveries that were dropped because too many waited.';
COMMENT ON COLUMN webhook.dropped_untold IS 'Those of them that no event has told of yet.';
COMMENT ON COLUMN webhook.dropped_told_at IS 'When an event last told of dropped deliveries.';
COMMENT ON COLUMN webhook.created_at IS 'When it was first applied.';
COMMENT ON COLUMN webhook.updated_at IS 'When its document last changed it.';

CREATE TABLE webhook_secret (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    webhook_id bigint NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
    secret     text NOT NULL CHECK (secret ~ '^whsec_[A-Za-z0-9+/]{32,88}={0,2}$'),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz
);
CREATE UNIQUE INDEX webhook_secret_current ON webhook_secret (webhook_id) WHERE expires_at IS NULL;
CREATE INDEX webhook_secret_by_webhook ON webhook_secret (webhook_id, id);
COMMENT ON TABLE webhook_secret IS 'What deliveries are signed with. In clear, because a signature needs it so; no other role than the nodes'' sees it.';
COMMENT ON COLUMN webhook_secret.id IS 'Surrogate key.';
COMMENT ON COLUMN webhook_secret.webhook_id IS 'The webhook.';
COMMENT ON COLUMN webhook_secret.secret IS 'whsec_ and the key in base64, as Standard Webhooks writes it.';
COMMENT ON COLUMN webhook_secret.created_at IS 'When it was made.';
COMMENT ON COLUMN webhook_secret.expires_at IS 'Until when it signs beside its successor; null: it is the current one.';

CREATE TABLE webhook_delivery (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    webhook_id      bigint NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
    event_id        bigint,
    message_id      uuid NOT NULL DEFAULT gen_random_uuid(),
    category        text NOT NULL CHECK (length(category) BETWEEN 1 AND 64),
    payload         text NOT NULL CHECK (octet_length(payload) <= 65536),
    state           text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'dead')),
    attempts        integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    claimed_until   timestamptz,
    claimed_by      text,
    last_attempt_at timestamptz,
    last_status     integer CHECK (last_status BETWEEN 100 AND 999),
    last_error      text CHECK (length(last_error) <= 500),
    created_at      timestamptz NOT NULL DEFAULT now(),
    finished_at     timestamptz,
    UNIQUE (webhook_id, event_id),
    CHECK ((claimed_until IS NULL) = (claimed_by IS NULL)),
    CHECK ((finished_at IS NULL) = (state = 'pending')),
    CHECK (claimed_until IS NULL OR state = 'pending')
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook_id, next_attempt_at, id) WHERE state = 'pending';
CREATE INDEX webhook_delivery_oldest ON webhook_delivery (webhook_id, created_at) WHERE state = 'pending';
CREATE INDEX webhook_delivery_claimed ON webhook_delivery (webhook_id, claimed_until) WHERE claimed_until IS NOT NULL;
CREATE INDEX webhook_delivery_by_webhook ON webhook_delivery (webhook_id, id);
CREATE INDEX webhook_delivery_dead ON webhook_delivery (webhook_id, id) WHERE state = 'dead';
CREATE INDEX webhook_delivery_finished ON webhook_delivery (finished_at) WHERE finished_at IS NOT NULL;
COMMENT ON TABLE webhook_delivery IS 'The outbox: one row for each webhook and event it is to be told of, written in the transaction that moves the mark past the event.';
COMMENT ON COLUMN webhook_delivery.id IS 'Surrogate key.';
COMMENT ON COLUMN webhook_delivery.webhook_id IS 'The webhook.';
COMMENT ON COLUMN webhook_delivery.event_id IS 'The event; null: a ping, which tells of none.';
COMMENT ON COLUMN webhook_delivery.message_id IS 'Sent as webhook-id, the same in every attempt. Random: numbers come again after a restore, and a receiver would take new events for old ones.';
COMMENT ON COLUMN webhook_delivery.category IS 'The event''s category; WebhookPing of a ping.';
COMMENT ON COLUMN webhook_delivery.payload IS 'The body, as it was when the event was scanned: every attempt sends the same bytes.';
COMMENT ON COLUMN webhook_delivery.state IS 'pending: waits or is tried again; delivered; dead: given up.';
COMMENT ON COLUMN webhook_delivery.attempts IS 'How often it was begun to be sent, since it was made or replayed.';
COMMENT ON COLUMN webhook_delivery.next_attempt_at IS 'When it is due; while it is claimed, when the claim ends.';
COMMENT ON COLUMN webhook_delivery.claimed_until IS 'A node is sending it until then at the latest; null: none is.';
COMMENT ON COLUMN webhook_delivery.claimed_by IS 'That node.';
COMMENT ON COLUMN webhook_delivery.last_attempt_at IS 'When it was last begun to be sent.';
COMMENT ON COLUMN webhook_delivery.last_status IS 'What the receiver answered last; null: nothing.';
COMMENT ON COLUMN webhook_delivery.last_error IS 'Why the last attempt did not succeed.';
COMMENT ON COLUMN webhook_delivery.created_at IS 'When the event was scanned, or the ping asked for.';
COMMENT ON COLUMN webhook_delivery.finished_at IS 'When it was delivered or given up.';

CREATE VIEW webhook_status AS
SELECT w.id AS webhook_id, w.name AS webhook, w.receiver, w.enabled, w.disabled_reason, w.failing_since, w.failures,
       waiting.pending, waiting.oldest_pending_at, given_up.dead, w.dropped, last.last_delivered_at
FROM webhook w
LEFT JOIN LATERAL (
    SELECT count(*) AS pending, min(d.created_at) AS oldest_pending_at
    FROM webhook_delivery d WHERE d.webhook_id = w.id AND d.state = 'pending'
) waiting ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS dead FROM webhook_delivery d WHERE d.webhook_id = w.id AND d.state = 'dead'
) given_up ON true
LEFT JOIN LATERAL (
    SELECT max(d.finished_at) AS last_delivered_at
    FROM webhook_delivery d WHERE d.webhook_id = w.id AND d.state = 'delivered'
) last ON true;
COMMENT ON VIEW webhook_status IS 'Every webhook: whether it works, what waits for it and what was given up. Without its address and secrets.';

DO $$
BEGIN
    IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('tidemark_app', 'tidemark_readonly')) = 2 THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON webhook, webhook_secret, webhook_delivery TO tidemark_app;
        GRANT SELECT ON webhook_status TO tidemark_app, tidemark_readonly;
        GRANT SELECT ON webhook_delivery TO tidemark_readonly;
    END IF;
END $$;
