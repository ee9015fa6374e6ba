import FleetModel
import FleetRules
import Testing

@Suite struct CheckBeforeDeploymentTests {
    private static func run(
        _ id: Int64,
        _ check: DeploymentFacts.Check,
        accepts: Bool = true,
        busy: Bool = false
    ) -> DeploymentFacts.RunFacts {
        DeploymentFacts.RunFacts(
            id: ID(id),
            state: .pending,
            absence: accepts ? nil : .unavailable,
            machineIsBusy: busy,
            check: check,
            steps: [DeploymentFacts.StepFacts(id: ID(id * 10 + 1), index: 0, state: .pending)]
        )
    }

    private static func advance(_ runs: [DeploymentFacts.RunFacts], window: Int? = nil) -> [DeploymentAction]
    {
        DeploymentMachine.advance(DeploymentFacts(kind: .rollout, maxParallel: [window], runs: runs))
    }

    @Test(
        "The first step comes when no check is wanted; a wanted one is asked for once; an open one is waited for"
    )
    func gate() {
        let asked = Self.advance([Self.run(1, .notNeeded), Self.run(2, .wanted), Self.run(3, .open)])
        #expect(asked == [.offer(11), .check(2)])
    }

    @Test("No more machines are checked at a time than are deployed to at a time, so that checks are fresh")
    func window() {
        #expect(Self.advance([Self.run(1, .wanted), Self.run(2, .wanted)], window: 1) == [.check(1)])
        #expect(Self.advance([Self.run(1, .open), Self.run(2, .wanted)], window: 1).isEmpty)
        #expect(Self.advance([Self.run(1, .open), Self.run(2, .wanted)], window: 2) == [.check(2)])
    }

    @Test(
        "A machine that is busy is checked when it is free, and one that the check found unhealthy gets nothing"
    )
    func others() {
        #expect(Self.advance([Self.run(1, .wanted, busy: true)]).isEmpty)
        let unhealthy = Self.advance([Self.run(1, .notNeeded, accepts: false)])
        #expect(unhealthy.contains(.finishRun(1, .skipped, reason: "the machine is not available")))
        #expect(!unhealthy.contains(.offer(11)))
    }
}
