import FleetModel
import FleetRules
import Testing

@Suite struct TriggerMatcherTests {
    private func matches(
        _ categories: [EventCategory],
        about facts: MachineFacts = machine(),
        triggers: [TriggerFacts]
    ) -> [TriggerMatch] {
        let events = categories.enumerated().map { index, category in
            ScannedEvent(id: ID(Int64(index + 1)), category: category, machineID: facts.id)
        }
        return TriggerMatcher.matches(EventBalance(events), machines: [facts.id: facts], triggers: triggers)
    }

    static let coverage: [(name: String, trigger: TriggerFacts, fires: Bool)] = [
        ("no restriction", trigger(), true),
        ("its environment", trigger(environments: [production]), true),
        ("another environment", trigger(environments: [staging]), false),
        ("one of its roles", trigger(roles: ["db", "web"]), true),
        ("another role", trigger(roles: ["db"]), false),
        ("its environment but another role", trigger(environments: [production], roles: ["db"]), false),
        ("another category", trigger(on: [.machineAdded]), false),
        ("disabled", trigger(enabled: false), false),
    ]

    @Test(
        "A trigger fires for an event of its categories about a machine that it covers",
        arguments: coverage
    )
    func covers(_ row: (name: String, trigger: TriggerFacts, fires: Bool)) {
        #expect(
            matches([.machineHealthy], triggers: [row.trigger]).map(\.triggerID) == (row.fires ? [1] : [])
        )
    }

    @Test("A changed role makes the triggers of projects that now apply fire (A5)")
    func changedRole() {
        let triggers = [
            trigger(1, project: 1, on: [.machineDeploymentRelatedPropertyWasUpdated], roles: ["web"]),
            trigger(2, project: 2, on: [.machineDeploymentRelatedPropertyWasUpdated], roles: ["db"]),
        ]
        let found = matches(
            [.machineDeploymentRelatedPropertyWasUpdated],
            about: machine(roles: ["db"]),
            triggers: triggers
        )
        #expect(found.map(\.projectID) == [2])
    }

    @Test("With redeploy every matching event asks for a deployment (A9)")
    func redeploy() {
        let found = matches([.machineHealthy, .machineHasWarnings], triggers: [trigger(redeploy: true)])
        #expect(found.map(\.eventID) == [1, 2])
        #expect(found.map(\.redeploy) == [true, true])
    }

    @Test("A machine that came and went within the window is not asked to be deployed to again (A8)")
    func cameAndWent() {
        let found = matches([.machineHealthy, .machineUnavailable], triggers: [trigger(redeploy: true)])
        #expect(found.map(\.redeploy) == [false])
    }

    @Test("A deleted or unknown machine matches nothing")
    func noMachine() {
        #expect(matches([.machineHealthy], about: machine(deleted: true), triggers: [trigger()]) == [])
        let balance = EventBalance([ScannedEvent(id: 1, category: .machineHealthy, machineID: 9)])
        #expect(TriggerMatcher.matches(balance, machines: [:], triggers: [trigger()]) == [])
    }

    @Test(
        "Attempts start again for what a person does, not for what a machine says of itself (B1)",
        arguments: [
            (EventCategory.machineEnabled, true),
            (.machineDeploymentRelatedPropertyWasUpdated, true),
            (.machineHealthy, false),
            (.machineHasWarnings, false),
            (.machineDriftDetected, false),
        ]
    )
    func startsAgain(_ category: EventCategory, _ expected: Bool) {
        #expect(matches([category], triggers: [trigger(on: [category])]).map(\.startsAgain) == [expected])
    }

    static let servings:
        [(name: String, opener: ID<Trigger>?, triggers: [TriggerFacts], served: ID<Trigger>?)] = [
            ("its own, though another is older", 2, [trigger(1), trigger(2)], 2),
            (
                "the other when its own covers it no more (A5)", 1,
                [trigger(1, environments: [staging]), trigger(2)], 2
            ),
            ("the other when its own is disabled", 1, [trigger(1, enabled: false), trigger(2)], 2),
            ("its own, disabled, when no other covers it", 1, [trigger(1, enabled: false)], 1),
            ("another when its own was deleted", nil, [trigger(3), trigger(2)], 2),
            ("none when none covers it (A5)", 1, [trigger(1, roles: ["db"])], nil),
            ("none of another project", nil, [trigger(1, project: 9)], nil),
        ]

    @Test("A need is served by a trigger that covers its machine", arguments: servings)
    func serving(
        _ row: (name: String, opener: ID<Trigger>?, triggers: [TriggerFacts], served: ID<Trigger>?)
    ) {
        let found = TriggerFacts.serving(machine(), project: shop, openedBy: row.opener, among: row.triggers)
        #expect(found?.id == row.served)
    }
}
