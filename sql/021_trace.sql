-- Whose request a deployment goes back to, for those who follow traces over programs.

CREATE FUNCTION new_traceparent() RETURNS text
LANGUAGE sql VOLATILE AS $$
    SELECT '00-' || replace(gen_random_uuid()::text, '-', '') || '-'
        || substr(replace(gen_random_uuid()::text, '-', ''), 1, 16) || '-01'
$$;
COMMENT ON FUNCTION new_traceparent() IS 'A trace that begins here, in the form of W3C Trace Context. The version digit of a UUID keeps it from being all zero.';

ALTER TABLE deployment
    ADD COLUMN traceparent text CHECK (traceparent ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$');
ALTER TABLE deployment ALTER COLUMN traceparent SET DEFAULT new_traceparent();
COMMENT ON COLUMN deployment.traceparent IS 'The traceparent (W3C Trace Context) of the request that made it, or of a trace that begins with it; its scripts get it as TRACEPARENT. Null: made before there was one.';

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'tidemark_app') THEN
        GRANT EXECUTE ON FUNCTION new_traceparent() TO tidemark_app;
    END IF;
END $$;
