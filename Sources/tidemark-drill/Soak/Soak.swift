import Proof

/// Hours of a steady load with a fault now and then, and a look every so often at what could grow for ever.
struct Soak {
    private static let samplesAtLeast = 12
    /// Faults that come and go within seconds, so that much of the time is ordinary.
    private static let faults = [
        "leader-term", "leader-kill-idle", "follower-kill-idle", "session", "database-fast",
    ]

    let stage: Stage
    let minutes: Int
    let faultEvery: Duration

    func run(_ workers: Workers) async throws -> Bool {
        var drill = Drill(stage: stage, faults: Fault.named(Self.faults), rounds: 0)
        let started = ContinuousClock.now
        var samples: [SoakSample] = []
        try await workers.work {
            samples = try await sampleAndHarm(&drill)
        }
        let findings = try await drill.settle()
        let machines = try await drill.auditMachines()
        let report = SoakReport(samples: samples)
        let summary = Summary(
            trials: drill.trials,
            omitted: [],
            findings: findings,
            machines: machines,
            counts: stage.load.ledger.counts,
            lost: try await stage.load.ledger.lost(in: stage.servers.database),
            took: .now - started
        )
        summary.print()
        report.print()
        return summary.isProved && report.isWithinBounds
    }

    private func sampleAndHarm(_ drill: inout Drill) async throws -> [SoakSample] {
        let end = ContinuousClock.now + .seconds(60 * minutes)
        let pause = min(.seconds(30), .seconds(60 * minutes) / Self.samplesAtLeast)
        var samples: [SoakSample] = []
        var nextFault = ContinuousClock.now + faultEvery
        while ContinuousClock.now < end {
            try await Task.sleep(for: pause)
            samples.append(try await SoakSample.take(stage))
            // The last quarter of a minute is ordinary, so that the last sample is.
            guard ContinuousClock.now > nextFault, ContinuousClock.now + .seconds(15) < end else { continue }
            try await drill.doOne()
            nextFault = .now + faultEvery
        }
        return samples
    }
}
