-- Variables that are different in some environment.

ALTER TABLE project ADD COLUMN environment_variables jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(environment_variables) = 'object');
COMMENT ON COLUMN project.environment_variables IS 'By the name of an environment: variables that hold there in place of those of the same name in variables, or beside them.';

ALTER TABLE release ADD COLUMN environment_variables jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(environment_variables) = 'object');
COMMENT ON COLUMN release.environment_variables IS 'As of the project when the release was made.';
