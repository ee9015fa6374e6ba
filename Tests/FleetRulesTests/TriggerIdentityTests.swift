import FleetModel
import FleetRules
import Testing

@Suite struct TriggerIdentityTests {
    private static func identity(_ grants: [Grant], ended: String? = nil) -> ActingIdentity {
        ActingIdentity(.person(ID(1), name: "ada", grants: grants), ended: ended)
    }

    private func plan(_ triggers: [TriggerFacts], openedBy opener: ID<Trigger> = 1) -> NeedPlan {
        let machine = machine(1)
        let facts = NeedFacts(
            needID: 1,
            projectID: 1,
            machine: machine,
            trigger: TriggerFacts.serving(machine, project: 1, openedBy: opener, among: triggers),
            openedAt: noon,
            desired: .init(releaseID: 5, hasStepForMachine: true)
        )
        return NeedPlanner().plan(facts, now: noon)
    }

    @Test("A trigger may deploy where whoever it acts as may, and while that one is somebody")
    func refusals() {
        let local = Self.identity([Grant(.deployer, environments: ["staging"])])
        #expect(local.refusal(project: "shop", environment: "staging") == nil)
        #expect(
            local.refusal(project: "shop", environment: "production")
                == """
                it acts as person:ada: person:ada may not deploy in production for shop: that takes the role deployer or \
                higher there, and it has deployer in staging
                """
        )
        let ended = Self.identity([.everything], ended: "that person is disabled")
        #expect(
            ended.refusal(project: "shop", environment: "staging")
                == "it acts as person:ada, and that person is disabled"
        )
    }

    @Test("A machine whose trigger may not deploy there waits, until it may")
    func waits() {
        let environment = machine(1).environmentID
        let refused = TriggerFacts(id: 1, projectID: 1, categories: [], refusals: [environment: "because"])
        #expect(
            plan([refused])
                == .wait(
                    Conclusion(.triggerNotAllowed, "its trigger may not deploy there: because"),
                    until: nil
                )
        )
        let elsewhere = TriggerFacts(
            id: 1,
            projectID: 1,
            categories: [],
            refusals: [ID(environment.rawValue + 1): "because"]
        )
        #expect(plan([elsewhere]) == .ready(releaseID: 5))
    }

    @Test("Where another trigger may deploy to the machine, that one serves it")
    func another() {
        let environment = machine(1).environmentID
        let refused = TriggerFacts(id: 1, projectID: 1, categories: [], refusals: [environment: "because"])
        let allowed = TriggerFacts(id: 2, projectID: 1, categories: [])
        #expect(plan([refused, allowed]) == .ready(releaseID: 5))
    }
}
