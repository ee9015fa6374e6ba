import FleetStore
import Glibc
import Postgres
import Proof

/// How long nobody leads when the leader ends: from the signal to the first scan that another node completed, by the
/// database's clock. Beside it Patroni, whose leader is killed with its PostgreSQL, until the other member takes writes.
struct TakeoverPart {
    private static let names = ["node-1", "node-2", "node-3"]

    let stage: Stage

    func run(into figures: Figures) async throws {
        let patroni = try await Patroni.takeover(stage)
        try await stage.withPostgres { postgres in
            let database = Database(postgres.configuration, maxConnections: 2, logger: stage.logger)
            let watch = LeaseWatch(database: database)
            var nodes: [String: ServingNode] = [:]
            do {
                for name in Self.names {
                    nodes[name] = try await ServingNode.start(stage, postgres, name: name)
                }
                let killed = try await times(
                    SIGKILL,
                    stage.size.pick(small: 2, standard: 15),
                    &nodes,
                    postgres,
                    watch
                )
                let stopped = try await times(
                    SIGTERM,
                    stage.size.pick(small: 1, standard: 5),
                    &nodes,
                    postgres,
                    watch
                )
                let frozen = try await times(
                    SIGSTOP,
                    stage.size.pick(small: 1, standard: 3),
                    &nodes,
                    postgres,
                    watch
                )
                report(killed, stopped, frozen, patroni, into: figures)
            } catch {
                await ChildProcess.stop(nodes.values.map(\.process))
                throw error
            }
            await ChildProcess.stop(nodes.values.map(\.process))
            await database.close()
        }
    }

    private func report(
        _ killed: Measured,
        _ stopped: Measured,
        _ frozen: Measured,
        _ patroni: Baseline,
        into figures: Figures
    ) {
        figures.add(
            Figure(
                "takeover after kill -9, median of \(killed.count)",
                killed.median,
                "s",
                against: patroni,
                target: .below(0.3)
            )
        )
        figures.add(
            Figure("takeover after kill -9, longest", killed.most, "s", against: patroni, target: .below(1))
        )
        figures.add(
            Figure(
                "takeover after SIGTERM, longest of \(stopped.count)",
                stopped.most,
                "s",
                against: patroni,
                target: .below(0.3)
            )
        )
        // The time to live, and a second.
        figures.add(
            Figure(
                "takeover from a frozen leader, longest of \(frozen.count)",
                frozen.most,
                "s",
                against: patroni,
                target: .below(6)
            )
        )
    }

    private func times(
        _ signal: Int32,
        _ count: Int,
        _ nodes: inout [String: ServingNode],
        _ postgres: PrivatePostgres,
        _ watch: LeaseWatch
    ) async throws -> Measured {
        var times = Measured()
        for _ in 0..<count {
            let leader = try await watch.settledLeader(among: Self.names.count)
            // At any moment of the polling of those who wait.
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...250)))
            let instant = try await watch.now()
            nodes[leader.node]?.process.signal(signal)
            times.add(try await watch.takeover(after: leader.term, since: instant).seconds)
            if let process = nodes[leader.node]?.process { await ChildProcess.stop([process]) }
            nodes[leader.node] = try await ServingNode.start(stage, postgres, name: leader.node)
        }
        return times
    }
}
