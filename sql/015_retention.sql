-- Retention.
SELECT 1;
