import FleetModel
import FleetRules
import Testing

@Suite struct PastEventsTests {
    private func item(_ id: Int64, _ category: EventCategory, of machine: Int64 = 1, at seconds: Int)
        -> PastEvents.Item
    {
        .init(
            event: ScannedEvent(id: ID(id), category: category, machineID: ID(machine)),
            occurredAt: noon.adding(seconds: seconds)
        )
    }

    @Test("E2: every event that would have fired is counted, whatever order it was read in")
    func counts() {
        let past = PastEvents(
            [
                item(9, .machineHealthy, at: 300), item(2, .machineAdded, at: 0),
                item(3, .machineHealthy, at: 1),
                item(5, .machineHealthy, of: 2, at: 20), item(6, .machineUnavailable, at: 100),
            ],
            windowSeconds: 15
        )
        let firings = past.firings(machines: [1: machine(1), 2: machine(2)], triggers: [trigger()])
        #expect(firings.map(\.machineID) == [1, 2])
        #expect(firings[0].events.map(\.event.id) == [3, 9])
        #expect(firings.map(\.redeployments) == [0, 0])
    }

    @Test(
        "E2: a trigger that redeploys does so once a window, and not for a machine that was gone at its end"
    )
    func redeployments() {
        let past = PastEvents(
            [
                item(1, .machineHealthy, at: 0), item(2, .machineEnabled, at: 1),
                item(3, .machineHealthy, at: 60),
                item(4, .machineUnavailable, at: 61), item(5, .machineHealthy, at: 120),
            ],
            windowSeconds: 15
        )
        let firings = past.firings(machines: [1: machine(1)], triggers: [trigger(redeploy: true)])
        #expect(firings.map(\.redeployments) == [2])
        #expect(firings.map(\.events.count) == [4])
    }

    @Test("E2: machines that are gone or that the trigger does not cover match nothing")
    func left() {
        let past = PastEvents(
            [item(1, .machineHealthy, at: 0), item(2, .machineHealthy, of: 2, at: 0)],
            windowSeconds: 15
        )
        let machines: [ID<Machine>: MachineFacts] = [
            1: machine(1, deleted: true), 2: machine(2, in: staging),
        ]
        #expect(past.firings(machines: machines, triggers: [trigger(environments: [production])]).isEmpty)
    }
}
