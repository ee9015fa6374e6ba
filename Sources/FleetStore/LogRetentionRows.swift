import Postgres

/// Removes the logs of steps whose deployment ended long ago.
enum LogRetentionRows {
    /// A bounded part of the oldest; returns how many pieces went, 0 when none is left to remove.
    static func removeSome(olderThanSeconds seconds: Int, pieces: Int, in tx: borrowing Transaction) throws
        -> Int
    {
        let removed = try tx.run(
            """
            DELETE FROM log_chunk c USING (
                SELECT c.step_run_id, c.log_offset
                FROM (SELECT id FROM deployment
                      WHERE finished_at < now() - make_interval(secs => \(seconds)) AND logs_removed_at IS NULL
                      ORDER BY finished_at LIMIT 20) d
                JOIN step_run s ON s.deployment_id = d.id
                JOIN log_chunk c ON c.step_run_id = s.id
                LIMIT \(pieces)) old
            WHERE c.step_run_id = old.step_run_id AND c.log_offset = old.log_offset
            """
        ).affected
        try tx.run(
            """
            UPDATE deployment d SET logs_removed_at = now()
            WHERE d.id IN (SELECT id FROM deployment
                           WHERE finished_at < now() - make_interval(secs => \(seconds)) AND logs_removed_at IS NULL
                           ORDER BY finished_at LIMIT 20)
              AND NOT EXISTS (SELECT 1 FROM step_run s JOIN log_chunk c ON c.step_run_id = s.id
                              WHERE s.deployment_id = d.id)
            """
        )
        return removed
    }
}
