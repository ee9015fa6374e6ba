package import FleetModel
package import Postgres

/// What became of a piece of log that an agent sent.
package enum LogAppend: Sendable, Equatable {
    /// It is stored, or was already; `length` is how much there is.
    case appended(length: Int64)
    /// It does not begin where the stored log ends; the agent goes on from `length`.
    case offsetMismatch(length: Int64)
    /// The step is not this agent's to write any more.
    case staleFence
}

/// The SQL of `log_chunk`: output in pieces, in order, without gaps.
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
            SELECT log_bytes FROM step_run
            WHERE id = \(step) AND machine_id = \(agent.machineID) AND fence = \(fence) AND state = 'running'
            FOR NO KEY UPDATE
            """
        ).first
        guard let row else { return .staleFence }
        let length: Int64 = try row["log_bytes"]
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
            "INSERT INTO log_chunk (step_run_id, log_offset, data) VALUES (\(step), \(offset), \(data)::bytea)"
        )
        try tx.run("UPDATE step_run SET log_bytes = \(end) WHERE id = \(step)")
        return .appended(length: end)
    }

    /// One piece of stored log, with the machine and the step it is from.
    package struct Piece: Sendable {
        package let stepRunID: ID<StepRun>
        package let offset: Int64
        package let machine: String
        package let step: String
        package let data: [UInt8]
    }

    /// Where a reader of a deployment's log stands: behind the piece `offset` of step run `step`.
    package struct Position: Sendable, Equatable {
        package var step: Int64
        package var offset: Int64

        package init(step: Int64 = 0, offset: Int64 = -1) {
            self.step = step
            self.offset = offset
        }
    }

    /// Pieces behind `position`, step by step in the order of their ids.
    package static func list(
        _ deployment: ID<Deployment>,
        machine: String?,
        step: String?,
        after position: Position,
        limit: Int,
        in tx: borrowing Transaction
    ) throws -> [Piece] {
        try tx.run(
            """
            SELECT s.id, c.log_offset, m.name AS machine, s.step_name, c.data
            FROM step_run s
            JOIN machine m ON m.id = s.machine_id
            JOIN log_chunk c ON c.step_run_id = s.id
            WHERE s.deployment_id = \(deployment)
              AND (\(machine)::text IS NULL OR m.name = \(machine))
              AND (\(step)::text IS NULL OR s.step_name = \(step))
              AND (s.id, c.log_offset) > (\(position.step)::bigint, \(position.offset)::bigint)
            ORDER BY s.id, c.log_offset LIMIT \(limit)
            """
        ).map { row in
            Piece(
                stepRunID: try row["id"],
                offset: try row["log_offset"],
                machine: try row["machine"],
                step: try row["step_name"],
                data: try row["data"]
            )
        }
    }
}
