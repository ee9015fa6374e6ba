-- On whose behalf releases go on by themselves.

ALTER TABLE project ADD COLUMN person_id bigint REFERENCES person (id),
                    ADD COLUMN api_key_id bigint REFERENCES api_key (id),
                    ADD CONSTRAINT project_promotes_as_one CHECK (num_nonnulls(person_id, api_key_id) <= 1);
COMMENT ON COLUMN project.person_id IS 'With an automatic phase: the person who applied the project last; releases go where that person may deploy when they go ...';
COMMENT ON COLUMN project.api_key_id IS '... or the API key that it was applied with. Neither, for projects from before: they go as the system itself.';
