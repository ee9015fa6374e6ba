import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

/// How often a leader waits for its database, which may be far away: from the tick, and the check of the fence, to the commit.
@Suite(.migratedSchema)
struct RoundTripTests {
    /// Scans as a leader does on its lease session, and says how often it waited.
    private struct FarLeader {
        let fleet: Fleet
        let relay: RoundTripRelay
        let session: Connection

        init(_ fleet: Fleet) async throws {
            self.fleet = fleet
            relay = try await RoundTripRelay.start()
            var configuration = relay.configuration
            configuration.preparesStatements = true
            session = try await Connection.open(configuration, logger: .quiet)
        }

        func scan() async throws -> (outcome: Scan.Outcome, roundTrips: Int) {
            let before = relay.roundTrips
            let scan = Scan(fence: fleet.fence, node: "test-node")
            _ = try await session.query(MarkRows.tick(fleet.fence))
            let outcome = try await session.transaction { tx in
                var changes = Changes(actor: "node:test-node", node: "test-node")
                let outcome = try scan.page(in: tx, &changes)
                _ = try changes.write(in: tx)
                return outcome
            }
            return (outcome, relay.roundTrips - before)
        }

        func stop() async throws {
            await session.close()
            try await relay.stop()
        }
    }

    @Test("a scan that finds nothing new waits for the database six times, however often it has run")
    func nothingNew() async throws {
        let leader = try await FarLeader(try await Fleet())
        // The first is by text, the second prepares, the third runs what is prepared.
        for _ in 1...4 {
            let (outcome, roundTrips) = try await leader.scan()
            #expect(outcome.isComplete && outcome.events == 0 && outcome.needsLookedAt == 0)
            #expect(roundTrips == 6)
        }
        try await leader.stop()
    }

    @Test("a scan of events that fire nothing waits for the database seven times")
    func firesNothing() async throws {
        let fleet = try await Fleet()
        let trigger = try await fleet.trigger()
        _ = try await fleet.store.database.query(
            "UPDATE project_trigger SET roles = '{db}' WHERE id = \(trigger)"
        )
        let leader = try await FarLeader(fleet)
        for number in 1...3 {
            for role in ["web", "api"] { _ = try await fleet.machine("\(role)-\(number)", roles: [role]) }
            let (outcome, roundTrips) = try await leader.scan()
            #expect(outcome.events == 4)
            #expect(outcome.needsLookedAt == 0)
            #expect(roundTrips == 7)
        }
        try await leader.stop()
    }

    @Test("a scan whose events fire a trigger, and that deploys, waits for the database 17 times")
    func fires() async throws {
        let fleet = try await Fleet()
        try await fleet.trigger()
        try await fleet.release("1.0")
        _ = try await fleet.deploy("1.0")
        let leader = try await FarLeader(fleet)
        _ = try await leader.scan()
        for number in 1...3 {
            _ = try await fleet.machine("web-\(number)")
            let (outcome, roundTrips) = try await leader.scan()
            #expect(outcome.deployments.count == 1)
            #expect(roundTrips == 17)
            // Its own events are not to be in the next one.
            _ = try await leader.scan()
        }
        try await leader.stop()
    }
}
