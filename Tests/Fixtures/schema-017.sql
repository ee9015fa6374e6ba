-- API key: tmk_is4LQJiLelmaYbXfj9RgkyKbgLtVXzmKeK2JW257uzv1zBpnk
CREATE ROLE tidemark_app;
CREATE ROLE tidemark_readonly;
--
-- PostgreSQL database dump
--

\restrict UJBhailipeQaxxB07Q93uLspX6VDznrHegH69GtGvOqhERdCiBlu2SnEXuECYp7

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: desired_release(bigint, bigint, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.desired_release(machine bigint, environment bigint, project bigint) RETURNS TABLE(release_id bigint, source text, pin_id bigint, deployment_id bigint, since timestamp with time zone)
    LANGUAGE sql STABLE
    AS $$
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


--
-- Name: drop_event_partition(text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.drop_event_partition(part text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO '$user', 'public'
    AS $_$
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
END $_$;


--
-- Name: event_is_immutable(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.event_is_immutable() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    -- Only rebase_events() below may touch xid, and nothing else, after a restore into another cluster.
    IF TG_OP = 'UPDATE' AND current_setting('tidemark.rebase', true) = 'on'
       AND (to_jsonb(NEW) - 'xid') = (to_jsonb(OLD) - 'xid') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'event is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;


--
-- Name: event_partition_status(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.event_partition_status() RETURNS TABLE(name text, from_at timestamp with time zone, to_at timestamp with time zone, highest_xid xid8, read_below xid8, exported_at timestamp with time zone)
    LANGUAGE plpgsql STABLE
    AS $$
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


--
-- Name: keep_machine_release_history(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.keep_machine_release_history() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO machine_release_history (machine_id, project_id, release_id, incomplete_release_id, run_id)
    VALUES (NEW.machine_id, NEW.project_id, NEW.actual_release_id, NEW.incomplete_release_id, NEW.run_id);
    RETURN NULL;
END $$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: machine_policy; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.machine_policy (
    id bigint NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    check_kind text,
    check_script text,
    check_interval_seconds integer,
    check_cron text,
    check_timeout_seconds integer,
    warning_exit_codes integer[],
    check_before_deployment boolean,
    unavailable_after_seconds integer,
    may_be_offline boolean,
    delete_unavailable boolean,
    delete_after_seconds integer,
    purge_after_seconds integer,
    guard_share_percent integer,
    guard_count integer,
    keep_releases integer,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT machine_policy_check CHECK (((check_interval_seconds IS NULL) OR (check_cron IS NULL))),
    CONSTRAINT machine_policy_check_cron_check CHECK ((length(check_cron) <= 100)),
    CONSTRAINT machine_policy_check_interval_seconds_check CHECK (((check_interval_seconds >= 10) AND (check_interval_seconds <= 2592000))),
    CONSTRAINT machine_policy_check_kind_check CHECK ((check_kind = ANY (ARRAY['connection'::text, 'script'::text]))),
    CONSTRAINT machine_policy_check_script_check CHECK ((length(check_script) <= 100000)),
    CONSTRAINT machine_policy_check_timeout_seconds_check CHECK (((check_timeout_seconds >= 1) AND (check_timeout_seconds <= 3600))),
    CONSTRAINT machine_policy_delete_after_seconds_check CHECK (((delete_after_seconds >= 0) AND (delete_after_seconds <= 31536000))),
    CONSTRAINT machine_policy_description_check CHECK ((length(description) <= 1000)),
    CONSTRAINT machine_policy_guard_count_check CHECK (((guard_count >= 1) AND (guard_count <= 100000))),
    CONSTRAINT machine_policy_guard_share_percent_check CHECK (((guard_share_percent >= 1) AND (guard_share_percent <= 100))),
    CONSTRAINT machine_policy_keep_releases_check CHECK (((keep_releases >= 1) AND (keep_releases <= 100))),
    CONSTRAINT machine_policy_name_check CHECK ((name ~ '^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$'::text)),
    CONSTRAINT machine_policy_purge_after_seconds_check CHECK (((purge_after_seconds >= 0) AND (purge_after_seconds <= 31536000))),
    CONSTRAINT machine_policy_unavailable_after_seconds_check CHECK (((unavailable_after_seconds >= 1) AND (unavailable_after_seconds <= 86400))),
    CONSTRAINT machine_policy_warning_exit_codes_check CHECK ((cardinality(warning_exit_codes) <= 50))
);


--
-- Name: machine_policy_in_force; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.machine_policy_in_force AS
 SELECT p.id,
    p.name,
    COALESCE(p.check_kind, d.check_kind) AS check_kind,
    COALESCE(p.check_script, d.check_script) AS check_script,
        CASE
            WHEN (p.check_cron IS NOT NULL) THEN NULL::integer
            ELSE COALESCE(p.check_interval_seconds, d.check_interval_seconds)
        END AS check_interval_seconds,
        CASE
            WHEN (p.check_interval_seconds IS NOT NULL) THEN NULL::text
            ELSE COALESCE(p.check_cron, d.check_cron)
        END AS check_cron,
    COALESCE(p.check_timeout_seconds, d.check_timeout_seconds) AS check_timeout_seconds,
    COALESCE(p.warning_exit_codes, d.warning_exit_codes) AS warning_exit_codes,
    COALESCE(p.check_before_deployment, d.check_before_deployment) AS check_before_deployment,
    COALESCE(p.unavailable_after_seconds, d.unavailable_after_seconds) AS unavailable_after_seconds,
    COALESCE(p.may_be_offline, d.may_be_offline) AS may_be_offline,
    COALESCE(p.delete_unavailable, d.delete_unavailable) AS delete_unavailable,
    COALESCE(p.delete_after_seconds, d.delete_after_seconds) AS delete_after_seconds,
    COALESCE(p.purge_after_seconds, d.purge_after_seconds) AS purge_after_seconds,
    COALESCE(p.guard_share_percent, d.guard_share_percent) AS guard_share_percent,
    COALESCE(p.guard_count, d.guard_count) AS guard_count,
    COALESCE(p.keep_releases, d.keep_releases) AS keep_releases
   FROM (public.machine_policy p
     CROSS JOIN ( SELECT machine_policy.id,
            machine_policy.name,
            machine_policy.description,
            machine_policy.check_kind,
            machine_policy.check_script,
            machine_policy.check_interval_seconds,
            machine_policy.check_cron,
            machine_policy.check_timeout_seconds,
            machine_policy.warning_exit_codes,
            machine_policy.check_before_deployment,
            machine_policy.unavailable_after_seconds,
            machine_policy.may_be_offline,
            machine_policy.delete_unavailable,
            machine_policy.delete_after_seconds,
            machine_policy.purge_after_seconds,
            machine_policy.guard_share_percent,
            machine_policy.guard_count,
            machine_policy.keep_releases,
            machine_policy.created_at,
            machine_policy.updated_at
           FROM public.machine_policy
          WHERE (machine_policy.name = 'default'::text)) d);


--
-- Name: machine_policy_of(bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.machine_policy_of(policy bigint) RETURNS SETOF public.machine_policy_in_force
    LANGUAGE sql STABLE
    AS $$
    SELECT * FROM machine_policy_in_force f
    WHERE f.id = coalesce(policy, (SELECT id FROM machine_policy WHERE name = 'default'))
$$;


--
-- Name: make_event_partitions(integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.make_event_partitions(months_ahead integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO '$user', 'public'
    AS $$
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


--
-- Name: projects_before(bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.projects_before(project bigint) RETURNS SETOF bigint
    LANGUAGE sql STABLE
    AS $$
    WITH RECURSIVE before AS (
        SELECT a.after_id FROM project_after a WHERE a.project_id = projects_before.project
        UNION
        SELECT a.after_id FROM before b JOIN project_after a ON a.project_id = b.after_id
    )
    SELECT after_id FROM before
$$;


--
-- Name: rebase_events(text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.rebase_events(restored_mark text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO '$user', 'public'
    AS $$
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


--
-- Name: release_is_for(jsonb, text[], boolean); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.release_is_for(process jsonb, roles text[], automatic boolean) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT EXISTS (SELECT 1 FROM jsonb_array_elements(process) s
                   WHERE step_is_for(s, roles, automatic) AND coalesce(s ->> 'runWhen', 'success') <> 'failure')
$$;


--
-- Name: step_is_for(jsonb, text[], boolean); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.step_is_for(step jsonb, roles text[], automatic boolean) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT NOT (step ? 'manual' OR step ? 'healthCheck')
       AND (jsonb_array_length(coalesce(step -> 'roles', '[]')) = 0 OR step -> 'roles' ?| roles)
       AND NOT (automatic AND coalesce(step ->> 'onAutomatic', 'run') = 'skip')
$$;


--
-- Name: agent_nonce; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.agent_nonce (
    machine_id bigint NOT NULL,
    nonce text NOT NULL,
    used_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT agent_nonce_nonce_check CHECK (((length(nonce) >= 16) AND (length(nonce) <= 64)))
);


--
-- Name: agent_session; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.agent_session (
    machine_id bigint NOT NULL,
    epoch bigint NOT NULL,
    token_hash bytea NOT NULL,
    boot_id text NOT NULL,
    remote text DEFAULT ''::text NOT NULL,
    opened_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    previous_token_hash bytea,
    previous_boot_id text,
    duplicate_reported_at timestamp with time zone,
    CONSTRAINT agent_session_previous_token_hash_check CHECK ((octet_length(previous_token_hash) = 32)),
    CONSTRAINT agent_session_token_hash_check CHECK ((octet_length(token_hash) = 32))
);


--
-- Name: agent_session_epoch; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.agent_session_epoch
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: agent_session_epoch; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.agent_session_epoch OWNED BY public.agent_session.epoch;


--
-- Name: api_key; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.api_key (
    id bigint NOT NULL,
    name text NOT NULL,
    prefix text NOT NULL,
    key_hash bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT api_key_key_hash_check CHECK ((octet_length(key_hash) = 32)),
    CONSTRAINT api_key_name_check CHECK ((name ~ '^[A-Za-z0-9][A-Za-z0-9._@-]{0,62}$'::text))
);


--
-- Name: api_key_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.api_key ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.api_key_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: cleanup_hold; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.cleanup_hold (
    policy_id bigint NOT NULL,
    scope text NOT NULL,
    machines integer NOT NULL,
    of integer NOT NULL,
    held_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT cleanup_hold_check CHECK ((of >= machines)),
    CONSTRAINT cleanup_hold_machines_check CHECK ((machines > 0)),
    CONSTRAINT cleanup_hold_scope_check CHECK ((scope = ANY (ARRAY['policy'::text, 'fleet'::text])))
);


--
-- Name: lease; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.lease (
    name text NOT NULL,
    term bigint DEFAULT 0 NOT NULL,
    timeline text DEFAULT ''::text NOT NULL,
    node text,
    pid integer,
    acquired_at timestamp with time zone,
    renewed_at timestamp with time zone,
    resigned_at timestamp with time zone,
    CONSTRAINT lease_term_check CHECK ((term >= 0))
);


--
-- Name: node; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.node (
    name text NOT NULL,
    version text NOT NULL,
    address text NOT NULL,
    pid integer NOT NULL,
    state text NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT node_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
    CONSTRAINT node_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'draining'::text, 'stopped'::text])))
);


--
-- Name: cluster_status; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.cluster_status AS
 SELECT n.name AS node,
    n.version,
    n.address,
        CASE
            WHEN ((n.state <> 'stopped'::text) AND (n.seen_at < (now() - '00:00:15'::interval))) THEN 'gone'::text
            ELSE n.state
        END AS state,
    ((l.node = n.name) AND (l.resigned_at IS NULL)) AS leads,
    l.term,
    n.started_at,
    n.seen_at
   FROM (public.node n
     CROSS JOIN ( SELECT lease.node,
            lease.term,
            lease.resigned_at
           FROM public.lease
          WHERE (lease.name = 'scanner'::text)) l)
  ORDER BY n.name;


--
-- Name: decision; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.decision (
    id bigint NOT NULL,
    event_id bigint NOT NULL,
    trigger_id bigint,
    machine_id bigint NOT NULL,
    project_id bigint NOT NULL,
    need_id bigint,
    deployment_id bigint,
    release_id bigint,
    kind text NOT NULL,
    verdict text NOT NULL,
    reason text NOT NULL,
    term bigint NOT NULL,
    node text NOT NULL,
    decided_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT decision_kind_check CHECK ((kind = ANY (ARRAY['match'::text, 'plan'::text])))
);


--
-- Name: environment; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.environment (
    id bigint NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT environment_description_check CHECK ((length(description) <= 1000)),
    CONSTRAINT environment_name_check CHECK ((name ~ '^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$'::text))
);


--
-- Name: event; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.event (
    id bigint NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    occurred_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    category text NOT NULL,
    machine_id bigint,
    environment_id bigint,
    project_id bigint,
    release_id bigint,
    trigger_id bigint,
    deployment_id bigint,
    actor text NOT NULL,
    node text NOT NULL,
    message text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT event_category_check CHECK (((length(category) >= 1) AND (length(category) <= 64))),
    CONSTRAINT event_message_check CHECK ((length(message) <= 4000))
)
PARTITION BY RANGE (occurred_at);


--
-- Name: machine; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.machine (
    id bigint NOT NULL,
    name text NOT NULL,
    incarnation integer DEFAULT 1 NOT NULL,
    environment_id bigint NOT NULL,
    roles text[] NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    health text DEFAULT 'Unknown'::text NOT NULL,
    health_since timestamp with time zone DEFAULT now() NOT NULL,
    public_key bytea NOT NULL,
    join_token_id bigint,
    facts jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    policy_id bigint,
    ephemeral boolean DEFAULT false NOT NULL,
    expired_at timestamp with time zone,
    restored_at timestamp with time zone,
    cleanup_allowed_at timestamp with time zone,
    purge_failures integer DEFAULT 0 NOT NULL,
    purge_retry_at timestamp with time zone,
    CONSTRAINT machine_health_check CHECK ((health = ANY (ARRAY['Unknown'::text, 'Healthy'::text, 'HasWarnings'::text, 'Unhealthy'::text, 'Unavailable'::text]))),
    CONSTRAINT machine_incarnation_check CHECK ((incarnation >= 1)),
    CONSTRAINT machine_name_check CHECK ((name ~ '^[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$'::text)),
    CONSTRAINT machine_public_key_check CHECK ((octet_length(public_key) = 32)),
    CONSTRAINT machine_purge_failures_check CHECK ((purge_failures >= 0)),
    CONSTRAINT machine_roles_check CHECK (((cardinality(roles) >= 1) AND (cardinality(roles) <= 50)))
);


--
-- Name: project; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.project (
    id bigint NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    process jsonb NOT NULL,
    variables jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    teardown jsonb DEFAULT '[]'::jsonb NOT NULL,
    phases jsonb DEFAULT '[]'::jsonb NOT NULL,
    circuit_count integer DEFAULT 3 NOT NULL,
    circuit_share_percent integer DEFAULT 50 NOT NULL,
    circuit_fall_back boolean DEFAULT true NOT NULL,
    unavailable_targets text DEFAULT 'skip'::text NOT NULL,
    unhealthy_targets text DEFAULT 'skip'::text NOT NULL,
    minimum_healthy_percent integer,
    CONSTRAINT project_circuit_count_check CHECK (((circuit_count >= 1) AND (circuit_count <= 1000))),
    CONSTRAINT project_circuit_share_percent_check CHECK (((circuit_share_percent >= 1) AND (circuit_share_percent <= 100))),
    CONSTRAINT project_description_check CHECK ((length(description) <= 1000)),
    CONSTRAINT project_minimum_healthy_percent_check CHECK (((minimum_healthy_percent >= 1) AND (minimum_healthy_percent <= 100))),
    CONSTRAINT project_name_check CHECK ((name ~ '^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$'::text)),
    CONSTRAINT project_phases_check CHECK ((jsonb_typeof(phases) = 'array'::text)),
    CONSTRAINT project_process_check CHECK (((jsonb_typeof(process) = 'array'::text) AND ((jsonb_array_length(process) >= 1) AND (jsonb_array_length(process) <= 100)))),
    CONSTRAINT project_teardown_check CHECK ((jsonb_typeof(teardown) = 'array'::text)),
    CONSTRAINT project_unavailable_targets_check CHECK ((unavailable_targets = ANY (ARRAY['skip'::text, 'fail'::text]))),
    CONSTRAINT project_unhealthy_targets_check CHECK ((unhealthy_targets = ANY (ARRAY['skip'::text, 'fail'::text]))),
    CONSTRAINT project_variables_check CHECK ((jsonb_typeof(variables) = 'object'::text))
);


--
-- Name: project_trigger; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.project_trigger (
    id bigint NOT NULL,
    project_id bigint NOT NULL,
    name text NOT NULL,
    event_groups text[] DEFAULT '{}'::text[] NOT NULL,
    event_categories text[] DEFAULT '{}'::text[] NOT NULL,
    roles text[] DEFAULT '{}'::text[] NOT NULL,
    redeploy boolean DEFAULT false NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    batch_quiet_seconds integer DEFAULT 0 NOT NULL,
    batch_longest_seconds integer DEFAULT 60 NOT NULL,
    batch_size integer DEFAULT 100 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    retry_attempts integer DEFAULT 3 NOT NULL,
    retry_backoff_seconds integer DEFAULT 30 NOT NULL,
    retry_longest_seconds integer DEFAULT 600 NOT NULL,
    batch_canary integer DEFAULT 0 NOT NULL,
    repair_drift boolean DEFAULT false NOT NULL,
    CONSTRAINT project_trigger_batch_canary_check CHECK (((batch_canary >= 0) AND (batch_canary <= 100))),
    CONSTRAINT project_trigger_batch_longest_seconds_check CHECK (((batch_longest_seconds >= 0) AND (batch_longest_seconds <= 86400))),
    CONSTRAINT project_trigger_batch_quiet_seconds_check CHECK (((batch_quiet_seconds >= 0) AND (batch_quiet_seconds <= 3600))),
    CONSTRAINT project_trigger_batch_size_check CHECK (((batch_size >= 1) AND (batch_size <= 1000))),
    CONSTRAINT project_trigger_check CHECK (((cardinality(event_groups) + cardinality(event_categories)) > 0)),
    CONSTRAINT project_trigger_check1 CHECK ((retry_backoff_seconds <= retry_longest_seconds)),
    CONSTRAINT project_trigger_name_check CHECK ((name ~ '^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$'::text)),
    CONSTRAINT project_trigger_retry_attempts_check CHECK (((retry_attempts >= 1) AND (retry_attempts <= 100))),
    CONSTRAINT project_trigger_retry_backoff_seconds_check CHECK (((retry_backoff_seconds >= 1) AND (retry_backoff_seconds <= 86400))),
    CONSTRAINT project_trigger_retry_longest_seconds_check CHECK (((retry_longest_seconds >= 1) AND (retry_longest_seconds <= 604800)))
);


--
-- Name: release; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.release (
    id bigint NOT NULL,
    project_id bigint NOT NULL,
    version text NOT NULL,
    process jsonb NOT NULL,
    variables jsonb NOT NULL,
    notes text DEFAULT ''::text NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT release_notes_check CHECK ((length(notes) <= 10000)),
    CONSTRAINT release_process_check CHECK ((jsonb_typeof(process) = 'array'::text)),
    CONSTRAINT release_variables_check CHECK ((jsonb_typeof(variables) = 'object'::text)),
    CONSTRAINT release_version_check CHECK ((version ~ '^[A-Za-z0-9]([A-Za-z0-9._+-]{0,62}[A-Za-z0-9])?$'::text))
);


--
-- Name: decision_feed; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.decision_feed AS
 SELECT d.id,
    d.decided_at,
    d.kind,
    m.name AS machine,
    p.name AS project,
    r.version AS release,
    d.verdict,
    d.reason,
    d.event_id,
    t.name AS trigger,
    d.deployment_id,
    d.term,
    d.node,
    en.name AS environment,
    d.need_id,
    e.category AS event_category,
    e.occurred_at AS event_at
   FROM ((((((public.decision d
     JOIN public.machine m ON ((m.id = d.machine_id)))
     JOIN public.environment en ON ((en.id = m.environment_id)))
     JOIN public.project p ON ((p.id = d.project_id)))
     LEFT JOIN public.release r ON ((r.id = d.release_id)))
     LEFT JOIN public.project_trigger t ON ((t.id = d.trigger_id)))
     LEFT JOIN public.event e ON ((e.id = d.event_id)));


--
-- Name: decision_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.decision ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.decision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: deployment; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.deployment (
    id bigint NOT NULL,
    project_id bigint NOT NULL,
    release_id bigint NOT NULL,
    environment_id bigint NOT NULL,
    kind text NOT NULL,
    trigger_id bigint,
    state text DEFAULT 'running'::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    requested_by text NOT NULL,
    cancel_requested_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    unavailable_targets text DEFAULT 'skip'::text NOT NULL,
    unhealthy_targets text DEFAULT 'skip'::text NOT NULL,
    minimum_healthy_percent integer,
    repeats_id bigint,
    repeats_as text,
    logs_removed_at timestamp with time zone,
    CONSTRAINT deployment_check CHECK (((state = 'running'::text) = (finished_at IS NULL))),
    CONSTRAINT deployment_check1 CHECK (((repeats_id IS NULL) = (repeats_as IS NULL))),
    CONSTRAINT deployment_kind_check CHECK ((kind = ANY (ARRAY['rollout'::text, 'selected'::text, 'automatic'::text, 'teardown'::text]))),
    CONSTRAINT deployment_minimum_healthy_percent_check CHECK (((minimum_healthy_percent >= 1) AND (minimum_healthy_percent <= 100))),
    CONSTRAINT deployment_repeats_as_check CHECK ((repeats_as = ANY (ARRAY['retry'::text, 'redeploy'::text]))),
    CONSTRAINT deployment_state_check CHECK ((state = ANY (ARRAY['running'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text]))),
    CONSTRAINT deployment_unavailable_targets_check CHECK ((unavailable_targets = ANY (ARRAY['skip'::text, 'fail'::text]))),
    CONSTRAINT deployment_unhealthy_targets_check CHECK ((unhealthy_targets = ANY (ARRAY['skip'::text, 'fail'::text])))
);


--
-- Name: deployment_freeze; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.deployment_freeze (
    id bigint NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    reason text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    start_told boolean DEFAULT false NOT NULL,
    end_told boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT deployment_freeze_check CHECK ((ends_at > starts_at)),
    CONSTRAINT deployment_freeze_description_check CHECK ((length(description) <= 1000)),
    CONSTRAINT deployment_freeze_name_check CHECK ((name ~ '^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$'::text)),
    CONSTRAINT deployment_freeze_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 1000)))
);


--
-- Name: deployment_freeze_environment; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.deployment_freeze_environment (
    freeze_id bigint NOT NULL,
    environment_id bigint NOT NULL
);


--
-- Name: deployment_freeze_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.deployment_freeze ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.deployment_freeze_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: deployment_freeze_project; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.deployment_freeze_project (
    freeze_id bigint NOT NULL,
    project_id bigint NOT NULL
);


--
-- Name: deployment_freeze_in_force; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.deployment_freeze_in_force AS
 SELECT f.id,
    f.name,
    f.reason,
    f.starts_at,
    f.ends_at,
    fe.environment_id,
    fp.project_id
   FROM ((public.deployment_freeze f
     JOIN public.deployment_freeze_environment fe ON ((fe.freeze_id = f.id)))
     LEFT JOIN public.deployment_freeze_project fp ON ((fp.freeze_id = f.id)))
  WHERE ((f.starts_at <= now()) AND (f.ends_at > now()));


--
-- Name: deployment_gate; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.deployment_gate (
    deployment_id bigint NOT NULL,
    step_index integer NOT NULL,
    step_name text NOT NULL,
    kind text NOT NULL,
    instructions text DEFAULT ''::text NOT NULL,
    state text NOT NULL,
    reached_at timestamp with time zone DEFAULT now() NOT NULL,
    due_at timestamp with time zone,
    decided_at timestamp with time zone,
    decided_by text,
    reason text DEFAULT ''::text NOT NULL,
    CONSTRAINT deployment_gate_check CHECK (((state = 'waiting'::text) = (decided_at IS NULL))),
    CONSTRAINT deployment_gate_instructions_check CHECK ((length(instructions) <= 4000)),
    CONSTRAINT deployment_gate_kind_check CHECK ((kind = ANY (ARRAY['manual'::text, 'healthCheck'::text]))),
    CONSTRAINT deployment_gate_reason_check CHECK ((length(reason) <= 1000)),
    CONSTRAINT deployment_gate_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'passed'::text, 'refused'::text, 'timedOut'::text, 'skipped'::text]))),
    CONSTRAINT deployment_gate_step_index_check CHECK ((step_index >= 0))
);


--
-- Name: deployment_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.deployment ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.deployment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: deployment_progress; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.deployment_progress AS
SELECT
    NULL::bigint AS id,
    NULL::text AS project,
    NULL::text AS release,
    NULL::text AS environment,
    NULL::text AS kind,
    NULL::text AS state,
    NULL::text AS requested_by,
    NULL::bigint AS machines,
    NULL::bigint AS open,
    NULL::bigint AS succeeded,
    NULL::bigint AS failed,
    NULL::bigint AS skipped,
    NULL::text AS reason,
    NULL::timestamp with time zone AS created_at,
    NULL::timestamp with time zone AS finished_at;


--
-- Name: environment_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.environment ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.environment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: environment_release; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.environment_release (
    environment_id bigint NOT NULL,
    project_id bigint NOT NULL,
    release_id bigint NOT NULL,
    deployment_id bigint,
    since timestamp with time zone DEFAULT now() NOT NULL,
    source text DEFAULT 'rollout'::text NOT NULL,
    actor text DEFAULT ''::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    CONSTRAINT environment_release_reason_check CHECK ((length(reason) <= 1000)),
    CONSTRAINT environment_release_source_check CHECK ((source = ANY (ARRAY['rollout'::text, 'marked'::text])))
);


--
-- Name: environment_release_history; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.environment_release_history (
    id bigint NOT NULL,
    environment_id bigint NOT NULL,
    project_id bigint NOT NULL,
    release_id bigint NOT NULL,
    deployment_id bigint,
    source text NOT NULL,
    actor text NOT NULL,
    reason text NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: environment_release_history_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.environment_release_history ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.environment_release_history_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: ephemeral_environment; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.ephemeral_environment (
    environment_id bigint NOT NULL,
    template_id bigint NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    idle_limit_seconds integer,
    delete_when_empty boolean DEFAULT false NOT NULL,
    warn_before_seconds integer DEFAULT 1800 NOT NULL,
    protected boolean DEFAULT false NOT NULL,
    active_at timestamp with time zone DEFAULT now() NOT NULL,
    warned_at timestamp with time zone,
    teardown_at timestamp with time zone,
    teardown_reason text DEFAULT ''::text NOT NULL,
    teardown_attempts integer DEFAULT 0 NOT NULL,
    teardown_retry_at timestamp with time zone,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ephemeral_environment_check CHECK ((environment_id <> template_id)),
    CONSTRAINT ephemeral_environment_idle_limit_seconds_check CHECK (((idle_limit_seconds >= 60) AND (idle_limit_seconds <= 31536000))),
    CONSTRAINT ephemeral_environment_teardown_attempts_check CHECK ((teardown_attempts >= 0)),
    CONSTRAINT ephemeral_environment_teardown_reason_check CHECK ((length(teardown_reason) <= 1000)),
    CONSTRAINT ephemeral_environment_warn_before_seconds_check CHECK (((warn_before_seconds >= 0) AND (warn_before_seconds <= 2592000)))
);


--
-- Name: event_2026_12; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.event_2026_12 (
    id bigint NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    occurred_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    category text NOT NULL,
    machine_id bigint,
    environment_id bigint,
    project_id bigint,
    release_id bigint,
    trigger_id bigint,
    deployment_id bigint,
    actor text NOT NULL,
    node text NOT NULL,
    message text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT event_category_check CHECK (((length(category) >= 1) AND (length(category) <= 64))),
    CONSTRAINT event_message_check CHECK ((length(message) <= 4000))
);


--
-- Name: event_2027_01; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.event_2027_01 (
    id bigint NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    occurred_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    category text NOT NULL,
    machine_id bigint,
    environment_id bigint,
    project_id bigint,
    release_id bigint,
    trigger_id bigint,
    deployment_id bigint,
    actor text NOT NULL,
    node text NOT NULL,
    message text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT event_category_check CHECK (((length(category) >= 1) AND (length(category) <= 64))),
    CONSTRAINT event_message_check CHECK ((length(message) <= 4000))
);


--
-- Name: event_default; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.event_default (
    id bigint NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    occurred_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    category text NOT NULL,
    machine_id bigint,
    environment_id bigint,
    project_id bigint,
    release_id bigint,
    trigger_id bigint,
    deployment_id bigint,
    actor text NOT NULL,
    node text NOT NULL,
    message text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT event_category_check CHECK (((length(category) >= 1) AND (length(category) <= 64))),
    CONSTRAINT event_message_check CHECK ((length(message) <= 4000))
);


--
-- Name: event_feed; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.event_feed AS
 SELECT e.id,
    e.occurred_at,
    e.category,
    m.name AS machine,
    en.name AS environment,
    p.name AS project,
    r.version AS release,
    t.name AS trigger,
    e.deployment_id,
    e.actor,
    e.node,
    e.message
   FROM (((((public.event e
     LEFT JOIN public.machine m ON ((m.id = e.machine_id)))
     LEFT JOIN public.environment en ON ((en.id = e.environment_id)))
     LEFT JOIN public.project p ON ((p.id = e.project_id)))
     LEFT JOIN public.release r ON ((r.id = e.release_id)))
     LEFT JOIN public.project_trigger t ON ((t.id = e.trigger_id)));


--
-- Name: event_first; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.event_first (
    id bigint NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    occurred_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    category text NOT NULL,
    machine_id bigint,
    environment_id bigint,
    project_id bigint,
    release_id bigint,
    trigger_id bigint,
    deployment_id bigint,
    actor text NOT NULL,
    node text NOT NULL,
    message text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT event_category_check CHECK (((length(category) >= 1) AND (length(category) <= 64))),
    CONSTRAINT event_message_check CHECK ((length(message) <= 4000))
);


--
-- Name: event_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: event_partition; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.event_partition (
    name text NOT NULL,
    from_at timestamp with time zone NOT NULL,
    to_at timestamp with time zone NOT NULL,
    exported_to text,
    exported_at timestamp with time zone,
    exported_events bigint,
    dropped_at timestamp with time zone,
    CONSTRAINT event_partition_check CHECK ((to_at > from_at))
);


--
-- Name: health_check; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.health_check (
    id bigint NOT NULL,
    machine_id bigint NOT NULL,
    cause text NOT NULL,
    requested_by text NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    script text NOT NULL,
    timeout_seconds integer NOT NULL,
    warning_exit_codes integer[] NOT NULL,
    fence bigint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    given_at timestamp with time zone,
    concluded_at timestamp with time zone,
    health text,
    exit_code integer,
    reason text DEFAULT ''::text NOT NULL,
    output text DEFAULT ''::text NOT NULL,
    CONSTRAINT health_check_cause_check CHECK ((cause = ANY (ARRAY['connected'::text, 'scheduled'::text, 'requested'::text, 'deployment'::text]))),
    CONSTRAINT health_check_check CHECK (((state = 'concluded'::text) = (concluded_at IS NOT NULL))),
    CONSTRAINT health_check_check1 CHECK (((state = 'concluded'::text) = (health IS NOT NULL))),
    CONSTRAINT health_check_health_check CHECK ((health = ANY (ARRAY['Healthy'::text, 'HasWarnings'::text, 'Unhealthy'::text, 'Unavailable'::text]))),
    CONSTRAINT health_check_output_check CHECK ((octet_length(output) <= 4096)),
    CONSTRAINT health_check_reason_check CHECK ((length(reason) <= 2000)),
    CONSTRAINT health_check_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'given'::text, 'concluded'::text]))),
    CONSTRAINT health_check_timeout_seconds_check CHECK ((timeout_seconds > 0))
);


