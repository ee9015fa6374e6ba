-- Cleanup.
SELECT 1;
