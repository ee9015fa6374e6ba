-- Order.
SELECT 1;
