import FleetClient
import FleetModel
import FleetStore
import Foundation
import Logging
import Proof

/// All that is drilled: two servers, three nodes, a balancer, four agents, and those who make work.
final class Stage {
    let servers: Servers
    let nodes: Nodes
    let watch: LeaseWatch
    let brake: Brake
    let agents: Agents
    let load: Load
    let surroundings: Surroundings
    let balancer: Balancer
    let client: APIClient
    /// With which everybody here deploys.
    private let key: String
    /// Of the moments of faults.
    var random: SeededRandom

    init(
        servers: Servers,
        nodes: Nodes,
        agents: Agents,
        load: Load,
        surroundings: Surroundings,
        balancer: Balancer,
        client: APIClient,
        key: String,
        seed: UInt64
    ) {
        self.servers = servers
        self.nodes = nodes
        self.agents = agents
        self.load = load
        self.surroundings = surroundings
        self.balancer = balancer
        self.client = client
        self.key = key
        watch = LeaseWatch(database: servers.database)
        brake = Brake(database: servers.database)
        random = SeededRandom(seed: seed)
    }

    /// A node that does not lead, by chance which.
    func follower(of leader: LeaseWatch.Leader) -> String {
        let others = Nodes.names.filter { $0 != leader.node }
        return others[Int.random(in: others.indices, using: &random)]
    }

    /// To one node, past the balancer.
    func client(of node: String) throws -> APIClient {
        try APIClient(url: "http://\(nodes.address(of: node))", key: key, retries: .never)
    }

    /// The leader's process ended; it is started again, now that another node leads.
    func startAgain(_ node: String, since instant: String) async throws {
        try await nodes.ends(node)
        try nodes.start(node)
        try await watch.waitForStart(of: node, since: instant)
    }

    /// Nothing of a fault is left.
    func heal() async throws {
        try? await brake.release()
        load.pause.resume()
        servers.disk?.free()
        if !servers.primary.isRunning { try await servers.primary.startAgain() }
        try await nodes.heal()
    }

    /// The other way round than it was built.
    func takeDown() async {
        await agents.stop()
        await client.close()
        await balancer.stop()
        await nodes.stopAll()
        await servers.remove()
    }
}
