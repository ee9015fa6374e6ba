import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

/// When one statement is all that a poll takes: only when the transaction that it stands for would do nothing.
@Suite(.migratedSchema)
struct IdlePollTests {
    private let fleet: Fleet
    private let agent: TestAgent
    private let release: ID<Release>

    /// A machine that has 1.4, as its agent has proved.
    init() async throws {
        fleet = try await Fleet()
        try await fleet.trigger()
        try await fleet.release("1.4")
        _ = try await fleet.deploy("1.4")
        let web = try await fleet.machine("web-1")
        agent = fleet.agent(web, "web-1")
        try await fleet.scan()
        try await agent.work()
        release = try await fleet.store.database.query("SELECT actual_release_id AS id FROM machine_release")[
            0
        ]["id"]
    }

    private func item(_ release: ID<Release>?, incomplete: ID<Release>? = nil) -> AgentV1.InventoryItem {
        AgentV1.InventoryItem(project: "shop", releaseID: release, incompleteReleaseID: incomplete)
    }

    private func isIdle(
        _ inventory: [AgentV1.InventoryItem],
        running: [ID<StepRun>] = [],
        checks: [ID<HealthCheck>]? = []
    ) async throws -> Bool {
        try await fleet.store.isIdle(
            agent.identity,
            AgentV1.PollRequest(inventory: inventory, running: running, checks: checks)
        )
    }

    @Test("What is recorded already is no news, whatever else it says is")
    func inventory() async throws {
        let other = ID<Release>(release.rawValue + 1)
        #expect(try await isIdle([item(release)]))
        #expect(try await !isIdle([]))
        #expect(try await !isIdle([item(nil)]))
        #expect(try await !isIdle([item(other)]))
        #expect(try await !isIdle([item(release, incomplete: other)]))
        let second = AgentV1.InventoryItem(project: "mail", releaseID: nil, incompleteReleaseID: nil)
        _ = try await fleet.store.database.query(
            "INSERT INTO project (name, process) VALUES ('mail', \(Fleet.script)::jsonb)"
        )
        #expect(try await !isIdle([item(release), second]))
        // A row that says that nothing is there needs no word of the agent.
        _ = try await fleet.store.database.query(
            "INSERT INTO machine_release (machine_id, project_id) SELECT m.id, p.id FROM machine m, project p WHERE p.name = 'mail'"
        )
        #expect(try await isIdle([item(release)]))
        _ = try await fleet.store.database.query(
            "UPDATE machine_release SET drifted_at = now() WHERE actual_release_id IS NOT NULL"
        )
        #expect(try await !isIdle([item(release)]))
    }

    @Test("An agent that runs something, or is of an older version, is looked at whole")
    func others() async throws {
        #expect(try await !isIdle([item(release)], running: [ID(1)]))
        #expect(try await !isIdle([item(release)], checks: nil))
    }

    @Test("What waits for the agent is not overlooked")
    func waiting() async throws {
        _ = try await fleet.store.database.query(
            """
            INSERT INTO health_check (machine_id, cause, requested_by, state, script, timeout_seconds, warning_exit_codes)
            SELECT id, 'requested', 'test', 'waiting', '', 30, '{}' FROM machine
            """
        )
        #expect(try await !isIdle([item(release)]))
        let check: ID<HealthCheck> = try await fleet.store.database.query("SELECT id FROM health_check")[0][
            "id"
        ]
        #expect(try await isIdle([item(release)], checks: [check]))
        try await fleet.release("1.5")
        _ = try await fleet.deploy("1.5")
        #expect(try await !isIdle([item(release)], checks: [check]))
    }
}
