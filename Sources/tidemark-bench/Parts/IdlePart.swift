import Proof

/// A node that has nothing to do, beside the HAProxy that asks it whether it is ready; and how long a node takes from its
/// start until it is, on a migrated database.
struct IdlePart {
    let stage: Stage

    func run(into figures: Figures) async throws {
        try await stage.withPostgres { postgres in
            var ready = Measured()
            for _ in 0..<stage.size.pick(small: 2, standard: 7) {
                let node = try await ServingNode.start(stage, postgres)
                ready.add(node.readyAfter.inSeconds)
                await node.stop()
            }
            var server = Measured()
            for _ in 0..<stage.size.pick(small: 1, standard: 3) {
                try await postgres.end(.fast)
                let started = ContinuousClock.now
                try await postgres.startAgain()
                server.add((ContinuousClock.now - started).inSeconds)
            }
            figures.add(
                Figure(
                    "start to ready, median of \(ready.count)",
                    ready.median,
                    "s",
                    against: Baseline("start of PostgreSQL, pg_ctl -w", server.median),
                    target: .below(0.5)
                )
            )
            try await watch(postgres, into: figures)
        }
    }

    private func watch(_ postgres: PrivatePostgres, into figures: Figures) async throws {
        let node = try await ServingNode.start(stage, postgres)
        let balancer: Balancer
        do {
            balancer = try Balancer.start(before: [node.address], folder: stage.folder)
        } catch {
            await node.stop()
            throw error
        }
        // What starting took is no part of idling.
        try await Task.sleep(for: .seconds(5))
        let time: Duration = .seconds(stage.size.pick(small: 5, standard: 30))
        let usage = try await Usage.watch([node.process.pid] + [balancer.process.pid], for: time)
        await balancer.stop()
        await node.stop()
        figures.add(
            Figure(
                "idle node, memory",
                usage[0].mebibytes,
                "MiB",
                against: Baseline("HAProxy before it", usage[1].mebibytes),
                target: .below(80)
            )
        )
        figures.add(
            Figure(
                "idle node that leads, CPU",
                usage[0].corePercent,
                "% of a core",
                against: Baseline("HAProxy before it", usage[1].corePercent)
            )
        )
    }
}
