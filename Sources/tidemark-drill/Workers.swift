import Cluster
import FleetStore
import Logging
import Proof

/// Those who make work while faults happen: writers of events, stragglers, and a person who deploys. They announce their
/// commits as nodes do.
struct Workers {
    let announcer: Announcer
    let load: Load
    let stragglers: Stragglers
    let deployer: Deployer

    init(_ stage: Stage, outbox: Announcer.Outbox, seed: UInt64, logger: Logger) {
        let load = stage.load
        self.load = load
        announcer = Announcer(
            outbox: outbox,
            database: stage.servers.database,
            channels: Channels(schema: "public"),
            logger: logger
        )
        stragglers = Stragglers(
            configuration: stage.servers.configuration,
            database: stage.servers.database,
            machines: load.fleet.slow,
            seed: seed,
            ledger: load.ledger,
            logger: logger
        )
        deployer = Deployer(client: stage.client, ledger: load.ledger, pause: load.pause)
    }

    /// Runs `body` while they work; returns when it has ended, and they.
    func work<Value>(during body: () async throws -> Value) async throws -> Value {
        let (announcer, load, stragglers, deployer) = (announcer, load, stragglers, deployer)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await announcer.run() }
            group.addTask { await load.run() }
            group.addTask { await stragglers.run() }
            group.addTask { await deployer.run() }
            defer { group.cancelAll() }
            let value = try await body()
            load.pause.end()
            // The deployer: nobody else ends by himself.
            try await group.next()
            return value
        }
    }
}
