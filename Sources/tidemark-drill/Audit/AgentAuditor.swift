import FleetModel
import Postgres

/// Holds what the scripts on the machines noted and printed against what Tidemark says of them.
enum AgentAuditor {
    /// One thing that is wrong, and when it happened.
    struct Finding: Sendable {
        enum Kind: Sendable {
            case startedTwice
            /// Lines that a script printed and that the stored log lacks.
            case logLinesLost(Int)
        }

        let kind: Kind
        /// When the deployment was made, in seconds since 1970.
        let at: Double
    }

    struct Findings: Sendable {
        var steps = 0
        var lines = 0
        var needsLeft = 0
        /// Steps of which Tidemark says that nobody knows whether they ran.
        var unknown = 0
        var findings: [Finding] = []
    }

    static func audit(_ agents: Agents, _ database: Database) async throws -> Findings {
        let started = agents.started()
        var findings = Findings()
        findings.steps = started.count
        var counts: [String: Int] = [:]
        for start in started { counts["\(start.machine) \(start.step)", default: 0] += 1 }
        for row in try await steps(in: database) {
            let name: String = try row["name"]
            let at: Double = try row["at"]
            let lines: Int = try row["lines"]
            if try row["unknown"] { findings.unknown += 1 }
            for _ in 1..<max(counts[name] ?? 1, 1) {
                findings.findings.append(Finding(kind: .startedTwice, at: at))
            }
            findings.lines += lines
            let lost = Agents.linesPerStep - lines
            if try row["succeeded"], lost > 0 {
                findings.findings.append(Finding(kind: .logLinesLost(lost), at: at))
            }
        }
        findings.needsLeft = try await needsLeft(in: database)
        return findings
    }

    /// Every step of a real machine, with how many of the lines that are known are in its log.
    private static func steps(in database: Database) async throws -> Rows {
        try await database.query(
            """
            SELECT m.name || ' ' || s.deployment_id || ' ' || s.step_name AS name,
                   extract(epoch FROM d.created_at)::float8 AS at,
                   s.state = 'succeeded' AS succeeded, s.state = 'unknown' AS unknown,
                   (SELECT count(DISTINCT line) FROM regexp_split_to_table(coalesce(
                        (SELECT string_agg(convert_from(c.data, 'UTF8'), '' ORDER BY c.log_offset)
                         FROM log_chunk c WHERE c.step_run_id = s.id), ''), '\\n') line
                    WHERE line LIKE 'line ' || s.deployment_id || ' ' || s.step_name || ' %') AS lines
            FROM step_run s JOIN machine m ON m.id = s.machine_id JOIN deployment d ON d.id = s.deployment_id
            WHERE m.name LIKE 'agent-%'
            """
        )
    }

    static func needsLeft(in database: Database) async throws -> Int {
        try await database.query(
            """
            SELECT count(*) AS n FROM need n JOIN machine m ON m.id = n.machine_id
            WHERE n.closed_at IS NULL AND m.name LIKE 'agent-%'
            """
        )[0]["n"]
    }
}
