-- The event log, the mark that says how far it was scanned, and the lease of the one node that scans.

CREATE TABLE event (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid            xid8 NOT NULL DEFAULT pg_current_xact_id(),
    occurred_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    category       text NOT NULL CHECK (length(category) BETWEEN 1 AND 64),
    machine_id     bigint,
    environment_id bigint,
    project_id     bigint,
    release_id     bigint,
    trigger_id     bigint,
    deployment_id  bigint,
    actor          text NOT NULL,
    node           text NOT NULL,
    message        text NOT NULL CHECK (length(message) <= 4000),
    detail         jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX event_by_xid ON event (xid, id);
CREATE INDEX event_by_machine ON event (machine_id, id) WHERE machine_id IS NOT NULL;
CREATE INDEX event_by_project ON event (project_id, id) WHERE project_id IS NOT NULL;
CREATE INDEX event_by_deployment ON event (deployment_id, id) WHERE deployment_id IS NOT NULL;
COMMENT ON TABLE event IS 'What happened, one row each, immutable. The scanner reads it from the mark on; it is the audit trail too.';
COMMENT ON COLUMN event.id IS 'Given at insert, not at commit: higher ids may become visible earlier, so never use it as a mark.';
COMMENT ON COLUMN event.xid IS 'Transaction that wrote the row; the mark is a set of transactions.';
COMMENT ON COLUMN event.occurred_at IS 'When it happened, by the database clock.';
COMMENT ON COLUMN event.category IS 'What kind of thing happened.';
COMMENT ON COLUMN event.machine_id IS 'Machine it concerns.';
COMMENT ON COLUMN event.environment_id IS 'Environment it concerns.';
COMMENT ON COLUMN event.project_id IS 'Project it concerns.';
COMMENT ON COLUMN event.release_id IS 'Release it concerns.';
COMMENT ON COLUMN event.trigger_id IS 'Trigger that acted.';
COMMENT ON COLUMN event.deployment_id IS 'Deployment it concerns.';
COMMENT ON COLUMN event.actor IS 'Who did it: key:NAME, machine:NAME, trigger:NAME, or node:NAME.';
COMMENT ON COLUMN event.node IS 'The node that wrote it.';
COMMENT ON COLUMN event.message IS 'One sentence for people.';
COMMENT ON COLUMN event.detail IS 'Further facts; depends on the category.';

CREATE FUNCTION event_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Only rebase_events() below may touch xid, and nothing else, after a restore into another cluster.
    IF TG_OP = 'UPDATE' AND current_setting('tidemark.rebase', true) = 'on'
       AND (to_jsonb(NEW) - 'xid') = (to_jsonb(OLD) - 'xid') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'event is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
COMMENT ON FUNCTION event_is_immutable() IS 'Refuses UPDATE, DELETE and TRUNCATE on event.';
CREATE TRIGGER event_is_immutable_row BEFORE UPDATE OR DELETE ON event
    FOR EACH ROW EXECUTE FUNCTION event_is_immutable();
CREATE TRIGGER event_is_immutable_table BEFORE TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION event_is_immutable();

CREATE TABLE scan_mark (
    name              text PRIMARY KEY,
    done              pg_snapshot NOT NULL,
    batch             pg_snapshot,
    cursor_xid        xid8 NOT NULL DEFAULT '0',
    cursor_id         bigint NOT NULL DEFAULT 0 CHECK (cursor_id >= 0),
    events_read       bigint NOT NULL DEFAULT 0,
    scans             bigint NOT NULL DEFAULT 0,
    term              bigint NOT NULL DEFAULT 0,
    node              text NOT NULL DEFAULT '',
    system_identifier bigint NOT NULL,
    advanced_at       timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE scan_mark IS 'The high-water mark: which transactions'' events have been scanned. A snapshot, not an id: events commit out of order.';
COMMENT ON COLUMN scan_mark.name IS 'Which reader; the scanner is ''auto''.';
COMMENT ON COLUMN scan_mark.done IS 'Every event visible in this snapshot has been scanned.';
COMMENT ON COLUMN scan_mark.batch IS 'The batch in progress ends with what is visible here; null between batches.';
COMMENT ON COLUMN scan_mark.cursor_xid IS 'Events of the batch up to (cursor_xid, cursor_id) have been scanned.';
COMMENT ON COLUMN scan_mark.cursor_id IS 'See cursor_xid.';
COMMENT ON COLUMN scan_mark.events_read IS 'How many events scans have read and committed in all: equal to the events behind the mark when none was read twice.';
COMMENT ON COLUMN scan_mark.scans IS 'How many scans were completed.';
COMMENT ON COLUMN scan_mark.term IS 'Term of the leader that last moved it.';
COMMENT ON COLUMN scan_mark.node IS 'Node that last moved it.';
COMMENT ON COLUMN scan_mark.system_identifier IS 'The PostgreSQL cluster that the snapshots belong to; another one means a restore.';
COMMENT ON COLUMN scan_mark.advanced_at IS 'When a scan was last completed.';
INSERT INTO scan_mark (name, done, system_identifier)
SELECT 'auto', pg_current_snapshot(), system_identifier FROM pg_control_system();

CREATE FUNCTION rebase_events(restored_mark text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    m scan_mark%ROWTYPE;
    now_at pg_snapshot := pg_current_snapshot();
    unread bigint;
BEGIN
    SELECT * INTO STRICT m FROM scan_mark WHERE name = restored_mark FOR UPDATE;
    PERFORM set_config('tidemark.rebase', 'on', true);
    -- Read before the dump: an xid older than any running transaction. Not yet read: this transaction's own xid.
    UPDATE event e
       SET xid = CASE WHEN pg_visible_in_snapshot(e.xid, m.done)
                        OR (m.batch IS NOT NULL AND pg_visible_in_snapshot(e.xid, m.batch)
                            AND (e.xid, e.id) <= (m.cursor_xid, m.cursor_id))
                      THEN '3'::xid8 ELSE pg_current_xact_id() END;
    SELECT count(*) INTO unread FROM event e WHERE e.xid = pg_current_xact_id();
    UPDATE scan_mark
       SET done = now_at, batch = NULL, cursor_xid = '0', cursor_id = 0,
           system_identifier = (SELECT system_identifier FROM pg_control_system())
     WHERE name = restored_mark;
    PERFORM set_config('tidemark.rebase', 'off', true);
    RETURN unread;
END $$;
COMMENT ON FUNCTION rebase_events(text) IS 'After a restore into another cluster: rewrites event.xid into this cluster''s numbering so that scanning goes on with nothing skipped or repeated. Returns how many events were still unread.';

CREATE TABLE lease (
    name        text PRIMARY KEY,
    term        bigint NOT NULL DEFAULT 0 CHECK (term >= 0),
    timeline    text NOT NULL DEFAULT '',
    node        text,
    pid         integer,
    acquired_at timestamptz,
    renewed_at  timestamptz,
    resigned_at timestamptz
);
COMMENT ON TABLE lease IS 'Who leads. The advisory lock decides; this row shows it, counts the terms, and is checked first in every transaction of the leader.';
COMMENT ON COLUMN lease.name IS 'What is led; the scanner is ''scanner''.';
COMMENT ON COLUMN lease.term IS 'Number of the tenure; only grows.';
COMMENT ON COLUMN lease.timeline IS 'PostgreSQL timeline at acquisition: an asynchronous failover can lose terms, so the fencing token is (timeline, term).';
COMMENT ON COLUMN lease.node IS 'The leader.';
COMMENT ON COLUMN lease.pid IS 'Backend of its lease session.';
COMMENT ON COLUMN lease.acquired_at IS 'Start of the tenure.';
COMMENT ON COLUMN lease.renewed_at IS 'Last sign of life of the leader.';
COMMENT ON COLUMN lease.resigned_at IS 'When it resigned; null while it leads or if it died.';
INSERT INTO lease (name) VALUES ('scanner');

CREATE TABLE lease_history (
    timeline    text NOT NULL,
    term        bigint NOT NULL,
    node        text NOT NULL,
    pid         integer NOT NULL,
    acquired_at timestamptz NOT NULL,
    first_scan_at timestamptz,
    ended_at    timestamptz,
    end_reason  text CHECK (end_reason IN ('resigned', 'superseded', 'terminated')),
    PRIMARY KEY (timeline, term)
);
COMMENT ON TABLE lease_history IS 'Every tenure: who led, when, and why it ended.';
COMMENT ON COLUMN lease_history.timeline IS 'PostgreSQL timeline.';
COMMENT ON COLUMN lease_history.term IS 'Term.';
COMMENT ON COLUMN lease_history.node IS 'The leader.';
COMMENT ON COLUMN lease_history.pid IS 'Backend of its lease session.';
COMMENT ON COLUMN lease_history.acquired_at IS 'When it won the lock.';
COMMENT ON COLUMN lease_history.first_scan_at IS 'When its first scan was committed.';
COMMENT ON COLUMN lease_history.ended_at IS 'When it resigned, or when the next leader found it gone.';
COMMENT ON COLUMN lease_history.end_reason IS 'resigned: orderly. superseded: the next leader found it gone. terminated: a challenger ended a stuck holder.';

CREATE TABLE node (
    name       text PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 100),
    version    text NOT NULL,
    address    text NOT NULL,
    pid        integer NOT NULL,
    state      text NOT NULL CHECK (state IN ('ready', 'draining', 'stopped')),
    started_at timestamptz NOT NULL DEFAULT now(),
    seen_at    timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE node IS 'The nodes of the cluster, each writing its own row every few seconds.';
COMMENT ON COLUMN node.name IS 'Name of the node; must differ between nodes.';
COMMENT ON COLUMN node.version IS 'Version of tidemarkd.';
COMMENT ON COLUMN node.address IS 'Where it listens.';
COMMENT ON COLUMN node.pid IS 'Its process id.';
COMMENT ON COLUMN node.state IS 'What it last said of itself.';
COMMENT ON COLUMN node.started_at IS 'When it started.';
COMMENT ON COLUMN node.seen_at IS 'When it last wrote this row; older than 15 seconds: gone.';
