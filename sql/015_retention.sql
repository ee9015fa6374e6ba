-- The event log in partitions by month, so that what is past its retention goes as a whole: a table is dropped, no row is deleted.
-- docs/decisions/0010-events-in-months.md has the reasons and the figures.

CREATE TABLE event_partition (
    name        text PRIMARY KEY,
    from_at     timestamptz NOT NULL,
    to_at       timestamptz NOT NULL CHECK (to_at > from_at),
    exported_to text,
    exported_at timestamptz,
    exported_events bigint,
    dropped_at  timestamptz
);
COMMENT ON TABLE event_partition IS 'The months of the event log: which are there, and what became of those that are not.';
COMMENT ON COLUMN event_partition.name IS 'Name of the partition of event.';
COMMENT ON COLUMN event_partition.from_at IS 'Events from then on.';
COMMENT ON COLUMN event_partition.to_at IS 'Events before then.';
COMMENT ON COLUMN event_partition.exported_to IS 'Node and file that it was written to before it was dropped.';
COMMENT ON COLUMN event_partition.exported_at IS 'When.';
COMMENT ON COLUMN event_partition.exported_events IS 'How many events the file holds.';
COMMENT ON COLUMN event_partition.dropped_at IS 'When it was dropped; null: it is there.';

-- What was written so far becomes the first partition as it is: no row is copied. Views follow a table and not its name, so
-- those that read event are put aside and made again.
DO $$
DECLARE
    views jsonb;
    v jsonb;
    next_id bigint;
    month timestamptz := (date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
BEGIN
    LOCK TABLE event IN ACCESS EXCLUSIVE MODE;
    WITH RECURSIVE reader AS (
        SELECT 'event'::regclass::oid AS oid, 0 AS depth
        UNION
        SELECT w.ev_class, r.depth + 1
        FROM reader r
        JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = r.oid AND d.classid = 'pg_rewrite'::regclass
        JOIN pg_rewrite w ON w.oid = d.objid AND w.ev_class <> r.oid
    )
    SELECT coalesce(jsonb_agg(jsonb_build_object('name', c.relname, 'query', pg_get_viewdef(c.oid),
                                                 'comment', obj_description(c.oid, 'pg_class')) ORDER BY x.depth), '[]')
    INTO views
    FROM (SELECT oid, max(depth) AS depth FROM reader WHERE depth > 0 GROUP BY oid) x JOIN pg_class c ON c.oid = x.oid;
    FOR v IN SELECT value FROM jsonb_array_elements(views) WITH ORDINALITY ORDER BY ordinality DESC LOOP
        EXECUTE format('DROP VIEW %I', v ->> 'name');
    END LOOP;

    DROP TRIGGER event_is_immutable_row ON event;
    DROP TRIGGER event_is_immutable_table ON event;
    SELECT coalesce(max(id), 0) + 1 INTO next_id FROM event;
    SELECT greatest(next_id, coalesce(pg_sequence_last_value(pg_get_serial_sequence('event', 'id')::regclass), 0) + 1) INTO next_id;
    ALTER TABLE event ALTER COLUMN id DROP IDENTITY;
    ALTER TABLE event DROP CONSTRAINT event_pkey;
    ALTER TABLE event RENAME TO event_first;
    ALTER TABLE event_first ADD CONSTRAINT event_first_pkey PRIMARY KEY (id, occurred_at);
    ALTER INDEX event_by_xid RENAME TO event_first_by_xid;
    ALTER INDEX event_by_machine RENAME TO event_first_by_machine;
    ALTER INDEX event_by_project RENAME TO event_first_by_project;
    ALTER INDEX event_by_deployment RENAME TO event_first_by_deployment;

    CREATE TABLE event (LIKE event_first INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING COMMENTS) PARTITION BY RANGE (occurred_at);
    ALTER TABLE event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
    EXECUTE format('ALTER TABLE event ALTER COLUMN id RESTART WITH %s', next_id);
    ALTER TABLE event ADD CONSTRAINT event_pkey PRIMARY KEY (id, occurred_at);
    CREATE INDEX event_by_xid ON event (xid, id);
    CREATE INDEX event_by_machine ON event (machine_id, id) WHERE machine_id IS NOT NULL;
    CREATE INDEX event_by_project ON event (project_id, id) WHERE project_id IS NOT NULL;
    CREATE INDEX event_by_deployment ON event (deployment_id, id) WHERE deployment_id IS NOT NULL;
    EXECUTE format('ALTER TABLE event ATTACH PARTITION event_first FOR VALUES FROM (MINVALUE) TO (%L)', month);
    CREATE TABLE event_default PARTITION OF event DEFAULT;
    CREATE TRIGGER event_is_immutable_row BEFORE UPDATE OR DELETE ON event
        FOR EACH ROW EXECUTE FUNCTION event_is_immutable();
    CREATE TRIGGER event_is_immutable_table BEFORE TRUNCATE ON event
        FOR EACH STATEMENT EXECUTE FUNCTION event_is_immutable();
    CREATE TRIGGER event_is_immutable_table BEFORE TRUNCATE ON event_first
        FOR EACH STATEMENT EXECUTE FUNCTION event_is_immutable();
    CREATE TRIGGER event_is_immutable_table BEFORE TRUNCATE ON event_default
        FOR EACH STATEMENT EXECUTE FUNCTION event_is_immutable();
    INSERT INTO event_partition (name, from_at, to_at) VALUES ('event_first', '-infinity', month);

    FOR v IN SELECT value FROM jsonb_array_elements(views) WITH ORDINALITY ORDER BY ordinality LOOP
        EXECUTE format('CREATE VIEW %I AS %s', v ->> 'name', v ->> 'query');
        EXECUTE format('COMMENT ON VIEW %I IS %L', v ->> 'name', v ->> 'comment');
        IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('tidemark_app', 'tidemark_readonly')) = 2 THEN
            EXECUTE format('GRANT SELECT ON %I TO tidemark_app, tidemark_readonly', v ->> 'name');
        END IF;
    END LOOP;
