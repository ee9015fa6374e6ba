import FleetModel
import FleetRules
import Testing

/// The argument is the seed: a failure names it, and it alone brings the failure back.
@Suite struct NeedPropertyTests {
    @Test(
        "Whatever happens, a machine that asked ends on the environment's release, or has used up its attempts (A3, A8)",
        arguments: 0..<400 as Range<UInt64>
    )
    func endsOnItsRelease(_ seed: UInt64) {
        var life = NeedSimulation(seed: seed, redeploy: seed.isMultiple(of: 2))
        life.event(.machineHealthy)
        for _ in 0..<60 { life.happen() }
        life.settle()
        #expect(life.violations == [])
        if let need = life.need {
            #expect(need.verdict == .quarantined)
        } else {
            #expect(life.actual == life.desired)
            #expect(life.incomplete == nil)
        }
    }

    @Test(
        "Whatever happens in whatever order, a need always waits for something that is bound to come, and ends when it has (A7)",
        arguments: 0..<400 as Range<UInt64>
    )
    func neverStranded(_ seed: UInt64) {
        var life = NeedSimulation(
            seed: seed,
            redeploy: seed.isMultiple(of: 3),
            base: seed.isMultiple(of: 2) ? .missing : nil
        )
        for step in 0..<80 {
            life.happen()
            #expect(life.stranded == nil, "after step \(step)")
        }
        life.event(.machineHealthy)
        life.settle()
        #expect(life.violations == [])
        if let need = life.need {
            #expect(need.verdict == .quarantined)
        } else {
            #expect(life.actual == life.desired)
            #expect(life.incomplete == nil)
        }
    }

    @Test("A machine that arrives during a rollout ends on what comes of it (A3)", arguments: [true, false])
    func rollout(_ succeeds: Bool) {
        var life = NeedSimulation(seed: 1)
        life.setAvailable(false)
        life.startRollout()
        life.setAvailable(true)
        #expect(life.need?.verdict == .rolloutInProgress)
        let rolledOut = life.rollout
        life.finishRollout(succeeds: succeeds)
        life.settle()
        #expect(life.actual == (succeeds ? rolledOut : old))
        #expect(life.runs.count == 1)
    }

    @Test("With redeploy every event gives one deployment, and no event gives none (A9)", arguments: 1...5)
    func redeploysOncePerEvent(_ events: Int) {
        var life = NeedSimulation(seed: 1, redeploy: true)
        for _ in 0..<events {
            life.event(.machineHealthy)
            life.settle()
        }
        #expect(life.runs == Array(repeating: old, count: events))
        #expect(life.need == nil)
        life.pass(seconds: 86_400)
        #expect(life.runs.count == events)
    }

    @Test("Without redeploy a machine that has the release is left alone (A9)")
    func leftAlone() {
        var life = NeedSimulation(seed: 1)
        for _ in 0..<5 {
            life.event(.machineHealthy)
            life.settle()
        }
        #expect(life.runs == [old])
    }

    @Test(
        "A release that fails is given up after its attempts, however often its machine goes and comes (B1)",
        arguments: 0..<50 as Range<UInt64>
    )
    func givesUp(_ seed: UInt64) {
        var life = NeedSimulation(seed: seed, redeploy: seed.isMultiple(of: 2))
        var random = SplitMix64(seed: seed)
        life.event(.machineHealthy)
        for _ in 0..<100 {
            life.finishRun(random.chance(50) ? .failed : .unknown)
            if random.chance(50) { life.setAvailable(false) }
            life.setAvailable(true)
            life.pass(seconds: 600)
        }
        #expect(life.runs == [old, old, old])
        #expect(life.need?.verdict == .quarantined)
        life.event(.machineEnabled)
        #expect(life.runs.count == 4, "a person starts it again")
    }

    @Test(
        "Nothing is ever deployed to a machine that must not be touched",
        arguments: 0..<500 as Range<UInt64>
    )
    func neverTouched(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let facts = MachineFacts(
            id: 1,
            environmentID: random.chance(70) ? production : staging,
            roles: random.chance(70) ? ["web"] : ["db"],
            enabled: random.chance(70),
            health: MachineHealth.allCases.randomElement(using: &random) ?? .healthy,
            deleted: random.chance(15)
        )
        let served = random.chance(80) ? trigger(environments: [production], roles: ["web"]) : nil
        let releases: [ID<Release>?] = [nil, old, new]
        let need = NeedPlannerTests.need(
            machine: facts,
            trigger: served,
            redeploy: random.chance(30),
            desired: releases.randomElement(using: &random) ?? nil,
            hasStep: random.chance(80),
            actual: releases.randomElement(using: &random) ?? nil,
            rollout: random.chance(20) ? new : nil,
            last: random.chance(30)
                ? (old, RunState.allCases.filter { !$0.isOpen }[random.number(0...4)]) : nil,
            attempts: random.number(0...4)
        )
        guard case .ready(let release) = NeedPlanner().plan(need, now: noon.adding(seconds: 3600)) else {
            return
        }
        #expect(facts.acceptsWork)
        #expect(facts.environmentID == production && facts.roles == ["web"])
        #expect(served != nil)
        #expect(need.desired?.releaseID == release && need.desired?.hasStepForMachine == true)
        #expect(need.openRollout == nil || need.openRollout?.releaseID == release)
    }
}
