import FleetClient
import FleetModel
import FleetStore
import Foundation
import Logging
import Proof

/// Builds a stage from nothing, and takes down what there is of it when that fails.
struct StageBuilder {
    let programs: Programs
    let folder: String
    let seed: UInt64
    let hint: @Sendable (CommitHint) -> Void
    let logger: Logger

    /// Where the programs of the product are.
    struct Programs {
        let folder: String

        subscript(name: String) -> String { "\(folder)/\(name)" }
    }

    func build() async throws -> Stage {
        let surroundings = Surroundings(programs: programs.folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // Of an earlier drill that found something.
        for name in try FileManager.default.contentsOfDirectory(atPath: folder)
        where name == "agents" || name.hasSuffix(".log") {
            try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
        let servers = try await Servers.start(in: folder, surroundings, logger: logger)
        do {
            let network = try await NodeNetwork.make(Nodes.names, surroundings)
            let nodes = try Nodes(
                executable: programs["tidemarkd"],
                folder: folder,
                databasePorts: servers.ports,
                network: network
            )
            do {
                return try await populate(servers, nodes, surroundings)
            } catch {
                await nodes.stopAll()
                throw error
            }
        } catch {
            await servers.remove()
            throw error
        }
    }

    private func populate(
        _ servers: Servers,
        _ nodes: Nodes,
        _ surroundings: Surroundings
    ) async throws -> Stage {
        say("drill: three nodes start at the same instant on an empty database")
        for name in Nodes.names { try nodes.start(name) }
        _ = try await LeaseWatch(database: servers.database).settledLeader()
        try await Brake(database: servers.database).install()
        let store = Store(database: servers.database, node: "drill", hint: hint)
        let load = Load(store: store, fleet: try await DrillFleet.make(in: store), seed: seed)
        let key = try await store.createAPIKey(name: "drill", by: "key:drill").text
        let balancer = try Balancer.start(before: Nodes.names.map(nodes.address), folder: folder)
        let agents = Agents(executable: programs["tidemark-agent"], folder: folder)
        let client: APIClient
        do {
            client = try APIClient(url: balancer.url, key: key)
        } catch {
            await balancer.stop()
            throw error
        }
        do {
            try await balancerIsReady(client)
            try await apply(agents.documents, url: balancer.url, key: key)
            for version in Agents.releases {
                let request = APIV1.ReleaseRequest(version: version, packages: [:], notes: nil)
                let _: Release = try await client.post(
                    APIPath.of("projects", Agents.project, "releases"),
                    request
                )
            }
            try await agents.join(client, url: balancer.url)
        } catch {
            await agents.stop()
            await client.close()
            await balancer.stop()
            throw error
        }
        return Stage(
            servers: servers,
            nodes: nodes,
            agents: agents,
            load: load,
            surroundings: surroundings,
            balancer: balancer,
            client: client,
            key: key,
            seed: seed
        )
    }

    private func balancerIsReady(_ client: APIClient) async throws {
        try await poll("the balancer to see the nodes") {
            let ready: NoContent? = try? await client.get("/readyz")
            return ready.map { _ in () }
        }
    }

    private func apply(_ documents: String, url: String, key: String) async throws {
        let file = "\(folder)/fleet.yaml"
        try documents.write(toFile: file, atomically: true, encoding: .utf8)
        _ = try await ChildProcess.output(
            of: programs["tidemark"],
            ["apply", "-f", file],
            environment: ["TIDEMARK_URL": url, "TIDEMARK_API_KEY": key],
            log: "\(folder)/apply.log"
        )
    }
}
