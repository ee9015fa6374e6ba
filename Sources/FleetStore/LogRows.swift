import FleetModel
import Postgres

/// What became of a piece of log that an agent sent.
package enum LogAppend: Sendable, Equatable {
    /// It is stored, or was already; `length` is how much there is.
    case appended(length: Int64)
    /// It does not begin where the stored log ends; the agent goes on from `length`.
    case offsetMismatch(length: Int64)
    /// The step is not this agent's to write any more.
    case staleFence
}

/// The SQL of `log_chunk`: output in pieces, in order, without gaps. An agent counts from the start of its attempt; a
/// step that is given out again writes behind what earlier attempts wrote.
package enum LogRows {
    /// More than an agent may send: its own bound, and room for the line that says how much it cut.
    private static let mostBytes = Int64(Limits.logBytes) + Int64(Limits.logChunkBytes)

    static func append(
        _ data: [UInt8],
        at offset: Int64,
        to step: ID<StepRun>,
        fence: Int64,
        by agent: AgentIdentity,
        in tx: borrowing Transaction
    ) throws -> LogAppend {
        let row = try tx.run(
            """
            SELECT log_bytes - log_base AS length, log_base FROM step_run
            WHERE id = \(step) AND machine_id = \(agent.machineID) AND fence = \(fence) AND state = 'running'
            FOR NO KEY UPDATE
            """
        ).first
        guard let row else { return .staleFence }
        let length: Int64 = try row["length"]
        let base: Int64 = try row["log_base"]
        // Compared before it is added to: what an agent says may be any number.
        guard offset <= length else { return .offsetMismatch(length: length) }
        let end = offset + Int64(data.count)
        if end <= length { return .appended(length: length) }
        guard offset == length else { return .offsetMismatch(length: length) }
        guard data.count <= Limits.logChunkBytes, end <= mostBytes else {
            throw StoreError.invalid(
                field: "body",
                "a piece of log holds at most \(Limits.logChunkBytes) bytes and a log at most \(mostBytes)"
            )
        }
        try tx.run(
            "INSERT INTO log_chunk (step_run_id, log_offset, data) VALUES (\(step), \(base + offset), \(data)::bytea)"
        )
        try tx.run("UPDATE step_run SET log_bytes = \(base + end) WHERE id = \(step)")
        return .appended(length: end)
    }
}
