import Postgres

/// What there will be to do when nothing happens, so that the leader knows when to look.
struct NextDue {
    /// Seconds until the next open need is to be looked at; nil: none has a time.
    let secondsUntilNeed: Double?
    /// A release waits to go on by itself, and may be tried now.
    let promotionIsDue: Bool

    static func ask(in tx: borrowing Transaction) throws -> Answer<NextDue> {
        try tx.ask(
            """
            SELECT (SELECT extract(epoch FROM min(due_at) - clock_timestamp())::float8 FROM need
                    WHERE closed_at IS NULL AND due_at IS NOT NULL) AS seconds,
                   EXISTS (SELECT 1 FROM promotion WHERE outcome IS NULL AND next_at <= clock_timestamp()) AS promotes
            """
        ) { rows in
            NextDue(secondsUntilNeed: try rows[0]["seconds"], promotionIsDue: try rows[0]["promotes"])
        }
    }
}
