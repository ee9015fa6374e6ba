import ArgumentParser
import Cluster
import FleetStore
import Foundation
import Logging
import Postgres
import Proof
import ServiceLifecycle
import UnixSignals

/// Proves on real processes that leaders may die at any moment and nothing is missed or decided twice.
@main
struct DrillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tidemark-drill",
        abstract:
            "Kills leaders of a real cluster under load, and counts what was missed, decided twice, and late."
    )

    @Option(help: "How often the leader is killed with -9.")
    var kills = 20
    @Option(help: "How often each of the other faults happens.")
    var rounds = 3
    @Option(help: "The seed of the load and of the moments of the faults.")
    var seed: UInt64 = 1
    @Option(help: "The tidemarkd to run; the one beside this program unless said.")
    var tidemarkd: String?
    @Option(help: "Where PostgreSQL and the logs are; removed at the end unless something was wrong.")
    var folder = ".drill"
    @Flag(help: "Give the auditor a reader with a naive mark instead, and see that it finds losses.")
    var auditorCheck = false

    func run() async throws {
        let outcome = Outcome()
        // A service, so that SIGINT and SIGTERM cancel it and it cleans up.
        let service = ProofService { try await prove(outcome) }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
                cancellationSignals: [.sigint, .sigterm],
                logger: Logger(label: "drill") { _ in SwiftLogNoOpLogHandler() }
            )
        )
        try await group.run()
        guard outcome.isProved else { throw ExitCode.failure }
    }

    private func prove(_ outcome: Outcome) async throws {
        let postgres = try await PrivatePostgres.start(in: "\(folder)/pg")
        var configuration = postgres.configuration
        configuration.applicationName = "tidemark-drill"
        let quiet = Logger(label: "drill") { _ in SwiftLogNoOpLogHandler() }
        let database = Database(configuration, maxConnections: 16, logger: quiet)
        do {
            if auditorCheck {
                outcome.isProved = try await AuditorCheck(database: database, seed: seed).run(configuration)
            } else {
                outcome.isProved = try await drill(postgres, database, logger: quiet)
            }
        } catch {
            await database.close()
            await postgres.remove()
            throw error
        }
        await database.close()
        await postgres.remove()
        if outcome.isProved { try? FileManager.default.removeItem(atPath: folder) }
    }

    private func drill(
        _ postgres: PrivatePostgres,
        _ database: Database,
        logger: Logger
    ) async throws -> Bool {
        let nodes = try Nodes(
            executable: tidemarkd ?? besideThisProgram("tidemarkd"),
            folder: folder,
            conninfo: postgres.conninfo
        )
        do {
            let proved = try await drill(nodes, postgres, database, logger: logger)
            await nodes.stopAll()
            return proved
        } catch {
            await nodes.stopAll()
            throw error
        }
    }

    private func drill(
        _ nodes: Nodes,
        _ postgres: PrivatePostgres,
        _ database: Database,
        logger: Logger
    ) async throws -> Bool {
        let watch = LeaseWatch(database: database)
        say("drill: three nodes start at the same instant on an empty database")
        for name in Nodes.names { try nodes.start(name) }
        _ = try await watch.settledLeader(among: Nodes.names.count)
        // The drill writes as a node does that has no HTTP side: it announces after its commits.
        let channels = Channels(schema: "public")
        let outbox = Announcer.Outbox(work: WorkSignals(), cluster: ClusterSignals())
        let store = Store(database: database, node: "drill") { outbox.add($0) }
        let load = Load(store: store, fleet: try await DrillFleet.make(in: store), seed: seed)
        let announcer = Announcer(outbox: outbox, database: database, channels: channels, logger: logger)
        var drill = Drill(
            postgres: postgres,
            database: database,
            nodes: nodes,
            watch: watch,
            random: SeededRandom(seed: seed)
        )
        let started = ContinuousClock.now
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await announcer.run() }
            group.addTask { await load.run() }
            var reports: [FaultReport] = []
            for fault in Fault.allCases {
                reports.append(try await drill.run(fault, fault == .killed ? kills : rounds))
            }
            group.cancelAll()
            let took = ContinuousClock.now - started
            let findings = try await drill.settle()
            return Summary(reports: reports, findings: findings, load: load.counts.values, took: took)
                .report()
        }
    }

    private func besideThisProgram(_ name: String) -> String {
        let folder = Bundle.main.executableURL?.deletingLastPathComponent().path ?? ".build/debug"
        return "\(folder)/\(name)"
    }
}

/// A proof as a service.
private struct ProofService: Service {
    let body: @Sendable () async throws -> Void

    func run() async throws { try await body() }
}
