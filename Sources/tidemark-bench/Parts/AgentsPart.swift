import FleetClient
import FleetModel
import FleetStore
import Foundation
import Postgres
import Proof

/// What a node takes to hold the long polls of ten thousand agents that have nothing to do, against the same node without
/// them, and against a PostgreSQL session for each, which is what LISTEN would take.
struct AgentsPart {
    let stage: Stage

    private var count: Int { stage.size.pick(small: 200, standard: 10_000) }
    /// In which all of them come, as when a region is switched on again.
    private var comeWithin: Int { stage.size.pick(small: 2, standard: 60) }

    func run(into figures: Figures) async throws {
        try await stage.withPostgres("-c shared_preload_libraries=pg_stat_statements") { postgres in
            let database = Database(postgres.configuration, maxConnections: 2, logger: stage.logger)
            let hasStatements = try await hasStatistics(database)
            let key = try await Store(database: database, node: "bench").createAPIKey(
                name: "bench",
                by: "bench"
            ).text
            _ = try await database.query("INSERT INTO environment (name) VALUES ('bench')")
            let session = try await sessionMebibytes(postgres)
            let node = try await ServingNode.start(stage, postgres)
            let client = try APIClient(url: node.url, key: key)
            do {
                let idle = try await load(node, database, hasStatements)
                let started = ContinuousClock.now
                let crowd = try await SimulatedCrowd.start(
                    stage,
                    url: node.url,
                    client,
                    environment: "bench",
                    count: count,
                    joinWithin: comeWithin
                )
                do {
                    let storm = try await everybodyIsThere(database, since: started)
                    let busy = try await load(node, database, hasStatements)
                    let report = try await crowd.stop()
                    guard report.joined == count else {
                        throw ProofError("\(report.joined) of \(count) joined")
                    }
                    figures.report(idle, busy, session, count)
                    figures.add(
                        Figure(
                            "\(count) agents come within \(comeWithin) s: until the last one is in",
                            storm,
                            "s",
                            against: Baseline("the time in which they come", Double(comeWithin))
                        )
                    )
                } catch {
                    await ChildProcess.stop([crowd.process])
                    throw error
                }
                await client.close()
                await node.stop()
            } catch {
                await client.close()
                await node.stop()
                throw error
            }
            await database.close()
        }
    }

    private func hasStatistics(_ database: Database) async throws -> Bool {
        let there = try await database.query(
            "SELECT 1 FROM pg_available_extensions WHERE name = 'pg_stat_statements'"
        )
        guard !there.isEmpty else { return false }
        _ = try await database.query("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        return true
    }

    /// All have joined and polled; their machines are healthy. How long that took, in seconds; then a little longer, so that joining
    /// is no part of what follows.
    private func everybodyIsThere(
        _ database: Database,
        since start: ContinuousClock.Instant
    ) async throws -> Double {
        let count = count
        try await poll("\(count) agents to join", every: .milliseconds(500), within: .seconds(400)) {
            let healthy: Int = try await database.query(
                "SELECT count(*) AS n FROM machine WHERE health = 'Healthy'"
            )[0]["n"]
            return healthy == count ? () : nil
        }
        let seconds = (ContinuousClock.now - start).inSeconds
        try await Task.sleep(for: .seconds(stage.size.pick(small: 3, standard: 20)))
        return seconds
    }

    private func load(
        _ node: ServingNode,
        _ database: Database,
        _ hasStatements: Bool
    ) async throws -> NodeLoad {
        if !hasStatements {
            let usage = try await Usage.watch([node.process.pid], for: .seconds(10))
            return NodeLoad(usage: usage[0], statementsPerSecond: nil)
        }
        // As long as a poll is held, so that each agent comes once.
        let time: Duration = .seconds(stage.size.pick(small: 5, standard: 30))
        _ = try await database.query("SELECT pg_stat_statements_reset()")
        let started = ContinuousClock.now
        let usage = try await Usage.watch([node.process.pid], for: time)
        let calls: Double = try await database.query(
            "SELECT coalesce(sum(calls), 0)::float8 AS n FROM pg_stat_statements WHERE query NOT LIKE '%pg_stat_statements%'"
        )[0]["n"]
        let seconds = (ContinuousClock.now - started).inSeconds
        return NodeLoad(usage: usage[0], statementsPerSecond: calls / seconds)
    }

    /// What an idle session that LISTENs takes of the server's memory, its share of what is shared included.
    private func sessionMebibytes(_ postgres: PrivatePostgres) async throws -> Double {
        var sessions: [Connection] = []
        for _ in 0..<20 {
            let session = try await Connection.open(postgres.configuration, logger: stage.logger)
            _ = try await session.query("LISTEN work")
            sessions.append(session)
        }
        let bytes = sessions.compactMap { RunningProcess.proportionalBytes($0.backendPID) }
        for session in sessions { await session.close() }
        return Double(bytes.reduce(0, +)) / Double(bytes.count) / 1_048_576
    }
}

struct NodeLoad {
    let usage: Usage
    /// nil: the server does not count them.
    let statementsPerSecond: Double?
}

extension Figures {
    fileprivate func report(_ idle: NodeLoad, _ busy: NodeLoad, _ session: Double, _ count: Int) {
        let without = "the same node without agents"
        add(
            Figure(
                "node with \(count) agents, memory",
                busy.usage.mebibytes,
                "MiB",
                against: Baseline(without, idle.usage.mebibytes),
                target: .below(1024)
            )
        )
        add(
            Figure(
                "memory for each agent",
                1024 * (busy.usage.mebibytes - idle.usage.mebibytes) / Double(count),
                "KiB",
                against: Baseline("a PostgreSQL session that LISTENs", session * 1024)
            )
        )
        add(
            Figure(
                "node with \(count) agents, CPU",
                busy.usage.corePercent,
                "% of a core",
                against: Baseline(without, idle.usage.corePercent),
                target: .below(30)
            )
        )
        let statements = idle.statementsPerSecond.map { Baseline(without, $0) }
        add(
            Figure(
                "node with \(count) agents, statements",
                busy.statementsPerSecond ?? .nan,
                "a second",
                against: statements ?? .missing(without, because: "pg_stat_statements is not installed")
            )
        )
    }
}