--
-- Name: health_check_due; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.health_check_due (
    machine_id bigint NOT NULL,
    due_at timestamp with time zone NOT NULL
);


--
-- Name: health_check_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.health_check ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.health_check_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: idempotency_key; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.idempotency_key (
    principal text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    status integer NOT NULL,
    body text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT idempotency_key_fingerprint_check CHECK ((octet_length(fingerprint) = 32)),
    CONSTRAINT idempotency_key_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255))),
    CONSTRAINT idempotency_key_status_check CHECK (((status >= 200) AND (status <= 599)))
);


--
-- Name: join_token; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.join_token (
    id bigint NOT NULL,
    token_hash bytea NOT NULL,
    prefix text NOT NULL,
    environment_id bigint NOT NULL,
    roles text[] NOT NULL,
    uses_left integer,
    uses integer DEFAULT 0 NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    policy_id bigint,
    ephemeral boolean DEFAULT false NOT NULL,
    CONSTRAINT join_token_roles_check CHECK (((cardinality(roles) >= 1) AND (cardinality(roles) <= 50))),
    CONSTRAINT join_token_token_hash_check CHECK ((octet_length(token_hash) = 32)),
    CONSTRAINT join_token_uses_left_check CHECK ((uses_left >= 0))
);


--
-- Name: join_token_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.join_token ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.join_token_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: lease_history; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.lease_history (
    timeline text NOT NULL,
    term bigint NOT NULL,
    node text NOT NULL,
    pid integer NOT NULL,
    acquired_at timestamp with time zone NOT NULL,
    first_scan_at timestamp with time zone,
    ended_at timestamp with time zone,
    end_reason text,
    CONSTRAINT lease_history_end_reason_check CHECK ((end_reason = ANY (ARRAY['resigned'::text, 'superseded'::text, 'terminated'::text])))
);


