-- Nodes that an administrator took out, until they are taken back.

ALTER TABLE node ADD COLUMN drained_at timestamptz,
                 ADD COLUMN drained_by text CHECK (length(drained_by) BETWEEN 1 AND 200),
                 ADD CONSTRAINT node_drained_by_somebody CHECK (num_nonnulls(drained_at, drained_by) <> 1),
                 DROP CONSTRAINT node_state_check,
                 ADD CONSTRAINT node_state_check CHECK (state IN ('ready', 'drained', 'draining', 'stopped'));
COMMENT ON COLUMN node.drained_at IS 'Since when it is to take no requests and not to lead; null: it does both. It outlives the process: whoever drained it takes it back.';
COMMENT ON COLUMN node.drained_by IS 'Who said so: person:NAME or key:NAME.';

CREATE OR REPLACE VIEW cluster_status AS
SELECT n.name AS node, n.version, n.address,
       CASE WHEN n.state <> 'stopped' AND n.seen_at < now() - interval '15 seconds' THEN 'gone' ELSE n.state END AS state,
       l.node = n.name AND l.resigned_at IS NULL AS leads, l.term, n.started_at, n.seen_at, n.drained_at, n.drained_by
FROM node n CROSS JOIN (SELECT node, term, resigned_at FROM lease WHERE name = 'scanner') l
ORDER BY n.name;
COMMENT ON VIEW cluster_status IS 'The nodes, who leads, and who is drained.';
