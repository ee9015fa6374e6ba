import FleetModel
import FleetRules
import Testing

struct ScanInterestTests {
    private static let machine = MachineFacts(
        id: ID(rawValue: 1),
        environmentID: ID(rawValue: 1),
        roles: ["web"]
    )

    private func trigger(
        _ id: Int64,
        _ categories: Set<EventCategory>,
        redeploy: Bool = false,
        enabled: Bool = true
    ) -> TriggerFacts {
        TriggerFacts(
            id: ID(rawValue: id),
            projectID: ID(rawValue: id),
            categories: categories,
            redeploy: redeploy,
            enabled: enabled,
            repairDrift: true
        )
    }

    @Test("a trigger that is disabled asks for nothing, and one that deploys again asks who went away")
    func categories() {
        let base = ScanInterest(triggers: []).categories
        #expect(!base.contains(.machineUnavailable))
        #expect(ScanInterest(triggers: [trigger(1, [.machineHealthy], enabled: false)]).categories == base)
        let plain = ScanInterest(triggers: [trigger(1, [.machineHealthy])]).categories
        #expect(plain == base.union([.machineHealthy]))
        let again = ScanInterest(triggers: [trigger(1, [.machineEnabled], redeploy: true)]).categories
        #expect(again.isSuperset(of: EventGroup.machineUnavailableForDeployment.categories))
    }

    @Test("what a scan reads past changes nothing of what triggers make of the rest", arguments: 1...200)
    func completeness(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let all = EventCategory.allCases
        let triggers = (1...3).map { id in
            trigger(
                Int64(id),
                Set((0..<3).map { _ in all[Int.random(in: 0..<all.count, using: &random)] }),
                redeploy: Bool.random(using: &random),
                enabled: Bool.random(using: &random)
            )
        }
        let events = (1...40).map { id in
            ScannedEvent(
                id: ID(rawValue: Int64(id)),
                category: all[Int.random(in: 0..<all.count, using: &random)],
                machineID: Self.machine.id
            )
        }
        let interest = ScanInterest(triggers: triggers)
        func matches(_ events: [ScannedEvent]) -> [TriggerMatch] {
            TriggerMatcher.matches(
                EventBalance(events),
                machines: [Self.machine.id: Self.machine],
                triggers: triggers
            )
        }
        #expect(matches(events.filter { interest.categories.contains($0.category) }) == matches(events))
    }
}