--
-- Name: log_chunk; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.log_chunk (
    step_run_id bigint NOT NULL,
    log_offset bigint NOT NULL,
    data bytea NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT log_chunk_data_check CHECK (((octet_length(data) >= 1) AND (octet_length(data) <= 262144))),
    CONSTRAINT log_chunk_log_offset_check CHECK ((log_offset >= 0))
);


--
-- Name: machine_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.machine ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.machine_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: machine_policy_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.machine_policy ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.machine_policy_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: machine_presence; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.machine_presence (
    machine_id bigint NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    node text NOT NULL
)
WITH (fillfactor='50');


--
-- Name: machine_quarantine; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.machine_quarantine (
    id bigint NOT NULL,
    machine_id bigint NOT NULL,
    project_id bigint NOT NULL,
    release_id bigint NOT NULL,
    attempts integer NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    quarantined_at timestamp with time zone DEFAULT now() NOT NULL,
    released_at timestamp with time zone,
    released_by text,
    release_reason text,
    CONSTRAINT machine_quarantine_attempts_check CHECK ((attempts > 0)),
    CONSTRAINT machine_quarantine_check CHECK (((released_at IS NULL) = (released_by IS NULL))),
    CONSTRAINT machine_quarantine_reason_check CHECK ((length(reason) <= 4000)),
    CONSTRAINT machine_quarantine_release_reason_check CHECK ((length(release_reason) <= 1000))
);


--
-- Name: machine_quarantine_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.machine_quarantine ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.machine_quarantine_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: machine_release; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.machine_release (
    machine_id bigint NOT NULL,
    project_id bigint NOT NULL,
    actual_release_id bigint,
    incomplete_release_id bigint,
    proven_at timestamp with time zone DEFAULT now() NOT NULL,
    run_id bigint,
    drifted_at timestamp with time zone,
    drifted_from_release_id bigint
);


--
-- Name: machine_release_history; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.machine_release_history (
    id bigint NOT NULL,
    machine_id bigint NOT NULL,
    project_id bigint NOT NULL,
    release_id bigint,
    incomplete_release_id bigint,
    run_id bigint,
    since timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: machine_release_history_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.machine_release_history ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.machine_release_history_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: need; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.need (
    id bigint NOT NULL,
    machine_id bigint NOT NULL,
    project_id bigint NOT NULL,
    trigger_id bigint,
    event_id bigint NOT NULL,
    redeploy boolean DEFAULT false NOT NULL,
    verdict text DEFAULT 'new'::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    attempts_release_id bigint,
    opened_at timestamp with time zone DEFAULT now() NOT NULL,
    due_at timestamp with time zone DEFAULT now(),
    closed_at timestamp with time zone,
    outcome text,
    CONSTRAINT need_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT need_check CHECK (((closed_at IS NULL) = (outcome IS NULL))),
    CONSTRAINT need_outcome_check CHECK ((outcome = ANY (ARRAY['satisfied'::text, 'withdrawn'::text, 'notApplicable'::text])))
);


--
-- Name: project_trigger_environment; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.project_trigger_environment (
    trigger_id bigint NOT NULL,
    environment_id bigint NOT NULL
);


--
-- Name: run; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.run (
    id bigint NOT NULL,
    deployment_id bigint NOT NULL,
    machine_id bigint NOT NULL,
    project_id bigint NOT NULL,
    release_id bigint NOT NULL,
    need_id bigint,
    state text DEFAULT 'pending'::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    health_check_id bigint,
    excused boolean DEFAULT false NOT NULL,
    CONSTRAINT run_check CHECK (((state = ANY (ARRAY['pending'::text, 'running'::text])) = (finished_at IS NULL))),
    CONSTRAINT run_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'running'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text, 'skipped'::text, 'unknown'::text])))
);


--
-- Name: machine_status; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.machine_status AS
 SELECT m.id AS machine_id,
    m.name AS machine,
    en.name AS environment,
    m.health,
    m.enabled,
    p.name AS project,
        CASE
            WHEN step.applies THEN should.version
            ELSE NULL::text
        END AS should_be,
    actual.version AS is_on_it,
        CASE
            WHEN (m.expired_at IS NOT NULL) THEN 'machineExpired'::text
            WHEN (busy.deployment_id IS NOT NULL) THEN 'inFlight'::text
            WHEN (n.id IS NOT NULL) THEN n.verdict
            WHEN (should.id IS NULL) THEN 'nothingDeployedYet'::text
            WHEN (NOT step.applies) THEN 'noApplicableStep'::text
            WHEN ((mr.actual_release_id = should.id) AND (mr.incomplete_release_id IS NULL)) THEN 'upToDate'::text
            WHEN (mr.drifted_at IS NOT NULL) THEN 'drifted'::text
            WHEN covered.by_trigger THEN 'noEventYet'::text
            ELSE 'noTrigger'::text
        END AS verdict,
        CASE
            WHEN (busy.deployment_id IS NULL) THEN n.reason
            ELSE NULL::text
        END AS reason,
    busy.deployment_id,
    n.due_at AS next_look_at,
    mr.proven_at,
        CASE
            WHEN step.applies THEN desired.source
            ELSE NULL::text
        END AS source,
        CASE
            WHEN step.applies THEN desired.since
            ELSE NULL::timestamp with time zone
        END AS since,
        CASE
            WHEN step.applies THEN desired.pin_id
            ELSE NULL::bigint
        END AS pin_id,
    incomplete.version AS begun_on_it,
    n.id AS need_id,
    n.attempts
   FROM (((((((((((public.machine m
     JOIN public.environment en ON ((en.id = m.environment_id)))
     CROSS JOIN public.project p)
     LEFT JOIN LATERAL public.desired_release(m.id, m.environment_id, p.id) desired(release_id, source, pin_id, deployment_id, since) ON (true))
     LEFT JOIN public.release should ON ((should.id = desired.release_id)))
     LEFT JOIN public.machine_release mr ON (((mr.machine_id = m.id) AND (mr.project_id = p.id))))
     LEFT JOIN public.release actual ON ((actual.id = mr.actual_release_id)))
     LEFT JOIN public.release incomplete ON ((incomplete.id = mr.incomplete_release_id)))
     LEFT JOIN public.need n ON (((n.machine_id = m.id) AND (n.project_id = p.id) AND (n.closed_at IS NULL))))
     LEFT JOIN LATERAL ( SELECT public.release_is_for(should.process, m.roles, true) AS applies) step ON (true))
     LEFT JOIN LATERAL ( SELECT run.deployment_id
           FROM public.run
          WHERE ((run.machine_id = m.id) AND (run.project_id = p.id) AND (run.state = ANY (ARRAY['pending'::text, 'running'::text])))
          ORDER BY run.deployment_id
         LIMIT 1) busy ON (true))
     LEFT JOIN LATERAL ( SELECT (EXISTS ( SELECT 1
                   FROM public.project_trigger t
                  WHERE ((t.project_id = p.id) AND t.enabled AND ((t.roles = '{}'::text[]) OR (t.roles && m.roles)) AND ((NOT (EXISTS ( SELECT 1
                           FROM public.project_trigger_environment te
                          WHERE (te.trigger_id = t.id)))) OR (EXISTS ( SELECT 1
                           FROM public.project_trigger_environment te
                          WHERE ((te.trigger_id = t.id) AND (te.environment_id = m.environment_id)))))))) AS by_trigger) covered ON (true))
  WHERE (m.deleted_at IS NULL);


--
-- Name: need_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.need ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.need_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: package; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.package (
    id bigint NOT NULL,
    name text NOT NULL,
    version text NOT NULL,
    size_bytes bigint NOT NULL,
    sha256 text NOT NULL,
    pushed_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    upload_id bigint NOT NULL,
    CONSTRAINT package_name_check CHECK ((name ~ '^[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$'::text)),
    CONSTRAINT package_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT package_size_bytes_check CHECK ((size_bytes > 0)),
    CONSTRAINT package_version_check CHECK ((version ~ '^[A-Za-z0-9]([A-Za-z0-9._+-]{0,62}[A-Za-z0-9])?$'::text))
);


--
-- Name: package_chunk; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.package_chunk (
    upload_id bigint NOT NULL,
    "position" integer NOT NULL,
    data bytea NOT NULL,
    CONSTRAINT package_chunk_data_check CHECK (((octet_length(data) >= 1) AND (octet_length(data) <= 262144))),
    CONSTRAINT package_chunk_position_check CHECK (("position" >= 0))
);
ALTER TABLE ONLY public.package_chunk ALTER COLUMN data SET STORAGE EXTERNAL;


--
-- Name: package_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.package ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.package_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: package_upload; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.package_upload (
    id bigint NOT NULL,
    name text NOT NULL,
    version text NOT NULL,
    size_bytes bigint DEFAULT 0 NOT NULL,
    started_by text NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    touched_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT package_upload_size_bytes_check CHECK ((size_bytes >= 0))
);


--
-- Name: package_upload_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.package_upload ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.package_upload_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: pin; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.pin (
    id bigint NOT NULL,
    project_id bigint NOT NULL,
    environment_id bigint,
    machine_id bigint,
    release_id bigint NOT NULL,
    one_shot boolean DEFAULT false NOT NULL,
    reason text NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone,
    ended_at timestamp with time zone,
    ended_by text,
    end_reason text,
    CONSTRAINT pin_check CHECK (((environment_id IS NULL) <> (machine_id IS NULL))),
    CONSTRAINT pin_check1 CHECK (((ended_at IS NULL) = (end_reason IS NULL))),
    CONSTRAINT pin_end_reason_check CHECK ((end_reason = ANY (ARRAY['removed'::text, 'replaced'::text, 'expired'::text, 'used'::text, 'machineDeleted'::text, 'environmentDeleted'::text]))),
    CONSTRAINT pin_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 1000)))
);


--
-- Name: pin_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.pin ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.pin_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: presence_gap; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.presence_gap (
    id bigint NOT NULL,
    from_at timestamp with time zone NOT NULL,
    until_at timestamp with time zone NOT NULL,
    CONSTRAINT presence_gap_check CHECK ((from_at < until_at))
);


--
-- Name: presence_gap_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.presence_gap ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.presence_gap_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: presence_watch; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.presence_watch (
    one boolean DEFAULT true NOT NULL,
    watched_since timestamp with time zone DEFAULT now() NOT NULL,
    watched_until timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT presence_watch_one_check CHECK (one)
);


--
-- Name: project_after; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.project_after (
    project_id bigint NOT NULL,
    after_id bigint NOT NULL,
    CONSTRAINT project_after_check CHECK ((project_id <> after_id))
);


--
-- Name: project_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.project ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.project_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: project_trigger_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.project_trigger ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.project_trigger_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: promotion; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.promotion (
    id bigint NOT NULL,
    project_id bigint NOT NULL,
    release_id bigint NOT NULL,
    environment_id bigint NOT NULL,
    phase text NOT NULL,
    deployment_id bigint,
    outcome text,
    message text DEFAULT ''::text NOT NULL,
    next_at timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT promotion_message_check CHECK ((length(message) <= 1000)),
    CONSTRAINT promotion_outcome_check CHECK ((outcome = ANY (ARRAY['rolledOut'::text, 'overtaken'::text, 'refused'::text])))
);


