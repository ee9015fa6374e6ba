import FleetClient
import FleetModel
import FleetStore
import Foundation
import Postgres
import Proof

/// A thousand machines join within a minute: how long each waits for its run, from its row to the run's row, by the
/// database's clock; against the same with the scanner's timer alone.
struct JoinPart {
    let stage: Stage

    func run(into figures: Figures) async throws {
        let count = stage.size.pick(small: 50, standard: 1000)
        let woken = try await join(count, within: stage.size.pick(small: 5, standard: 60), wake: true)
        let timed = try await join(count / 5, within: stage.size.pick(small: 2, standard: 12), wake: false)
        figures.add(
            Figure(
                "\(count) machines join within a minute, longest wait for a run",
                woken.most,
                "s",
                against: Baseline("scanning by the timer alone, every 15 s", timed.most),
                target: .below(5)
            )
        )
        figures.add(
            Figure(
                "\(count) machines join within a minute, median wait for a run",
                woken.median,
                "s",
                against: Baseline("scanning by the timer alone, every 15 s", timed.median)
            )
        )
    }

    private func join(_ count: Int, within seconds: Int, wake: Bool) async throws -> Measured {
        try await stage.withPostgres { postgres in
            let database = Database(postgres.configuration, maxConnections: 2, logger: stage.logger)
            let key = try await Store(database: database, node: "bench").createAPIKey(
                name: "bench",
                by: "bench"
            ).text
            let node = try await ServingNode.start(
                stage,
                postgres,
                settings: ["TIDEMARK_SCAN_WAKE": "\(wake)"]
            )
            let client = try APIClient(url: node.url, key: key)
            do {
                try await prepare(CommandLineClient(stage: stage, url: node.url, key: key))
                let crowd = try await SimulatedCrowd.start(
                    stage,
                    url: node.url,
                    client,
                    environment: "bench",
                    count: count,
                    joinWithin: seconds
                )
                let waits: Measured
                do {
                    waits = try await poll(
                        "\(count) runs to succeed",
                        every: .seconds(1),
                        within: .seconds(180)
                    ) {
                        try await waited(count, database)
                    }
                } catch {
                    await ChildProcess.stop([crowd.process])
                    throw error
                }
                let report = try await crowd.stop()
                guard report.startedTwice == 0 else {
                    throw ProofError("\(report.startedTwice) steps were started twice")
                }
                await client.close()
                await node.stop()
                await database.close()
                return waits
            } catch {
                await client.close()
                await node.stop()
                throw error
            }
        }
    }

    private func prepare(_ command: CommandLineClient) async throws {
        let documents = """
            kind: Environment
            name: bench
            ---
            kind: Project
            name: site
            process:
              - name: install
                script: "true"
            ---
            kind: Trigger
            project: site
            name: arrivals
            eventGroups: [MachineAvailableForDeployment]
            environments: [bench]

            """
        try await command.run("apply", "-f", try stage.write(documents, to: "join.yaml"))
        try await command.run("release", "create", "site", "1.0")
        try await command.run("deploy", "site", "1.0", "--to", "bench", "--wait")
    }

    /// nil: not all of them are done.
    private func waited(_ count: Int, _ database: Database) async throws -> Measured? {
        let rows = try await database.query(
            """
            SELECT extract(epoch FROM min(r.created_at) - m.created_at)::float8 AS seconds
            FROM machine m JOIN run r ON r.machine_id = m.id
            GROUP BY m.id HAVING bool_or(r.state = 'succeeded')
            """
        )
        return rows.count == count ? Measured(try rows.map { try $0["seconds"] }) : nil
    }
}
