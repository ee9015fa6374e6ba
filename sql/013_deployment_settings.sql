-- Deployment settings.
SELECT 1;
