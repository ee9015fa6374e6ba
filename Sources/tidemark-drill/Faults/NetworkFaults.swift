import Proof

extension Fault {
    /// Between the leader and PostgreSQL nothing gets through, or only one way. Nobody is told: packets vanish.
    static var network: [Fault] {
        let cuts = [("both", NodeNetwork.Cut.both), ("replies", .replies), ("requests", .requests)].map {
            name,
            cut in
            Fault(name: "network-\(name)", target: Target(6, 6), need: .network) { stage in
                let leader = try await stage.watch.settledLeader()
                let instant = try await stage.watch.now()
                try await stage.nodes.network.cut(leader.node, cut, ports: stage.servers.ports)
                let takeover: LeaseWatch.Takeover
                do {
                    takeover = try await stage.watch.takeover(after: leader.term, since: instant)
                } catch {
                    await stage.nodes.network.mend(leader.node)
                    throw error
                }
                await stage.nodes.network.mend(leader.node)
                try await stage.checkUndisturbed(takeover, by: leader)
                return takeover.seconds
            }
        }
        return cuts + [slow]
    }

    /// A node whose every byte to and from PostgreSQL takes 100 ms, 200 ms both ways, and that has to lead. A relay does
    /// it, since not every kernel can delay packets; timed until its first completed scan.
    private static var slow: Fault {
        Fault(name: "network-slow", target: Target(10, 15)) { stage in
            let relay = try await Relay.start(to: stage.servers.ports, delay: .milliseconds(100))
            do {
                let seconds = try await stage.leadOddly(Nodes.Oddity(databasePorts: relay.ports))
                await relay.stop()
                return seconds
            } catch {
                await relay.stop()
                throw error
            }
        }
    }
}