--
-- Name: promotion_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.promotion ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.promotion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: release_circuit; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.release_circuit (
    id bigint NOT NULL,
    project_id bigint NOT NULL,
    environment_id bigint NOT NULL,
    release_id bigint NOT NULL,
    failed integer NOT NULL,
    tried integer NOT NULL,
    fallback_release_id bigint,
    opened_at timestamp with time zone DEFAULT now() NOT NULL,
    closed_at timestamp with time zone,
    closed_by text,
    close_reason text,
    closing text,
    CONSTRAINT release_circuit_check CHECK ((tried >= failed)),
    CONSTRAINT release_circuit_check1 CHECK ((((closed_at IS NULL) = (closing IS NULL)) AND ((closed_at IS NULL) = (closed_by IS NULL)))),
    CONSTRAINT release_circuit_close_reason_check CHECK ((length(close_reason) <= 1000)),
    CONSTRAINT release_circuit_closing_check CHECK ((closing = ANY (ARRAY['byHand'::text, 'newRelease'::text]))),
    CONSTRAINT release_circuit_failed_check CHECK ((failed > 0))
);


--
-- Name: release_circuit_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.release_circuit ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.release_circuit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: release_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.release ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.release_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: run_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.run ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: scan_mark; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.scan_mark (
    name text NOT NULL,
    done pg_snapshot NOT NULL,
    batch pg_snapshot,
    cursor_xid xid8 DEFAULT '0'::xid8 NOT NULL,
    cursor_id bigint DEFAULT 0 NOT NULL,
    events_read bigint DEFAULT 0 NOT NULL,
    scans bigint DEFAULT 0 NOT NULL,
    term bigint DEFAULT 0 NOT NULL,
    node text DEFAULT ''::text NOT NULL,
    system_identifier bigint NOT NULL,
    advanced_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT scan_mark_cursor_id_check CHECK ((cursor_id >= 0))
);


--
-- Name: scan_status; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.scan_status AS
 SELECT s.name,
    s.done AS mark,
    s.node,
    s.term,
    s.scans,
    s.events_read,
    s.advanced_at,
    (now() - s.advanced_at) AS since_last_scan,
    (( SELECT count(*) AS count
           FROM public.event e
          WHERE (e.xid >= pg_snapshot_xmax(s.done))) + ( SELECT count(*) AS count
           FROM (public.event e
             JOIN pg_snapshot_xip(s.done) x(xid) ON ((e.xid = x.xid))))) AS events_waiting,
    ( SELECT min(a.xact_start) AS min
           FROM pg_stat_activity a
          WHERE ((a.backend_xid IS NOT NULL) AND (a.datname = current_database()))) AS oldest_write_transaction
   FROM public.scan_mark s;


--
-- Name: schema_migration; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.schema_migration (
    number integer NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL,
    applied_by text NOT NULL,
    CONSTRAINT schema_migration_number_check CHECK ((number > 0))
);


--
-- Name: step_run; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.step_run (
    id bigint NOT NULL,
    run_id bigint NOT NULL,
    deployment_id bigint NOT NULL,
    machine_id bigint NOT NULL,
    step_index integer NOT NULL,
    step_name text NOT NULL,
    state text DEFAULT 'pending'::text NOT NULL,
    attempt integer DEFAULT 0 NOT NULL,
    fence bigint DEFAULT 0 NOT NULL,
    session_epoch bigint,
    exit_code integer,
    message text DEFAULT ''::text NOT NULL,
    log_bytes bigint DEFAULT 0 NOT NULL,
    log_base bigint DEFAULT 0 NOT NULL,
    log_dropped_bytes bigint DEFAULT 0 NOT NULL,
    offered_at timestamp with time zone,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    failures integer DEFAULT 0 NOT NULL,
    CONSTRAINT step_run_attempt_check CHECK ((attempt >= 0)),
    CONSTRAINT step_run_failures_check CHECK ((failures >= 0)),
    CONSTRAINT step_run_fence_check CHECK ((fence >= 0)),
    CONSTRAINT step_run_message_check CHECK ((length(message) <= 4000)),
    CONSTRAINT step_run_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'offered'::text, 'running'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text, 'skipped'::text, 'unknown'::text]))),
    CONSTRAINT step_run_step_index_check CHECK ((step_index >= 0))
);


--
-- Name: step_run_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.step_run ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.step_run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: trigger_coverage; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.trigger_coverage AS
 SELECT te.trigger_id,
    te.environment_id
   FROM public.project_trigger_environment te
UNION
 SELECT te.trigger_id,
    x.environment_id
   FROM (public.project_trigger_environment te
     JOIN public.ephemeral_environment x ON ((x.template_id = te.environment_id)));


--
-- Name: web_session; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.web_session (
    id bigint NOT NULL,
    token_hash bytea NOT NULL,
    api_key_id bigint NOT NULL,
    remote text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT web_session_check CHECK ((expires_at > created_at)),
    CONSTRAINT web_session_remote_check CHECK ((length(remote) <= 100)),
    CONSTRAINT web_session_token_hash_check CHECK ((octet_length(token_hash) = 32))
);


--
-- Name: web_session_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.web_session ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.web_session_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: event_2026_12; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event ATTACH PARTITION public.event_2026_12 FOR VALUES FROM ('2026-12-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');


--
-- Name: event_2027_01; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event ATTACH PARTITION public.event_2027_01 FOR VALUES FROM ('2027-01-01 00:00:00+00') TO ('2027-02-01 00:00:00+00');


--
-- Name: event_default; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event ATTACH PARTITION public.event_default DEFAULT;


--
-- Name: event_first; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event ATTACH PARTITION public.event_first FOR VALUES FROM (MINVALUE) TO ('2026-12-01 00:00:00+00');


--
-- Name: agent_session epoch; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agent_session ALTER COLUMN epoch SET DEFAULT nextval('public.agent_session_epoch'::regclass);


--
-- Data for Name: agent_nonce; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.agent_nonce VALUES (1, '34ae93db62448419185385f8c7733c4f', '2026-11-25 11:41:47.343886+00');
INSERT INTO public.agent_nonce VALUES (2, '77e4fc1a06157fd3cf588a2568308fc9', '2026-11-25 11:41:49.687374+00');


--
-- Data for Name: agent_session; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.agent_session VALUES (1, 2, '\xde7effa8c9d6216ee051257860971aef607c5a705a80ac6608bdf22a5536f457', '6946c543-5a20-407f-b1cb-dbab180eb2c0', '127.0.0.1', '2026-11-25 11:41:47.343886+00', '2026-11-25 12:41:47.343886+00', NULL, NULL, NULL);
INSERT INTO public.agent_session VALUES (2, 3, '\x6508a0171697fb059376d9d50c61d167bd5aa79bdaaddb86df73c312e801b164', '6946c543-5a20-407f-b1cb-dbab180eb2c0', '127.0.0.1', '2026-11-25 11:41:49.687374+00', '2026-11-25 12:41:49.687374+00', NULL, NULL, NULL);


--
-- Data for Name: api_key; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.api_key OVERRIDING SYSTEM VALUE VALUES (1, 'story', 'tmk_aUmzwE', '\x3ef847dadb0bf3d270bfdd35cc50bdaef0f29382160121855368fcbbf148aaaa', '2026-11-25 11:41:46.711517+00', '2026-11-25 11:41:00+00', NULL);
INSERT INTO public.api_key OVERRIDING SYSTEM VALUE VALUES (2, 'recorded', 'tmk_is4LQJ', '\x62bd11750aaf8d7a705df6dc9d4ab3724ddf171021708f8f4bb4509fafe9c2d3', '2026-11-25 11:41:49.827786+00', NULL, NULL);


--
-- Data for Name: cleanup_hold; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: decision; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.decision OVERRIDING SYSTEM VALUE VALUES (1, 14, 1, 1, 1, NULL, NULL, NULL, 'match', 'needOpened', 'the event fired the trigger', 1, 'node-1', '2026-11-25 11:41:47.368448+00');
INSERT INTO public.decision OVERRIDING SYSTEM VALUE VALUES (2, 14, 1, 1, 1, 1, 2, 1, 'plan', 'deploying', 'deployment 2 was created for it', 1, 'node-1', '2026-11-25 11:41:47.396853+00');
INSERT INTO public.decision OVERRIDING SYSTEM VALUE VALUES (3, 14, 1, 1, 1, 1, NULL, 1, 'plan', 'upToDate', 'its agent proved the release to be on it', 1, 'node-1', '2026-11-25 11:41:47.687147+00');


--
-- Data for Name: deployment; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.deployment OVERRIDING SYSTEM VALUE VALUES (1, 1, 1, 1, 'rollout', NULL, 'succeeded', 'no machines: those that come get the release', 'key:story', NULL, '2026-11-25 11:41:47.141679+00', '2026-11-25 11:41:47.154513+00', 'skip', 'skip', NULL, NULL, NULL, NULL);
INSERT INTO public.deployment OVERRIDING SYSTEM VALUE VALUES (2, 1, 1, 1, 'automatic', 1, 'succeeded', '1 machine', 'trigger:1', NULL, '2026-11-25 11:41:47.360845+00', '2026-11-25 11:41:47.662933+00', 'skip', 'skip', NULL, NULL, NULL, NULL);


--
-- Data for Name: deployment_freeze; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: deployment_freeze_environment; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: deployment_freeze_project; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: deployment_gate; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: environment; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.environment OVERRIDING SYSTEM VALUE VALUES (1, 'production', '', '2026-11-25 11:41:46.987161+00', '2026-11-25 11:41:46.987161+00', NULL);


--
-- Data for Name: environment_release; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.environment_release VALUES (1, 1, 1, 1, '2026-11-25 11:41:47.141679+00', 'rollout', 'key:story', 'deployment 1 succeeded');


--
-- Data for Name: environment_release_history; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.environment_release_history OVERRIDING SYSTEM VALUE VALUES (1, 1, 1, 1, 1, 'rollout', 'key:story', 'deployment 1 succeeded', '2026-11-25 11:41:47.141679+00');


--
-- Data for Name: ephemeral_environment; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: event_2026_12; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: event_2027_01; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: event_default; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: event_first; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.event_first VALUES (1, '745', '2026-11-25 11:41:46.714293+00', 'KeyCreated', NULL, NULL, NULL, NULL, NULL, NULL, 'admin:root', 'admin@vm', 'API key story (tmk_aUmzwE) was created', '{}');
INSERT INTO public.event_first VALUES (2, '747', '2026-11-25 11:41:46.907865+00', 'NodeStarted', NULL, NULL, NULL, NULL, NULL, NULL, 'node:node-1', 'node-1', 'node started, version 0.1.0, listening on 127.0.0.1:57313', '{}');
INSERT INTO public.event_first VALUES (3, '749', '2026-11-25 11:41:46.919513+00', 'LeaseAcquired', NULL, NULL, NULL, NULL, NULL, NULL, 'node:node-1', 'node-1', 'lease acquired, term 1', '{"term": "1"}');
INSERT INTO public.event_first VALUES (4, '758', '2026-11-25 11:41:46.995555+00', 'EnvironmentCreated', NULL, 1, NULL, NULL, NULL, NULL, 'key:story', 'node-1', 'environment production was created', '{}');
INSERT INTO public.event_first VALUES (5, '758', '2026-11-25 11:41:46.995589+00', 'ProjectCreated', NULL, NULL, 1, NULL, NULL, NULL, 'key:story', 'node-1', 'project shop was created', '{}');
INSERT INTO public.event_first VALUES (6, '758', '2026-11-25 11:41:46.995641+00', 'TriggerCreated', NULL, NULL, 1, NULL, 1, NULL, 'key:story', 'node-1', 'trigger shop/arrivals was created', '{}');
INSERT INTO public.event_first VALUES (7, '766', '2026-11-25 11:41:47.050216+00', 'PackagePushed', NULL, NULL, NULL, NULL, NULL, NULL, 'key:story', 'node-1', 'package shop 1.4 was pushed', '{"sha256": "94201b9dbaa5c7afae345c2b8ce5554296cf8536e950fea3b34ed0f62385ca01"}');
INSERT INTO public.event_first VALUES (8, '772', '2026-11-25 11:41:47.099599+00', 'ReleaseCreated', NULL, NULL, 1, 1, NULL, NULL, 'key:story', 'node-1', 'release 1.4 of shop was created', '{}');
INSERT INTO public.event_first VALUES (9, '778', '2026-11-25 11:41:47.161591+00', 'DeploymentCreated', NULL, 1, 1, 1, NULL, 1, 'key:story', 'node-1', 'deployment 1 of shop 1.4 to production was created for 0 machines', '{}');
INSERT INTO public.event_first VALUES (10, '778', '2026-11-25 11:41:47.161695+00', 'EnvironmentReleaseChanged', NULL, 1, 1, 1, NULL, 1, 'key:story', 'node-1', 'production is to have shop 1.4: deployment 1 succeeded', '{"before": ""}');
INSERT INTO public.event_first VALUES (11, '778', '2026-11-25 11:41:47.1617+00', 'DeploymentSucceeded', NULL, 1, 1, 1, NULL, 1, 'key:story', 'node-1', 'deployment 1 of shop 1.4 to production succeeded: no machines: those that come get the release', '{}');
INSERT INTO public.event_first VALUES (12, '784', '2026-11-25 11:41:47.213961+00', 'TokenCreated', NULL, 1, NULL, NULL, NULL, NULL, 'key:story', 'node-1', 'join token tmj_SIjloF was created for roles web', '{}');
INSERT INTO public.event_first VALUES (13, '790', '2026-11-25 11:41:47.302818+00', 'MachineAdded', 1, 1, NULL, NULL, NULL, NULL, 'machine:web-1', 'node-1', 'machine web-1 joined with token tmj_SIjloF', '{"token": "tmj_SIjloF", "incarnation": "1"}');
INSERT INTO public.event_first VALUES (14, '796', '2026-11-25 11:41:47.356748+00', 'MachineHealthy', 1, 1, NULL, NULL, NULL, NULL, 'machine:web-1', 'node-1', 'machine web-1 was found Healthy: its agent opened a session', '{"to": "Healthy", "from": "Unknown"}');
INSERT INTO public.event_first VALUES (15, '798', '2026-11-25 11:41:47.39789+00', 'DeploymentCreated', NULL, 1, 1, 1, 1, 2, 'node:node-1', 'node-1', 'deployment 2 of shop 1.4 to production was created for 1 machine', '{}');
INSERT INTO public.event_first VALUES (16, '809', '2026-11-25 11:41:47.666744+00', 'DeploymentSucceeded', NULL, 1, 1, 1, 1, 2, 'machine:web-1', 'node-1', 'deployment 2 of shop 1.4 to production succeeded: 1 machine', '{}');
INSERT INTO public.event_first VALUES (17, '3815', '2026-11-25 11:41:47.745763+00', 'LeaseResigned', NULL, NULL, NULL, NULL, NULL, NULL, 'node:node-1', 'node-1', 'lease resigned, term 1', '{"term": "1"}');
INSERT INTO public.event_first VALUES (18, '3820', '2026-11-25 11:41:49.255773+00', 'NodeStopped', NULL, NULL, NULL, NULL, NULL, NULL, 'node:node-1', 'node-1', 'node stopped', '{}');
INSERT INTO public.event_first VALUES (19, '3824', '2026-11-25 11:41:49.540838+00', 'LeaseAcquired', NULL, NULL, NULL, NULL, NULL, NULL, 'node:node-1', 'node-1', 'lease acquired, term 2', '{"term": "2"}');
INSERT INTO public.event_first VALUES (20, '3823', '2026-11-25 11:41:49.541028+00', 'NodeStarted', NULL, NULL, NULL, NULL, NULL, NULL, 'node:node-1', 'node-1', 'node started, version 0.1.0, listening on 127.0.0.1:57313', '{}');
INSERT INTO public.event_first VALUES (21, '3831', '2026-11-25 11:41:49.616138+00', 'TokenCreated', NULL, 1, NULL, NULL, NULL, NULL, 'key:story', 'node-1', 'join token tmj_snzghn was created for roles web', '{}');
INSERT INTO public.event_first VALUES (22, '3833', '2026-11-25 11:41:49.648038+00', 'MachineAdded', 2, 1, NULL, NULL, NULL, NULL, 'machine:web-2', 'node-1', 'machine web-2 joined with token tmj_snzghn', '{"token": "tmj_snzghn", "incarnation": "1"}');
INSERT INTO public.event_first VALUES (23, '3835', '2026-11-25 11:41:49.698449+00', 'MachineHealthy', 2, 1, NULL, NULL, NULL, NULL, 'machine:web-2', 'node-1', 'machine web-2 was found Healthy: its agent opened a session', '{"to": "Healthy", "from": "Unknown"}');
INSERT INTO public.event_first VALUES (24, '3839', '2026-11-25 11:41:49.830497+00', 'KeyCreated', NULL, NULL, NULL, NULL, NULL, NULL, 'admin:root', 'admin@vm', 'API key recorded (tmk_is4LQJ) was created', '{}');


