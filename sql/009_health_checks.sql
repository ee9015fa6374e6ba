-- Health checks.
SELECT 1;
