-- What somebody sees whose grants name a part of the fleet. Null stands for everything, and is answered before the row is looked at:
-- each function is one expression, which the planner writes into the statement that calls it.

CREATE FUNCTION in_sight(ids bigint[], id bigint) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ids IS NULL OR id = ANY (ids)
$$;
COMMENT ON FUNCTION in_sight(bigint[], bigint) IS 'Whether an environment, or a project, is among those that somebody sees; null: all are.';

-- One number for both, so that an array can be searched for it; 0 for every one. Neither has ever come near 2^31.
CREATE FUNCTION place_key(environment bigint, project bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (environment << 32) | project
$$;
COMMENT ON FUNCTION place_key(bigint, bigint) IS 'A project in an environment as one number; 0 stands for every environment, and for every project.';

CREATE FUNCTION in_sight(places bigint[], environment bigint, project bigint) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT places IS NULL OR place_key(environment, project) = ANY (places)
        OR place_key(environment, 0) = ANY (places) OR place_key(0, project) = ANY (places)
$$;
COMMENT ON FUNCTION in_sight(bigint[], bigint, bigint) IS 'Whether a project in an environment is among the places that somebody sees, as place_key writes them; null: all are.';

CREATE FUNCTION event_in_sight(
    places bigint[], environments bigint[], projects bigint[],
    category text, environment bigint, project bigint, machine_environment bigint
) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT places IS NULL OR coalesce(
        category NOT IN ('AccessRefused', 'TriggerRefused')
        AND CASE WHEN environment IS NOT NULL AND project IS NOT NULL THEN in_sight(places, environment, project)
                 WHEN environment IS NOT NULL THEN in_sight(environments, environment)
                 WHEN project IS NOT NULL THEN in_sight(projects, project)
                 ELSE machine_environment IS NOT NULL OR starts_with(category, 'Node') OR starts_with(category, 'Lease') END
        AND (machine_environment IS NULL OR in_sight(environments, machine_environment)), false)
$$;
COMMENT ON FUNCTION event_in_sight(bigint[], bigint[], bigint[], text, bigint, bigint, bigint) IS 'Whether somebody sees an event: all that it names must be in sight, and something must be, unless it is about nodes or the lease.';