END $$;
COMMENT ON TABLE event IS 'What happened, one row each, immutable, in partitions by month. The scanner reads it from the mark on; it is the audit trail too.';
COMMENT ON TABLE event_first IS 'The events of the time up to the end of the month in which the log was put into partitions.';
COMMENT ON TABLE event_default IS 'For events that no other partition takes: empty, unless no leader made partitions for months.';

-- The owner's work, for nodes that run as tidemark_app: a partition is made, or dropped, and nothing else.
CREATE FUNCTION make_event_partitions(months_ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    start timestamptz;
    finish timestamptz;
    part text;
    made integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext(current_schema() || '.event_partition'));
    SELECT max(to_at) INTO start FROM event_partition;
    WHILE start < now() + make_interval(months => least(months_ahead, 12)) LOOP
        finish := ((start AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
        part := 'event_' || to_char(start AT TIME ZONE 'UTC', 'YYYY_MM');
        -- Events that nobody made room for stay in event_default: to move them would be to change them.
        IF NOT EXISTS (SELECT 1 FROM event_default WHERE occurred_at >= start AND occurred_at < finish) THEN
            EXECUTE format('CREATE TABLE %I (LIKE event INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING COMMENTS)', part);
            EXECUTE format('ALTER TABLE event ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part, start, finish);
            EXECUTE format('CREATE TRIGGER event_is_immutable_table BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION event_is_immutable()', part);
            EXECUTE format('COMMENT ON TABLE %I IS %L', part, 'The events of ' || to_char(start AT TIME ZONE 'UTC', 'YYYY-MM') || '.');
            IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('tidemark_app', 'tidemark_readonly')) = 2 THEN
                EXECUTE format('GRANT SELECT ON %I TO tidemark_app, tidemark_readonly', part);
            END IF;
            INSERT INTO event_partition (name, from_at, to_at) VALUES (part, start, finish);
            made := made + 1;
        END IF;
        start := finish;
    END LOOP;
    RETURN made;
END $$;
COMMENT ON FUNCTION make_event_partitions(integer) IS 'Makes the partitions of event up to so many months ahead; returns how many were missing.';

CREATE FUNCTION event_partition_status()
RETURNS TABLE (name text, from_at timestamptz, to_at timestamptz, highest_xid xid8, read_below xid8, exported_at timestamptz)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    p event_partition%ROWTYPE;
BEGIN
    FOR p IN SELECT * FROM event_partition e WHERE e.dropped_at IS NULL ORDER BY e.to_at LOOP
        name := p.name; from_at := p.from_at; to_at := p.to_at; exported_at := p.exported_at;
        EXECUTE format('SELECT max_xid.xid FROM (SELECT xid FROM %I ORDER BY xid DESC LIMIT 1) max_xid', p.name) INTO highest_xid;
        SELECT pg_snapshot_xmin(m.done) INTO read_below FROM scan_mark m ORDER BY pg_snapshot_xmin(m.done) LIMIT 1;
        RETURN NEXT;
    END LOOP;
END $$;
COMMENT ON FUNCTION event_partition_status() IS 'The partitions that are there, with the highest transaction in each and the one below which every event was read by every mark.';

CREATE FUNCTION drop_event_partition(part text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    known event_partition%ROWTYPE;
    read_below xid8;
    unread boolean;
    held bigint;
BEGIN
    SELECT * INTO STRICT known FROM event_partition WHERE name = part AND dropped_at IS NULL FOR UPDATE;
    IF known.to_at > now() THEN
        RAISE EXCEPTION 'partition % takes events until %', part, known.to_at USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    EXECUTE format('SELECT count(*) FROM %I', part) INTO held;
    -- The whole first, as everybody who reads it does; else the two would wait for each other.
    LOCK TABLE event IN ACCESS EXCLUSIVE MODE;
    -- Asked under the lock: a transaction that was open for long may have written to it until now.
    SELECT pg_snapshot_xmin(m.done) INTO read_below FROM scan_mark m ORDER BY pg_snapshot_xmin(m.done) LIMIT 1;
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE xid >= $1)', part) INTO unread USING read_below;
    IF unread THEN
        RAISE EXCEPTION 'partition % holds events that no scan has read', part USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    EXECUTE format('DROP TABLE %I', part);
    UPDATE event_partition SET dropped_at = now() WHERE name = part;
    RETURN held;
END $$;
COMMENT ON FUNCTION drop_event_partition(text) IS 'Drops a partition that is past and wholly read, and refuses any other; returns how many events it held.';
SELECT make_event_partitions(2);

ALTER TABLE deployment ADD COLUMN logs_removed_at timestamptz;
COMMENT ON COLUMN deployment.logs_removed_at IS 'When the logs of its steps were removed, as the log retention says; null: they are there.';
CREATE INDEX deployment_with_logs ON deployment (finished_at) WHERE finished_at IS NOT NULL AND logs_removed_at IS NULL;

REVOKE EXECUTE ON FUNCTION make_event_partitions(integer), drop_event_partition(text) FROM PUBLIC;
DO $$
BEGIN
    IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('tidemark_app', 'tidemark_readonly')) = 2 THEN
        GRANT SELECT, INSERT ON event TO tidemark_app;
        GRANT SELECT ON event_first, event_default TO tidemark_app;
        GRANT SELECT, UPDATE ON event_partition TO tidemark_app;
        GRANT SELECT ON event, event_first, event_default, event_partition TO tidemark_readonly;
        GRANT EXECUTE ON FUNCTION make_event_partitions(integer), drop_event_partition(text) TO tidemark_app;
    END IF;
END $$;
