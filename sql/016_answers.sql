-- Answers.
SELECT 1;
