-- Pins and freezes.
SELECT 1;