--
-- Data for Name: event_partition; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.event_partition VALUES ('event_first', '-infinity', '2026-12-01 00:00:00+00', NULL, NULL, NULL, NULL);
INSERT INTO public.event_partition VALUES ('event_2026_12', '2026-12-01 00:00:00+00', '2027-01-01 00:00:00+00', NULL, NULL, NULL, NULL);
INSERT INTO public.event_partition VALUES ('event_2027_01', '2027-01-01 00:00:00+00', '2027-02-01 00:00:00+00', NULL, NULL, NULL, NULL);


--
-- Data for Name: health_check; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: health_check_due; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: idempotency_key; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.idempotency_key VALUES ('key:story', '47bde99b5d8f24b4b18b084eb6a28012', '\x4c4c6c302b921d245396ca7985fd1d6508b93a3e64f4bdee100eaef886e31cbf', 200, '{"applied":[{"action":"created","kind":"Environment","name":"production"},{"action":"created","kind":"Project","name":"shop"},{"action":"created","kind":"Trigger","name":"shop/arrivals"}]}', '2026-11-25 11:41:46.987161+00');
INSERT INTO public.idempotency_key VALUES ('key:story', 'f9d1a88b033cc55a05457d837093e503', '\x813511b1f67a6396129a4fa6d4e2f251c15f45ce11bbd49e42693a47bdc6e577', 201, '{"createdAt":"2026-11-25T11:41:47.095467Z","createdBy":"key:story","id":1,"notes":"","process":[{"idempotent":false,"name":"install","package":{"checkTimeoutSeconds":60,"keep":3,"name":"shop","sha256":"94201b9dbaa5c7afae345c2b8ce5554296cf8536e950fea3b34ed0f62385ca01","sizeBytes":158,"version":"1.4"},"roles":[],"timeoutSeconds":600}],"project":"shop","variables":{},"version":"1.4"}', '2026-11-25 11:41:47.095467+00');
INSERT INTO public.idempotency_key VALUES ('key:story', '18b1539ded7efeb32f6c7389ba012d18', '\x438fb3da27f7cdc7ec9ad5161903f8bcc792d8e25250088be298cccfa834897e', 201, '{"cancelRequested":false,"createdAt":"2026-11-25T11:41:47.141679Z","environment":"production","finishedAt":"2026-11-25T11:41:47.154513Z","id":1,"kind":"rollout","project":"shop","reason":"no machines: those that come get the release","release":"1.4","requestedBy":"key:story","runCounts":{},"state":"succeeded"}', '2026-11-25 11:41:47.141679+00');
INSERT INTO public.idempotency_key VALUES ('key:story', '87541f326c06111b6e99a27bae5a0ba2', '\xb9e059d9a40f4ba81f713879775d8dac48059b1e4c1d3deec412fb778082c6c3', 201, '{"createdBy":"key:story","environment":"production","ephemeral":false,"expiresAt":"2026-11-25T12:41:47.211490Z","id":1,"policy":"default","prefix":"tmj_SIjloF","revoked":false,"roles":["web"],"uses":0}', '2026-11-25 11:41:47.21149+00');
INSERT INTO public.idempotency_key VALUES ('key:story', '3410bc2f9aea5167f36c0295dfcf47eb', '\xb9e059d9a40f4ba81f713879775d8dac48059b1e4c1d3deec412fb778082c6c3', 201, '{"createdBy":"key:story","environment":"production","ephemeral":false,"expiresAt":"2026-11-25T12:41:49.613066Z","id":2,"policy":"default","prefix":"tmj_snzghn","revoked":false,"roles":["web"],"uses":0}', '2026-11-25 11:41:49.613066+00');


--
-- Data for Name: join_token; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.join_token OVERRIDING SYSTEM VALUE VALUES (1, '\xf0fa463b6dbe2436ffd1e921cdff9eb3a5fd5e57bdb74f8bf5399afd62a199f2', 'tmj_SIjloF', 1, '{web}', NULL, 1, 'key:story', '2026-11-25 11:41:47.21149+00', '2026-11-25 12:41:47.21149+00', NULL, NULL, false);
INSERT INTO public.join_token OVERRIDING SYSTEM VALUE VALUES (2, '\x4f7ac6a74b5d72ad810bb6505818edcbc2843baf572eab4d9ef75b07eb847c4e', 'tmj_snzghn', 1, '{web}', NULL, 1, 'key:story', '2026-11-25 11:41:49.613066+00', '2026-11-25 12:41:49.613066+00', NULL, NULL, false);


--
-- Data for Name: lease; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.lease VALUES ('scanner', 2, '00000001', 'node-1', 12333, '2026-11-25 11:41:49.539363+00', '2026-11-25 11:41:49.55266+00', NULL);


--
-- Data for Name: lease_history; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.lease_history VALUES ('00000001', 1, 'node-1', 12242, '2026-11-25 11:41:46.918166+00', '2026-11-25 11:41:46.93025+00', '2026-11-25 11:41:47.745231+00', 'resigned');
INSERT INTO public.lease_history VALUES ('00000001', 2, 'node-1', 12333, '2026-11-25 11:41:49.539363+00', '2026-11-25 11:41:49.552174+00', NULL, NULL);


--
-- Data for Name: log_chunk; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.log_chunk VALUES (1, 0, '\x5b746964656d61726b5d207061636b6167652073686f703a20646f776e6c6f6164696e672066726f6d20746865206e6f64650a5b746964656d61726b5d207061636b6167652073686f703a203135382062797465732c206469676573742076657269666965640a5b746964656d61726b5d20756e7061636b6564203220656e747269657320696e746f2072656c65617365732f310a5b746964656d61726b5d2063757272656e74202d3e2072656c65617365732f310a5b746964656d61726b5d207061636b616765202773686f702720697320696e7374616c6c65640a', '2026-11-25 11:41:47.646984+00');


