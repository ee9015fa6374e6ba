import FleetModel
import FleetRules
import Testing

/// The argument is the seed: a failure names it, and it alone brings the failure back.
@Suite struct DeploymentPropertyTests {
    @Test(
        "Whatever happens, the rules of running deployments hold and all of them end (D10)",
        arguments: 0..<100 as Range<UInt64>
    )
    func rulesHold(_ seed: UInt64) {
        var fleet = FleetSimulation(seed: seed)
        fleet.addDeployment()
        for _ in 0..<120 { fleet.happen() }
        let ended = fleet.settle()
        #expect(ended, "deployments wait for each other, or for nobody")
        #expect(fleet.violations == [])
    }

    @Test(
        "One bad machine never keeps the others from their release (B1)",
        arguments: 0..<50 as Range<UInt64>
    )
    func badMachine(_ seed: UInt64) {
        var fleet = FleetSimulation(seed: seed, badMachine: 0)
        for _ in 0..<4 { fleet.addDeployment() }
        let ended = fleet.settle()
        #expect(ended)
        #expect(fleet.violations == [])
        for place in fleet.deployments {
            // A run of nothing but steps for a failure has nothing to do.
            let others = zip(place.machines, place.facts.runs).filter { machine, run in
                machine != 0 && !run.steps.allSatisfy { $0.runWhen == .failure }
            }
            #expect(others.allSatisfy { $0.1.state == .succeeded })
        }
    }
}
