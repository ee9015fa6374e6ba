-- Pushing a package of any size in transactions of bounded size.
-- The bytes belong to the upload that brought them, so that making a package visible is one small row and moves no bytes.

CREATE TABLE package_upload (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL,
    version    text NOT NULL,
    size_bytes bigint NOT NULL DEFAULT 0 CHECK (size_bytes >= 0),
    started_by text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    touched_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX package_upload_by_age ON package_upload (touched_at);
COMMENT ON TABLE package_upload IS 'One push of a package. It shows once a row of package names it; one that nobody finished is swept after an hour.';
COMMENT ON COLUMN package_upload.id IS 'Surrogate key.';
COMMENT ON COLUMN package_upload.name IS 'Package that is pushed.';
COMMENT ON COLUMN package_upload.version IS 'Version that is pushed.';
COMMENT ON COLUMN package_upload.size_bytes IS 'How much has arrived.';
COMMENT ON COLUMN package_upload.started_by IS 'Who pushes.';
COMMENT ON COLUMN package_upload.started_at IS 'When the push began.';
COMMENT ON COLUMN package_upload.touched_at IS 'When its last piece arrived.';

-- No package has been pushed before this migration: until now there was no way to push one.
ALTER TABLE package ADD COLUMN upload_id bigint NOT NULL UNIQUE REFERENCES package_upload (id);
COMMENT ON COLUMN package.upload_id IS 'The upload that brought its bytes.';
CREATE INDEX package_by_digest ON package (sha256);

ALTER TABLE package_chunk DROP CONSTRAINT package_chunk_package_id_fkey;
ALTER TABLE package_chunk RENAME COLUMN package_id TO upload_id;
ALTER TABLE package_chunk
    ADD CONSTRAINT package_chunk_upload_id_fkey FOREIGN KEY (upload_id) REFERENCES package_upload (id) ON DELETE CASCADE;
COMMENT ON COLUMN package_chunk.upload_id IS 'The upload that brought it.';

DO $$
BEGIN
    IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('tidemark_app', 'tidemark_readonly')) = 2 THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON package_upload TO tidemark_app;
        GRANT SELECT ON package_upload TO tidemark_readonly;
    END IF;
END $$;