--
-- Data for Name: machine; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.machine OVERRIDING SYSTEM VALUE VALUES (1, 'web-1', 1, 1, '{web}', true, 'Healthy', '2026-11-25 11:41:47.343886+00', '\x518dcf9f003c8fa8074a8919be460a0fd382df18872ffd48636db178459ad79b', 1, '{"os": "Linux", "arch": "x86_64", "cpus": "2", "agent": "0.1.0", "kernel": "6.18.44-fc-v669", "hostname": "vm"}', '2026-11-25 11:41:47.29965+00', '2026-11-25 11:41:47.343886+00', NULL, NULL, false, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.machine OVERRIDING SYSTEM VALUE VALUES (2, 'web-2', 1, 1, '{web}', true, 'Healthy', '2026-11-25 11:41:49.687374+00', '\xffea497fa818ec10c7b70aa61b57b42e88a25c2a3dddf45aa691dbcf4960c942', 2, '{"os": "Linux", "arch": "x86_64", "cpus": "2", "agent": "0.1.0", "kernel": "6.18.44-fc-v669", "hostname": "vm"}', '2026-11-25 11:41:49.644984+00', '2026-11-25 11:41:49.687374+00', NULL, NULL, false, NULL, NULL, NULL, 0, NULL);


--
-- Data for Name: machine_policy; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.machine_policy OVERRIDING SYSTEM VALUE VALUES (1, 'default', 'What other policies inherit, and what applies to machines that name none.', 'connection', NULL, 3600, NULL, 60, '{}', false, NULL, false, false, 3600, 3600, 30, 3, NULL, '2026-11-25 11:41:46.626693+00', '2026-11-25 11:41:46.626693+00');


--
-- Data for Name: machine_presence; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.machine_presence VALUES (1, '2026-11-25 11:41:48.91017+00', 'node-1');
INSERT INTO public.machine_presence VALUES (2, '2026-11-25 11:41:49.687374+00', 'node-1');


--
-- Data for Name: machine_quarantine; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: machine_release; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.machine_release VALUES (1, 1, 1, NULL, '2026-11-25 11:41:47.651962+00', 1, NULL, NULL);


--
-- Data for Name: machine_release_history; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.machine_release_history OVERRIDING SYSTEM VALUE VALUES (1, 1, 1, 1, NULL, 1, '2026-11-25 11:41:47.651962+00');


--
-- Data for Name: need; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.need OVERRIDING SYSTEM VALUE VALUES (1, 1, 1, 1, 14, false, 'upToDate', 'its agent proved the release to be on it', 1, 1, '2026-11-25 11:41:47.360845+00', NULL, '2026-11-25 11:41:47.668082+00', 'satisfied');


--
-- Data for Name: node; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.node VALUES ('node-1', '0.1.0', '127.0.0.1:57313', 12321, 'ready', '2026-11-25 11:41:49.529881+00', '2026-11-25 11:41:49.529881+00');


--
-- Data for Name: package; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.package OVERRIDING SYSTEM VALUE VALUES (1, 'shop', '1.4', 158, '94201b9dbaa5c7afae345c2b8ce5554296cf8536e950fea3b34ed0f62385ca01', 'key:story', '2026-11-25 11:41:47.048989+00', 1);


--
-- Data for Name: package_chunk; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.package_chunk VALUES (1, 0, '\x1f8b0800000000000003edd1410ac2301085e1597b8a9c20cdd88c398fa050418db4113cbeb5ab2aa8b80822fedf66c2249007cf37525d1825b3698e1ee774566b835a8c96da719fd23288b3fad144ce4359f7ce499f7379f5eeddfd8ff2cdeeb8d95e7c570efb5a7fdc0a5ec5f8bc7fd5fbfe55533071a156a0b93fef7fe8f2c9a98f8b6f0701000000000000000000000000f0b12bb6f8f29700280000');


--
-- Data for Name: package_upload; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.package_upload OVERRIDING SYSTEM VALUE VALUES (1, 'shop', '1.4', 158, 'key:story', '2026-11-25 11:41:47.047567+00', '2026-11-25 11:41:47.048203+00');


--
-- Data for Name: pin; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: presence_gap; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: presence_watch; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.presence_watch VALUES (true, '2026-11-25 11:41:46.567904+00', '2026-11-25 11:41:49.529881+00');


--
-- Data for Name: project; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.project OVERRIDING SYSTEM VALUE VALUES (1, 'shop', '', '[{"name": "install", "roles": [], "package": {"keep": 3, "name": "shop", "checkTimeoutSeconds": 60}, "idempotent": false, "timeoutSeconds": 600}]', '{}', '2026-11-25 11:41:46.987161+00', '2026-11-25 11:41:46.987161+00', '[]', '[]', 3, 50, true, 'skip', 'skip', NULL);


--
-- Data for Name: project_after; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: project_trigger; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.project_trigger OVERRIDING SYSTEM VALUE VALUES (1, 1, 'arrivals', '{MachineAvailableForDeployment}', '{MachineDeploymentRelatedPropertyWasUpdated}', '{}', false, true, 0, 60, 100, '2026-11-25 11:41:46.987161+00', '2026-11-25 11:41:46.987161+00', 3, 30, 600, 0, false);


--
-- Data for Name: project_trigger_environment; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.project_trigger_environment VALUES (1, 1);


--
-- Data for Name: promotion; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: release; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.release OVERRIDING SYSTEM VALUE VALUES (1, 1, '1.4', '[{"name": "install", "roles": [], "package": {"keep": 3, "name": "shop", "sha256": "94201b9dbaa5c7afae345c2b8ce5554296cf8536e950fea3b34ed0f62385ca01", "version": "1.4", "sizeBytes": 158, "checkTimeoutSeconds": 60}, "idempotent": false, "timeoutSeconds": 600}]', '{}', '', 'key:story', '2026-11-25 11:41:47.095467+00');


--
-- Data for Name: release_circuit; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: run; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.run OVERRIDING SYSTEM VALUE VALUES (1, 2, 1, 1, 1, 1, 'succeeded', '', '2026-11-25 11:41:47.360845+00', '2026-11-25 11:41:47.360845+00', '2026-11-25 11:41:47.660024+00', NULL, false);


--
-- Data for Name: scan_mark; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.scan_mark VALUES ('auto', '3826:3826:', NULL, '0', 0, 20, 20, 2, 'node-1', 7712072937164443543, '2026-11-25 11:41:49.551667+00');


--
-- Data for Name: schema_migration; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.schema_migration VALUES (1, 'core', 'e6338d287f6ba429', '2026-11-25 11:41:46.567904+00', 'admin@vm');
INSERT INTO public.schema_migration VALUES (2, 'events', '346886c0da32913e', '2026-11-25 11:41:46.58674+00', 'admin@vm');
INSERT INTO public.schema_migration VALUES (3, 'deployments', '7a1d85ffd24ccc1f', '2026-11-25 11:41:46.594393+00', 'admin@vm');
INSERT INTO public.schema_migration VALUES (4, 'views_and_roles', '48f1bfa356670aa0', '2026-11-25 11:41:46.609514+00', 'admin@vm');
INSERT INTO public.schema_migration VALUES (5, 'package_uploads', '6ee68d34de8eef41', '2026-11-25 11:41:46.621573+00', 'admin@vm');
INSERT INTO public.schema_migration VALUES (6, 'agent_sessions', '6a27407cf0186ff6', '2026-11-25 11:41:46.625051+00', 'admin@vm');
INSERT INTO public.schema_migration VALUES (7, 'machine_policies', 'e165c630ee4443ed', '2026-11-25 11:41:46.626693+00', 'admin@vm');
INSERT INTO public.schema_migration VALUES (8, 'desired_releases', 'ba0424a76dd38d19', '2026-11-25 11:41:46.631087+00', 'admin@vm');
INSERT INTO public.schema_migration VALUES (9, 'health_checks', 'bd1f928ce1aed2e6', '2026-11-25 11:41:46.638478+00', 'admin@vm');
INSERT INTO public.schema_migration VALUES (10, 'cleanup', 'baa06d6155a585b8', '2026-11-25 11:41:46.642432+00', 'admin@vm');
INSERT INTO public.schema_migration VALUES (11, 'promotion_and_freezes', '78e4e1c35674060e', '2026-11-25 11:41:46.649379+00', 'admin@vm');
INSERT INTO public.schema_migration VALUES (12, 'quarantine', 'ac2b97d4d8e9fb3c', '2026-11-25 11:41:46.656213+00', 'admin@vm');
INSERT INTO public.schema_migration VALUES (13, 'deployment_settings', '52062f3a427b711e', '2026-11-25 11:41:46.661283+00', 'admin@vm');
INSERT INTO public.schema_migration VALUES (14, 'order', 'a978497f6432281b', '2026-11-25 11:41:46.665805+00', 'admin@vm');
INSERT INTO public.schema_migration VALUES (15, 'retention', 'ba229155f1ad2858', '2026-11-25 11:41:46.66883+00', 'admin@vm');
INSERT INTO public.schema_migration VALUES (16, 'answers', '1fe28bd1612666a8', '2026-11-25 11:41:46.690444+00', 'admin@vm');
INSERT INTO public.schema_migration VALUES (17, 'web_sessions', '7168c77865ee3e4f', '2026-11-25 11:41:46.7009+00', 'admin@vm');


--
-- Data for Name: step_run; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.step_run OVERRIDING SYSTEM VALUE VALUES (1, 1, 2, 1, 0, 'install', 'succeeded', 1, 1, 2, NULL, 'package ''shop'' is installed', 221, 0, 0, '2026-11-25 11:41:47.360845+00', '2026-11-25 11:41:47.410176+00', '2026-11-25 11:41:47.651962+00', 0);


--
-- Data for Name: web_session; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Name: agent_session_epoch; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.agent_session_epoch', 3, true);


--
-- Name: api_key_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.api_key_id_seq', 2, true);


--
-- Name: decision_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.decision_id_seq', 3, true);


--
-- Name: deployment_freeze_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.deployment_freeze_id_seq', 1, false);


--
-- Name: deployment_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.deployment_id_seq', 2, true);


--
-- Name: environment_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.environment_id_seq', 1, true);


--
-- Name: environment_release_history_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.environment_release_history_id_seq', 1, true);


--
-- Name: event_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.event_id_seq', 24, true);


--
-- Name: health_check_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.health_check_id_seq', 1, false);


--
-- Name: join_token_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.join_token_id_seq', 2, true);


--
-- Name: machine_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.machine_id_seq', 2, true);


--
-- Name: machine_policy_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.machine_policy_id_seq', 1, true);


--
-- Name: machine_quarantine_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.machine_quarantine_id_seq', 1, false);


--
-- Name: machine_release_history_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.machine_release_history_id_seq', 1, true);


--
-- Name: need_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.need_id_seq', 1, true);


--
-- Name: package_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.package_id_seq', 1, true);


--
-- Name: package_upload_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.package_upload_id_seq', 1, true);


--
-- Name: pin_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.pin_id_seq', 1, false);


--
-- Name: presence_gap_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.presence_gap_id_seq', 1, false);


--
-- Name: project_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.project_id_seq', 1, true);


--
-- Name: project_trigger_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.project_trigger_id_seq', 1, true);


--
-- Name: promotion_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.promotion_id_seq', 1, false);


--
-- Name: release_circuit_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.release_circuit_id_seq', 1, false);


--
-- Name: release_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.release_id_seq', 1, true);


--
-- Name: run_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.run_id_seq', 1, true);


--
-- Name: step_run_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.step_run_id_seq', 1, true);


--
-- Name: web_session_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.web_session_id_seq', 1, false);


--
-- Name: agent_nonce agent_nonce_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agent_nonce
    ADD CONSTRAINT agent_nonce_pkey PRIMARY KEY (machine_id, nonce);


--
-- Name: agent_session agent_session_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agent_session
    ADD CONSTRAINT agent_session_pkey PRIMARY KEY (machine_id);


--
-- Name: agent_session agent_session_previous_token_hash_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agent_session
    ADD CONSTRAINT agent_session_previous_token_hash_key UNIQUE (previous_token_hash);


--
-- Name: agent_session agent_session_token_hash_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agent_session
    ADD CONSTRAINT agent_session_token_hash_key UNIQUE (token_hash);


--
-- Name: api_key api_key_key_hash_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_key_hash_key UNIQUE (key_hash);


--
-- Name: api_key api_key_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_pkey PRIMARY KEY (id);


--
-- Name: cleanup_hold cleanup_hold_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cleanup_hold
    ADD CONSTRAINT cleanup_hold_pkey PRIMARY KEY (policy_id);


--
-- Name: decision decision_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.decision
    ADD CONSTRAINT decision_pkey PRIMARY KEY (id);


--
-- Name: deployment_freeze_environment deployment_freeze_environment_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deployment_freeze_environment
    ADD CONSTRAINT deployment_freeze_environment_pkey PRIMARY KEY (freeze_id, environment_id);


--
-- Name: deployment_freeze deployment_freeze_name_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deployment_freeze
    ADD CONSTRAINT deployment_freeze_name_key UNIQUE (name);


--
-- Name: deployment_freeze deployment_freeze_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deployment_freeze
    ADD CONSTRAINT deployment_freeze_pkey PRIMARY KEY (id);


--
-- Name: deployment_freeze_project deployment_freeze_project_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deployment_freeze_project
    ADD CONSTRAINT deployment_freeze_project_pkey PRIMARY KEY (freeze_id, project_id);


--
-- Name: deployment_gate deployment_gate_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deployment_gate
    ADD CONSTRAINT deployment_gate_pkey PRIMARY KEY (deployment_id, step_index);


--
-- Name: deployment deployment_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deployment
    ADD CONSTRAINT deployment_pkey PRIMARY KEY (id);


--
-- Name: environment environment_name_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.environment
    ADD CONSTRAINT environment_name_key UNIQUE (name);


--
-- Name: environment environment_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.environment
    ADD CONSTRAINT environment_pkey PRIMARY KEY (id);


--
-- Name: environment_release_history environment_release_history_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.environment_release_history
    ADD CONSTRAINT environment_release_history_pkey PRIMARY KEY (id);


--
-- Name: environment_release environment_release_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.environment_release
    ADD CONSTRAINT environment_release_pkey PRIMARY KEY (environment_id, project_id);


--
-- Name: ephemeral_environment ephemeral_environment_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ephemeral_environment
    ADD CONSTRAINT ephemeral_environment_pkey PRIMARY KEY (environment_id);


--
-- Name: event event_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (id, occurred_at);


--
-- Name: event_2026_12 event_2026_12_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_2026_12
    ADD CONSTRAINT event_2026_12_pkey PRIMARY KEY (id, occurred_at);


--
-- Name: event_2027_01 event_2027_01_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_2027_01
    ADD CONSTRAINT event_2027_01_pkey PRIMARY KEY (id, occurred_at);


--
-- Name: event_default event_default_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_default
    ADD CONSTRAINT event_default_pkey PRIMARY KEY (id, occurred_at);


--
-- Name: event_first event_first_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_first
    ADD CONSTRAINT event_first_pkey PRIMARY KEY (id, occurred_at);


--
-- Name: event_partition event_partition_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_partition
    ADD CONSTRAINT event_partition_pkey PRIMARY KEY (name);


--
-- Name: health_check_due health_check_due_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.health_check_due
    ADD CONSTRAINT health_check_due_pkey PRIMARY KEY (machine_id);


--
-- Name: health_check health_check_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.health_check
    ADD CONSTRAINT health_check_pkey PRIMARY KEY (id);


--
-- Name: idempotency_key idempotency_key_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.idempotency_key
    ADD CONSTRAINT idempotency_key_pkey PRIMARY KEY (principal, key);


--
-- Name: join_token join_token_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.join_token
    ADD CONSTRAINT join_token_pkey PRIMARY KEY (id);


--
-- Name: join_token join_token_token_hash_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.join_token
    ADD CONSTRAINT join_token_token_hash_key UNIQUE (token_hash);


--
-- Name: lease_history lease_history_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.lease_history
    ADD CONSTRAINT lease_history_pkey PRIMARY KEY (timeline, term);


--
-- Name: lease lease_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.lease
    ADD CONSTRAINT lease_pkey PRIMARY KEY (name);


--
-- Name: log_chunk log_chunk_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.log_chunk
    ADD CONSTRAINT log_chunk_pkey PRIMARY KEY (step_run_id, log_offset);


--
-- Name: machine machine_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.machine
    ADD CONSTRAINT machine_pkey PRIMARY KEY (id);


--
-- Name: machine_policy machine_policy_name_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.machine_policy
    ADD CONSTRAINT machine_policy_name_key UNIQUE (name);


--
-- Name: machine_policy machine_policy_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.machine_policy
    ADD CONSTRAINT machine_policy_pkey PRIMARY KEY (id);


--
-- Name: machine_presence machine_presence_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.machine_presence
    ADD CONSTRAINT machine_presence_pkey PRIMARY KEY (machine_id);


--
-- Name: machine_quarantine machine_quarantine_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.machine_quarantine
    ADD CONSTRAINT machine_quarantine_pkey PRIMARY KEY (id);


--
-- Name: machine_release_history machine_release_history_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.machine_release_history
    ADD CONSTRAINT machine_release_history_pkey PRIMARY KEY (id);


--
-- Name: machine_release machine_release_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.machine_release
    ADD CONSTRAINT machine_release_pkey PRIMARY KEY (machine_id, project_id);


--
-- Name: need need_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.need
    ADD CONSTRAINT need_pkey PRIMARY KEY (id);


--
-- Name: node node_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.node
    ADD CONSTRAINT node_pkey PRIMARY KEY (name);


--
-- Name: package_chunk package_chunk_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.package_chunk
    ADD CONSTRAINT package_chunk_pkey PRIMARY KEY (upload_id, "position");


--
-- Name: package package_name_version_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.package
    ADD CONSTRAINT package_name_version_key UNIQUE (name, version);


--
-- Name: package package_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.package
    ADD CONSTRAINT package_pkey PRIMARY KEY (id);


--
-- Name: package package_upload_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.package
    ADD CONSTRAINT package_upload_id_key UNIQUE (upload_id);


--
-- Name: package_upload package_upload_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.package_upload
    ADD CONSTRAINT package_upload_pkey PRIMARY KEY (id);


--
-- Name: pin pin_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pin
    ADD CONSTRAINT pin_pkey PRIMARY KEY (id);


--
-- Name: presence_gap presence_gap_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.presence_gap
    ADD CONSTRAINT presence_gap_pkey PRIMARY KEY (id);


--
-- Name: presence_watch presence_watch_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.presence_watch
    ADD CONSTRAINT presence_watch_pkey PRIMARY KEY (one);


--
-- Name: project_after project_after_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.project_after
    ADD CONSTRAINT project_after_pkey PRIMARY KEY (project_id, after_id);


--
-- Name: project project_name_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.project
    ADD CONSTRAINT project_name_key UNIQUE (name);


--
-- Name: project project_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.project
    ADD CONSTRAINT project_pkey PRIMARY KEY (id);


--
-- Name: project_trigger_environment project_trigger_environment_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.project_trigger_environment
    ADD CONSTRAINT project_trigger_environment_pkey PRIMARY KEY (trigger_id, environment_id);


--
-- Name: project_trigger project_trigger_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.project_trigger
    ADD CONSTRAINT project_trigger_pkey PRIMARY KEY (id);


--
-- Name: project_trigger project_trigger_project_id_name_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.project_trigger
    ADD CONSTRAINT project_trigger_project_id_name_key UNIQUE (project_id, name);


--
-- Name: promotion promotion_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.promotion
    ADD CONSTRAINT promotion_pkey PRIMARY KEY (id);


--
-- Name: promotion promotion_release_id_environment_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.promotion
    ADD CONSTRAINT promotion_release_id_environment_id_key UNIQUE (release_id, environment_id);


--
-- Name: release_circuit release_circuit_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.release_circuit
    ADD CONSTRAINT release_circuit_pkey PRIMARY KEY (id);


--
-- Name: release release_id_project_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_id_project_id_key UNIQUE (id, project_id);


--
-- Name: release release_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_pkey PRIMARY KEY (id);


--
-- Name: release release_project_id_version_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_project_id_version_key UNIQUE (project_id, version);


--
-- Name: run run_deployment_id_machine_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_deployment_id_machine_id_key UNIQUE (deployment_id, machine_id);


--
-- Name: run run_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_pkey PRIMARY KEY (id);


--
-- Name: scan_mark scan_mark_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.scan_mark
    ADD CONSTRAINT scan_mark_pkey PRIMARY KEY (name);


--
-- Name: schema_migration schema_migration_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.schema_migration
    ADD CONSTRAINT schema_migration_pkey PRIMARY KEY (number);


--
-- Name: step_run step_run_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.step_run
    ADD CONSTRAINT step_run_pkey PRIMARY KEY (id);


--
-- Name: step_run step_run_run_id_step_index_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.step_run
    ADD CONSTRAINT step_run_run_id_step_index_key UNIQUE (run_id, step_index);


--
-- Name: web_session web_session_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.web_session
    ADD CONSTRAINT web_session_pkey PRIMARY KEY (id);


--
-- Name: web_session web_session_token_hash_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.web_session
    ADD CONSTRAINT web_session_token_hash_key UNIQUE (token_hash);


--
-- Name: api_key_one_live_name; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX api_key_one_live_name ON public.api_key USING btree (name) WHERE (revoked_at IS NULL);


--
-- Name: decision_by_deployment; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX decision_by_deployment ON public.decision USING btree (deployment_id, event_id) WHERE (deployment_id IS NOT NULL);


--
-- Name: decision_by_machine; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX decision_by_machine ON public.decision USING btree (machine_id, project_id, id);


--
-- Name: decision_by_need; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX decision_by_need ON public.decision USING btree (need_id, id) WHERE (need_id IS NOT NULL);


--
-- Name: decision_once_per_event; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX decision_once_per_event ON public.decision USING btree (event_id, trigger_id, machine_id) WHERE (kind = 'match'::text);


--
-- Name: deployment_automatic_by_release; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX deployment_automatic_by_release ON public.deployment USING btree (release_id, environment_id, id) WHERE (kind = 'automatic'::text);


--
-- Name: deployment_by_environment; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX deployment_by_environment ON public.deployment USING btree (environment_id);


--
-- Name: deployment_by_place; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX deployment_by_place ON public.deployment USING btree (project_id, environment_id, id);


--
-- Name: deployment_by_repeated; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX deployment_by_repeated ON public.deployment USING btree (repeats_id) WHERE (repeats_id IS NOT NULL);


--
-- Name: deployment_freeze_to_be_told; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX deployment_freeze_to_be_told ON public.deployment_freeze USING btree (id) WHERE (NOT (start_told AND end_told));


--
-- Name: deployment_gate_waiting; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX deployment_gate_waiting ON public.deployment_gate USING btree (due_at) WHERE (state = 'waiting'::text);


--
-- Name: deployment_one_open_rollout; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX deployment_one_open_rollout ON public.deployment USING btree (project_id, environment_id) WHERE ((kind = 'rollout'::text) AND (state = 'running'::text));


--
-- Name: deployment_open; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX deployment_open ON public.deployment USING btree (id) WHERE (state = 'running'::text);


--
-- Name: deployment_with_logs; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX deployment_with_logs ON public.deployment USING btree (finished_at) WHERE ((finished_at IS NOT NULL) AND (logs_removed_at IS NULL));


--
-- Name: environment_release_history_by_place; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX environment_release_history_by_place ON public.environment_release_history USING btree (project_id, environment_id, id);


--
-- Name: ephemeral_environment_by_template; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ephemeral_environment_by_template ON public.ephemeral_environment USING btree (template_id);


--
-- Name: event_by_deployment; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX event_by_deployment ON ONLY public.event USING btree (deployment_id, id) WHERE (deployment_id IS NOT NULL);


--
-- Name: event_2026_12_deployment_id_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX event_2026_12_deployment_id_id_idx ON public.event_2026_12 USING btree (deployment_id, id) WHERE (deployment_id IS NOT NULL);


--
-- Name: event_by_machine; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX event_by_machine ON ONLY public.event USING btree (machine_id, id) WHERE (machine_id IS NOT NULL);


--
-- Name: event_2026_12_machine_id_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX event_2026_12_machine_id_id_idx ON public.event_2026_12 USING btree (machine_id, id) WHERE (machine_id IS NOT NULL);


--
-- Name: event_by_project; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX event_by_project ON ONLY public.event USING btree (project_id, id) WHERE (project_id IS NOT NULL);


--
-- Name: event_2026_12_project_id_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX event_2026_12_project_id_id_idx ON public.event_2026_12 USING btree (project_id, id) WHERE (project_id IS NOT NULL);


--
-- Name: event_by_xid; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX event_by_xid ON ONLY public.event USING btree (xid, id);


--
-- Name: event_2026_12_xid_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX event_2026_12_xid_id_idx ON public.event_2026_12 USING btree (xid, id);


--
-- Name: event_2027_01_deployment_id_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX event_2027_01_deployment_id_id_idx ON public.event_2027_01 USING btree (deployment_id, id) WHERE (deployment_id IS NOT NULL);


--
-- Name: event_2027_01_machine_id_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX event_2027_01_machine_id_id_idx ON public.event_2027_01 USING btree (machine_id, id) WHERE (machine_id IS NOT NULL);


--
-- Name: event_2027_01_project_id_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX event_2027_01_project_id_id_idx ON public.event_2027_01 USING btree (project_id, id) WHERE (project_id IS NOT NULL);


--
-- Name: event_2027_01_xid_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX event_2027_01_xid_id_idx ON public.event_2027_01 USING btree (xid, id);


--
-- Name: event_default_deployment_id_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX event_default_deployment_id_id_idx ON public.event_default USING btree (deployment_id, id) WHERE (deployment_id IS NOT NULL);


--
-- Name: event_default_machine_id_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX event_default_machine_id_id_idx ON public.event_default USING btree (machine_id, id) WHERE (machine_id IS NOT NULL);


--
-- Name: event_default_project_id_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX event_default_project_id_id_idx ON public.event_default USING btree (project_id, id) WHERE (project_id IS NOT NULL);


--
-- Name: event_default_xid_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX event_default_xid_id_idx ON public.event_default USING btree (xid, id);


--
-- Name: event_first_by_deployment; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX event_first_by_deployment ON public.event_first USING btree (deployment_id, id) WHERE (deployment_id IS NOT NULL);


--
-- Name: event_first_by_machine; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX event_first_by_machine ON public.event_first USING btree (machine_id, id) WHERE (machine_id IS NOT NULL);


--
-- Name: event_first_by_project; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX event_first_by_project ON public.event_first USING btree (project_id, id) WHERE (project_id IS NOT NULL);


--
-- Name: event_first_by_xid; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX event_first_by_xid ON public.event_first USING btree (xid, id);


--
-- Name: freeze_environment_by_environment; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX freeze_environment_by_environment ON public.deployment_freeze_environment USING btree (environment_id);


--
-- Name: freeze_project_by_project; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX freeze_project_by_project ON public.deployment_freeze_project USING btree (project_id);


--
-- Name: health_check_by_machine; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX health_check_by_machine ON public.health_check USING btree (machine_id, id);


--
-- Name: health_check_due_by_time; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX health_check_due_by_time ON public.health_check_due USING btree (due_at);


--
-- Name: health_check_one_open; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX health_check_one_open ON public.health_check USING btree (machine_id) WHERE (state <> 'concluded'::text);


--
-- Name: idempotency_key_by_age; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idempotency_key_by_age ON public.idempotency_key USING btree (created_at);


--
-- Name: machine_by_environment; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX machine_by_environment ON public.machine USING btree (environment_id, id) WHERE (deleted_at IS NULL);


--
-- Name: machine_cleaned_up; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX machine_cleaned_up ON public.machine USING btree (health_since) WHERE ((deleted_at IS NOT NULL) AND (expired_at IS NOT NULL));


--
-- Name: machine_ever_in_environment; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX machine_ever_in_environment ON public.machine USING btree (environment_id);


--
-- Name: machine_one_live_key; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX machine_one_live_key ON public.machine USING btree (public_key) WHERE (deleted_at IS NULL);


--
-- Name: machine_one_live_name; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX machine_one_live_name ON public.machine USING btree (name) WHERE (deleted_at IS NULL);


--
-- Name: machine_quarantine_one_open; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX machine_quarantine_one_open ON public.machine_quarantine USING btree (machine_id, project_id) WHERE (released_at IS NULL);


--
-- Name: machine_release_drifted; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX machine_release_drifted ON public.machine_release USING btree (project_id, machine_id) WHERE (drifted_at IS NOT NULL);


--
-- Name: machine_release_history_by_machine; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX machine_release_history_by_machine ON public.machine_release_history USING btree (machine_id, project_id, since, id);


--
-- Name: machine_unavailable; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX machine_unavailable ON public.machine USING btree (health_since) WHERE ((deleted_at IS NULL) AND (health = 'Unavailable'::text));


--
-- Name: need_by_machine; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX need_by_machine ON public.need USING btree (machine_id, project_id, id);


--
-- Name: need_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX need_due ON public.need USING btree (due_at, id) WHERE ((closed_at IS NULL) AND (due_at IS NOT NULL));


--
-- Name: need_one_open; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX need_one_open ON public.need USING btree (machine_id, project_id) WHERE (closed_at IS NULL);


--
-- Name: need_open_by_project; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX need_open_by_project ON public.need USING btree (project_id, id) WHERE (closed_at IS NULL);


--
-- Name: package_by_digest; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX package_by_digest ON public.package USING btree (sha256);


--
-- Name: package_upload_by_age; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX package_upload_by_age ON public.package_upload USING btree (touched_at);


--
-- Name: pin_one_per_environment; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX pin_one_per_environment ON public.pin USING btree (project_id, environment_id) WHERE ((ended_at IS NULL) AND (machine_id IS NULL));


--
-- Name: pin_one_per_machine; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX pin_one_per_machine ON public.pin USING btree (project_id, machine_id) WHERE ((ended_at IS NULL) AND (machine_id IS NOT NULL));


--
-- Name: presence_gap_by_end; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX presence_gap_by_end ON public.presence_gap USING btree (until_at);


--
-- Name: project_after_by_predecessor; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX project_after_by_predecessor ON public.project_after USING btree (after_id);


--
-- Name: promotion_open; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX promotion_open ON public.promotion USING btree (next_at) WHERE (outcome IS NULL);


--
-- Name: release_circuit_by_place; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX release_circuit_by_place ON public.release_circuit USING btree (environment_id, release_id, id);


--
-- Name: release_circuit_one_open; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX release_circuit_one_open ON public.release_circuit USING btree (environment_id, release_id) WHERE (closed_at IS NULL);


--
-- Name: run_by_health_check; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX run_by_health_check ON public.run USING btree (health_check_id) WHERE (health_check_id IS NOT NULL);


--
-- Name: run_by_machine; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX run_by_machine ON public.run USING btree (machine_id, id);


--
-- Name: run_by_need; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX run_by_need ON public.run USING btree (need_id, id) WHERE (need_id IS NOT NULL);


--
-- Name: run_one_open_per_need; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX run_one_open_per_need ON public.run USING btree (need_id) WHERE (state = ANY (ARRAY['pending'::text, 'running'::text]));


--
-- Name: run_one_running_per_project; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX run_one_running_per_project ON public.run USING btree (machine_id, project_id) WHERE (state = 'running'::text);


--
-- Name: run_open_by_machine; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX run_open_by_machine ON public.run USING btree (machine_id, id) WHERE (state = ANY (ARRAY['pending'::text, 'running'::text]));


--
-- Name: run_outcome_by_release; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX run_outcome_by_release ON public.run USING btree (release_id, finished_at DESC) WHERE (state = ANY (ARRAY['succeeded'::text, 'failed'::text, 'unknown'::text]));


--
-- Name: step_run_by_deployment; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX step_run_by_deployment ON public.step_run USING btree (deployment_id, step_index, run_id);


--
-- Name: step_run_one_active_per_machine; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX step_run_one_active_per_machine ON public.step_run USING btree (machine_id) WHERE (state = ANY (ARRAY['offered'::text, 'running'::text]));


--
-- Name: web_session_by_expiry; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX web_session_by_expiry ON public.web_session USING btree (expires_at);


--
-- Name: web_session_by_key; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX web_session_by_key ON public.web_session USING btree (api_key_id, id);


--
-- Name: event_2026_12_deployment_id_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.event_by_deployment ATTACH PARTITION public.event_2026_12_deployment_id_id_idx;


--
-- Name: event_2026_12_machine_id_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.event_by_machine ATTACH PARTITION public.event_2026_12_machine_id_id_idx;


--
-- Name: event_2026_12_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.event_pkey ATTACH PARTITION public.event_2026_12_pkey;


--
-- Name: event_2026_12_project_id_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.event_by_project ATTACH PARTITION public.event_2026_12_project_id_id_idx;


--
-- Name: event_2026_12_xid_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.event_by_xid ATTACH PARTITION public.event_2026_12_xid_id_idx;


--
-- Name: event_2027_01_deployment_id_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.event_by_deployment ATTACH PARTITION public.event_2027_01_deployment_id_id_idx;


--
-- Name: event_2027_01_machine_id_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.event_by_machine ATTACH PARTITION public.event_2027_01_machine_id_id_idx;


--
-- Name: event_2027_01_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.event_pkey ATTACH PARTITION public.event_2027_01_pkey;


--
-- Name: event_2027_01_project_id_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.event_by_project ATTACH PARTITION public.event_2027_01_project_id_id_idx;


--
-- Name: event_2027_01_xid_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.event_by_xid ATTACH PARTITION public.event_2027_01_xid_id_idx;


--
-- Name: event_default_deployment_id_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.event_by_deployment ATTACH PARTITION public.event_default_deployment_id_id_idx;


--
-- Name: event_default_machine_id_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.event_by_machine ATTACH PARTITION public.event_default_machine_id_id_idx;


--
-- Name: event_default_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.event_pkey ATTACH PARTITION public.event_default_pkey;


--
-- Name: event_default_project_id_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.event_by_project ATTACH PARTITION public.event_default_project_id_id_idx;


--
-- Name: event_default_xid_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.event_by_xid ATTACH PARTITION public.event_default_xid_id_idx;


--
-- Name: event_first_by_deployment; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.event_by_deployment ATTACH PARTITION public.event_first_by_deployment;


--
-- Name: event_first_by_machine; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.event_by_machine ATTACH PARTITION public.event_first_by_machine;


--
-- Name: event_first_by_project; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.event_by_project ATTACH PARTITION public.event_first_by_project;


--
-- Name: event_first_by_xid; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.event_by_xid ATTACH PARTITION public.event_first_by_xid;


--
-- Name: event_first_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.event_pkey ATTACH PARTITION public.event_first_pkey;


--
-- Name: deployment_progress _RETURN; Type: RULE; Schema: public; Owner: -
--

CREATE OR REPLACE VIEW public.deployment_progress AS
 SELECT d.id,
    p.name AS project,
    r.version AS release,
    en.name AS environment,
    d.kind,
    d.state,
    d.requested_by,
    count(run.id) AS machines,
    count(run.id) FILTER (WHERE (run.state = ANY (ARRAY['pending'::text, 'running'::text]))) AS open,
    count(run.id) FILTER (WHERE (run.state = 'succeeded'::text)) AS succeeded,
    count(run.id) FILTER (WHERE (run.state = ANY (ARRAY['failed'::text, 'unknown'::text]))) AS failed,
    count(run.id) FILTER (WHERE (run.state = 'skipped'::text)) AS skipped,
    d.reason,
    d.created_at,
    d.finished_at
   FROM ((((public.deployment d
     JOIN public.project p ON ((p.id = d.project_id)))
     JOIN public.release r ON ((r.id = d.release_id)))
     JOIN public.environment en ON ((en.id = d.environment_id)))
     LEFT JOIN public.run ON ((run.deployment_id = d.id)))
  GROUP BY d.id, p.name, r.version, en.name;


--
-- Name: event event_is_immutable_row; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER event_is_immutable_row BEFORE DELETE OR UPDATE ON public.event FOR EACH ROW EXECUTE FUNCTION public.event_is_immutable();


--
-- Name: event event_is_immutable_table; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER event_is_immutable_table BEFORE TRUNCATE ON public.event FOR EACH STATEMENT EXECUTE FUNCTION public.event_is_immutable();


--
-- Name: event_2026_12 event_is_immutable_table; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER event_is_immutable_table BEFORE TRUNCATE ON public.event_2026_12 FOR EACH STATEMENT EXECUTE FUNCTION public.event_is_immutable();


--
-- Name: event_2027_01 event_is_immutable_table; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER event_is_immutable_table BEFORE TRUNCATE ON public.event_2027_01 FOR EACH STATEMENT EXECUTE FUNCTION public.event_is_immutable();


--
-- Name: event_default event_is_immutable_table; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER event_is_immutable_table BEFORE TRUNCATE ON public.event_default FOR EACH STATEMENT EXECUTE FUNCTION public.event_is_immutable();


--
-- Name: event_first event_is_immutable_table; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER event_is_immutable_table BEFORE TRUNCATE ON public.event_first FOR EACH STATEMENT EXECUTE FUNCTION public.event_is_immutable();


--
-- Name: machine_release machine_release_changed; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER machine_release_changed AFTER UPDATE ON public.machine_release FOR EACH ROW WHEN (((old.actual_release_id IS DISTINCT FROM new.actual_release_id) OR (old.incomplete_release_id IS DISTINCT FROM new.incomplete_release_id))) EXECUTE FUNCTION public.keep_machine_release_history();


--
-- Name: machine_release machine_release_is_new; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER machine_release_is_new AFTER INSERT ON public.machine_release FOR EACH ROW EXECUTE FUNCTION public.keep_machine_release_history();


--
-- Name: agent_nonce agent_nonce_machine_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agent_nonce
    ADD CONSTRAINT agent_nonce_machine_id_fkey FOREIGN KEY (machine_id) REFERENCES public.machine(id);


--
-- Name: agent_session agent_session_machine_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agent_session
    ADD CONSTRAINT agent_session_machine_id_fkey FOREIGN KEY (machine_id) REFERENCES public.machine(id);


--
-- Name: cleanup_hold cleanup_hold_policy_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cleanup_hold
    ADD CONSTRAINT cleanup_hold_policy_id_fkey FOREIGN KEY (policy_id) REFERENCES public.machine_policy(id) ON DELETE CASCADE;


--
-- Name: deployment deployment_environment_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deployment
    ADD CONSTRAINT deployment_environment_id_fkey FOREIGN KEY (environment_id) REFERENCES public.environment(id);


--
-- Name: deployment_freeze_environment deployment_freeze_environment_environment_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deployment_freeze_environment
    ADD CONSTRAINT deployment_freeze_environment_environment_id_fkey FOREIGN KEY (environment_id) REFERENCES public.environment(id) ON DELETE CASCADE;


--
-- Name: deployment_freeze_environment deployment_freeze_environment_freeze_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deployment_freeze_environment
    ADD CONSTRAINT deployment_freeze_environment_freeze_id_fkey FOREIGN KEY (freeze_id) REFERENCES public.deployment_freeze(id) ON DELETE CASCADE;


--
-- Name: deployment_freeze_project deployment_freeze_project_freeze_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deployment_freeze_project
    ADD CONSTRAINT deployment_freeze_project_freeze_id_fkey FOREIGN KEY (freeze_id) REFERENCES public.deployment_freeze(id) ON DELETE CASCADE;


--
-- Name: deployment_freeze_project deployment_freeze_project_project_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deployment_freeze_project
    ADD CONSTRAINT deployment_freeze_project_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.project(id) ON DELETE CASCADE;


--
-- Name: deployment_gate deployment_gate_deployment_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deployment_gate
    ADD CONSTRAINT deployment_gate_deployment_id_fkey FOREIGN KEY (deployment_id) REFERENCES public.deployment(id) ON DELETE CASCADE;


--
-- Name: deployment deployment_project_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deployment
    ADD CONSTRAINT deployment_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.project(id);


--
-- Name: deployment deployment_release_id_project_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deployment
    ADD CONSTRAINT deployment_release_id_project_id_fkey FOREIGN KEY (release_id, project_id) REFERENCES public.release(id, project_id);


--
-- Name: deployment deployment_repeats_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deployment
    ADD CONSTRAINT deployment_repeats_id_fkey FOREIGN KEY (repeats_id) REFERENCES public.deployment(id);


--
-- Name: deployment deployment_trigger_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deployment
    ADD CONSTRAINT deployment_trigger_id_fkey FOREIGN KEY (trigger_id) REFERENCES public.project_trigger(id) ON DELETE SET NULL;


--
-- Name: environment_release environment_release_deployment_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.environment_release
    ADD CONSTRAINT environment_release_deployment_id_fkey FOREIGN KEY (deployment_id) REFERENCES public.deployment(id);


--
-- Name: environment_release environment_release_environment_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.environment_release
    ADD CONSTRAINT environment_release_environment_id_fkey FOREIGN KEY (environment_id) REFERENCES public.environment(id);


--
-- Name: environment_release_history environment_release_history_deployment_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.environment_release_history
    ADD CONSTRAINT environment_release_history_deployment_id_fkey FOREIGN KEY (deployment_id) REFERENCES public.deployment(id);


--
-- Name: environment_release_history environment_release_history_environment_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.environment_release_history
    ADD CONSTRAINT environment_release_history_environment_id_fkey FOREIGN KEY (environment_id) REFERENCES public.environment(id);


--
-- Name: environment_release_history environment_release_history_project_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.environment_release_history
    ADD CONSTRAINT environment_release_history_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.project(id);


--
-- Name: environment_release_history environment_release_history_release_id_project_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.environment_release_history
    ADD CONSTRAINT environment_release_history_release_id_project_id_fkey FOREIGN KEY (release_id, project_id) REFERENCES public.release(id, project_id);


--
-- Name: environment_release environment_release_project_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.environment_release
    ADD CONSTRAINT environment_release_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.project(id);


--
-- Name: environment_release environment_release_release_id_project_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.environment_release
    ADD CONSTRAINT environment_release_release_id_project_id_fkey FOREIGN KEY (release_id, project_id) REFERENCES public.release(id, project_id);


--
-- Name: ephemeral_environment ephemeral_environment_environment_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ephemeral_environment
    ADD CONSTRAINT ephemeral_environment_environment_id_fkey FOREIGN KEY (environment_id) REFERENCES public.environment(id);


--
-- Name: ephemeral_environment ephemeral_environment_template_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ephemeral_environment
    ADD CONSTRAINT ephemeral_environment_template_id_fkey FOREIGN KEY (template_id) REFERENCES public.environment(id);


--
-- Name: health_check_due health_check_due_machine_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.health_check_due
    ADD CONSTRAINT health_check_due_machine_id_fkey FOREIGN KEY (machine_id) REFERENCES public.machine(id) ON DELETE CASCADE;


--
-- Name: health_check health_check_machine_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.health_check
    ADD CONSTRAINT health_check_machine_id_fkey FOREIGN KEY (machine_id) REFERENCES public.machine(id);


--
-- Name: join_token join_token_environment_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.join_token
    ADD CONSTRAINT join_token_environment_id_fkey FOREIGN KEY (environment_id) REFERENCES public.environment(id);


--
-- Name: join_token join_token_policy_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.join_token
    ADD CONSTRAINT join_token_policy_id_fkey FOREIGN KEY (policy_id) REFERENCES public.machine_policy(id);


--
-- Name: log_chunk log_chunk_step_run_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.log_chunk
    ADD CONSTRAINT log_chunk_step_run_id_fkey FOREIGN KEY (step_run_id) REFERENCES public.step_run(id);


--
-- Name: machine machine_environment_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.machine
    ADD CONSTRAINT machine_environment_id_fkey FOREIGN KEY (environment_id) REFERENCES public.environment(id);


--
-- Name: machine machine_policy_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.machine
    ADD CONSTRAINT machine_policy_id_fkey FOREIGN KEY (policy_id) REFERENCES public.machine_policy(id);


--
-- Name: machine_presence machine_presence_machine_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.machine_presence
    ADD CONSTRAINT machine_presence_machine_id_fkey FOREIGN KEY (machine_id) REFERENCES public.machine(id);


--
-- Name: machine_quarantine machine_quarantine_machine_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.machine_quarantine
    ADD CONSTRAINT machine_quarantine_machine_id_fkey FOREIGN KEY (machine_id) REFERENCES public.machine(id);


--
-- Name: machine_quarantine machine_quarantine_project_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.machine_quarantine
    ADD CONSTRAINT machine_quarantine_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.project(id);


--
-- Name: machine_quarantine machine_quarantine_release_id_project_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.machine_quarantine
    ADD CONSTRAINT machine_quarantine_release_id_project_id_fkey FOREIGN KEY (release_id, project_id) REFERENCES public.release(id, project_id);


--
-- Name: machine_release machine_release_actual_release_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.machine_release
    ADD CONSTRAINT machine_release_actual_release_id_fkey FOREIGN KEY (actual_release_id) REFERENCES public.release(id);


--
-- Name: machine_release machine_release_drifted_from_release_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.machine_release
    ADD CONSTRAINT machine_release_drifted_from_release_id_fkey FOREIGN KEY (drifted_from_release_id) REFERENCES public.release(id);


--
-- Name: machine_release_history machine_release_history_machine_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.machine_release_history
    ADD CONSTRAINT machine_release_history_machine_id_fkey FOREIGN KEY (machine_id) REFERENCES public.machine(id);


--
-- Name: machine_release_history machine_release_history_project_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.machine_release_history
    ADD CONSTRAINT machine_release_history_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.project(id);


--
-- Name: machine_release machine_release_incomplete_release_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.machine_release
    ADD CONSTRAINT machine_release_incomplete_release_id_fkey FOREIGN KEY (incomplete_release_id) REFERENCES public.release(id);


--
-- Name: machine_release machine_release_machine_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.machine_release
    ADD CONSTRAINT machine_release_machine_id_fkey FOREIGN KEY (machine_id) REFERENCES public.machine(id);


--
-- Name: machine_release machine_release_project_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.machine_release
    ADD CONSTRAINT machine_release_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.project(id);


--
-- Name: machine_release machine_release_run_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.machine_release
    ADD CONSTRAINT machine_release_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.run(id);


--
-- Name: need need_machine_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.need
    ADD CONSTRAINT need_machine_id_fkey FOREIGN KEY (machine_id) REFERENCES public.machine(id);


--
-- Name: need need_project_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.need
    ADD CONSTRAINT need_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.project(id);


--
-- Name: need need_trigger_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.need
    ADD CONSTRAINT need_trigger_id_fkey FOREIGN KEY (trigger_id) REFERENCES public.project_trigger(id) ON DELETE SET NULL;


--
-- Name: package_chunk package_chunk_upload_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.package_chunk
    ADD CONSTRAINT package_chunk_upload_id_fkey FOREIGN KEY (upload_id) REFERENCES public.package_upload(id) ON DELETE CASCADE;


--
-- Name: package package_upload_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.package
    ADD CONSTRAINT package_upload_id_fkey FOREIGN KEY (upload_id) REFERENCES public.package_upload(id);


--
-- Name: pin pin_environment_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pin
    ADD CONSTRAINT pin_environment_id_fkey FOREIGN KEY (environment_id) REFERENCES public.environment(id);


--
-- Name: pin pin_machine_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pin
    ADD CONSTRAINT pin_machine_id_fkey FOREIGN KEY (machine_id) REFERENCES public.machine(id);


--
-- Name: pin pin_project_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pin
    ADD CONSTRAINT pin_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.project(id);


--
-- Name: pin pin_release_id_project_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pin
    ADD CONSTRAINT pin_release_id_project_id_fkey FOREIGN KEY (release_id, project_id) REFERENCES public.release(id, project_id);


--
-- Name: project_after project_after_after_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.project_after
    ADD CONSTRAINT project_after_after_id_fkey FOREIGN KEY (after_id) REFERENCES public.project(id);


--
-- Name: project_after project_after_project_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.project_after
    ADD CONSTRAINT project_after_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.project(id);


--
-- Name: project_trigger_environment project_trigger_environment_environment_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.project_trigger_environment
    ADD CONSTRAINT project_trigger_environment_environment_id_fkey FOREIGN KEY (environment_id) REFERENCES public.environment(id);


--
-- Name: project_trigger_environment project_trigger_environment_trigger_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.project_trigger_environment
    ADD CONSTRAINT project_trigger_environment_trigger_id_fkey FOREIGN KEY (trigger_id) REFERENCES public.project_trigger(id) ON DELETE CASCADE;


--
-- Name: project_trigger project_trigger_project_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.project_trigger
    ADD CONSTRAINT project_trigger_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.project(id);


--
-- Name: promotion promotion_deployment_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.promotion
    ADD CONSTRAINT promotion_deployment_id_fkey FOREIGN KEY (deployment_id) REFERENCES public.deployment(id);


--
-- Name: promotion promotion_environment_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.promotion
    ADD CONSTRAINT promotion_environment_id_fkey FOREIGN KEY (environment_id) REFERENCES public.environment(id) ON DELETE CASCADE;


--
-- Name: promotion promotion_project_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.promotion
    ADD CONSTRAINT promotion_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.project(id);


--
-- Name: promotion promotion_release_id_project_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.promotion
    ADD CONSTRAINT promotion_release_id_project_id_fkey FOREIGN KEY (release_id, project_id) REFERENCES public.release(id, project_id);


--
-- Name: release_circuit release_circuit_environment_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.release_circuit
    ADD CONSTRAINT release_circuit_environment_id_fkey FOREIGN KEY (environment_id) REFERENCES public.environment(id);


--
-- Name: release_circuit release_circuit_fallback_release_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.release_circuit
    ADD CONSTRAINT release_circuit_fallback_release_id_fkey FOREIGN KEY (fallback_release_id) REFERENCES public.release(id);


--
-- Name: release_circuit release_circuit_project_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.release_circuit
    ADD CONSTRAINT release_circuit_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.project(id);


--
-- Name: release_circuit release_circuit_release_id_project_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.release_circuit
    ADD CONSTRAINT release_circuit_release_id_project_id_fkey FOREIGN KEY (release_id, project_id) REFERENCES public.release(id, project_id);


--
-- Name: release release_project_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.project(id);


--
-- Name: run run_deployment_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_deployment_id_fkey FOREIGN KEY (deployment_id) REFERENCES public.deployment(id);


--
-- Name: run run_health_check_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_health_check_id_fkey FOREIGN KEY (health_check_id) REFERENCES public.health_check(id) ON DELETE SET NULL;


--
-- Name: run run_machine_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_machine_id_fkey FOREIGN KEY (machine_id) REFERENCES public.machine(id);


--
-- Name: run run_need_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_need_id_fkey FOREIGN KEY (need_id) REFERENCES public.need(id);


--
-- Name: run run_project_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.project(id);


--
-- Name: run run_release_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_release_id_fkey FOREIGN KEY (release_id) REFERENCES public.release(id);


--
-- Name: step_run step_run_deployment_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.step_run
    ADD CONSTRAINT step_run_deployment_id_fkey FOREIGN KEY (deployment_id) REFERENCES public.deployment(id);


--
-- Name: step_run step_run_machine_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.step_run
    ADD CONSTRAINT step_run_machine_id_fkey FOREIGN KEY (machine_id) REFERENCES public.machine(id);


--
-- Name: step_run step_run_run_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.step_run
    ADD CONSTRAINT step_run_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.run(id);


--
-- Name: web_session web_session_api_key_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.web_session
    ADD CONSTRAINT web_session_api_key_id_fkey FOREIGN KEY (api_key_id) REFERENCES public.api_key(id);


--
-- PostgreSQL database dump complete
--

\unrestrict UJBhailipeQaxxB07Q93uLspX6VDznrHegH69GtGvOqhERdCiBlu2SnEXuECYp7
