import FleetModel
import FleetRules
import Testing

@Suite struct EventBalanceTests {
    static let windows: [(name: String, events: [EventCategory], isGone: Bool)] = [
        ("came", [.machineHealthy], false),
        ("came and went (A8)", [.machineHealthy, .machineUnavailable], true),
        ("went and came (A8)", [.machineUnavailable, .machineHealthy], false),
        ("came, went and came (A8)", [.machineHealthy, .machineUnavailable, .machineHealthy], false),
        ("was disabled", [.machineHealthy, .machineDisabled], true),
        ("was deleted", [.machineAdded, .machineHealthy, .machineDeleted], true),
        ("only joined", [.machineAdded], false),
        (
            "went and changed its roles", [.machineUnhealthy, .machineDeploymentRelatedPropertyWasUpdated],
            true
        ),
    ]

    @Test("A machine's last word on its availability in the window counts", arguments: windows)
    func lastWordCounts(_ window: (name: String, events: [EventCategory], isGone: Bool)) {
        let events = window.events.enumerated().map { index, category in
            ScannedEvent(id: ID(Int64(index + 1)), category: category, machineID: ID(7))
        }
        let balance = EventBalance(events)
        #expect(balance.machines.map(\.isGone) == [window.isGone])
        #expect(balance.machines.map(\.events) == [events])
    }

    @Test("The events of a machine are weighed in the order of their ids, however they were read")
    func orderOfIDs() {
        let came = ScannedEvent(id: 1, category: .machineHealthy, machineID: 7)
        let went = ScannedEvent(id: 2, category: .machineUnavailable, machineID: 7)
        #expect(EventBalance([went, came]).machines.map(\.isGone) == [true])
    }

    @Test("Every machine of the window has exactly one entry, none is missed (A2)")
    func everyMachine() {
        let events = (1...50).map {
            ScannedEvent(id: ID($0), category: .machineHealthy, machineID: ID(100 + $0 % 25))
        }
        let balance = EventBalance(events)
        #expect(balance.machines.map(\.machineID) == (1...25).map { ID(100 + $0 % 25) })
        #expect(balance.machines.allSatisfy { $0.events.count == 2 })
    }
}
