-- Rare events are found without reading the frequent ones: of ten million events, nine say how machines are.

-- Not those that machines write by the million, which are never far from where one looks, and whose writing would pay for it.
CREATE INDEX event_by_category ON event (category, id)
    WHERE category <> ALL ('{MachineHealthy,MachineHasWarnings,MachineUnhealthy,MachineUnavailable}');
COMMENT ON INDEX event_by_category IS 'Lists by category, but for the categories that say how machines are.';
