-- Quarantine.
SELECT 1;
