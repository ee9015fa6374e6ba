import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

/// Stories A of the scenarios at the level of rows: what a scan makes of the events that arrivals leave.
@Suite(.migratedSchema)
struct ArrivalTests {
    /// A fleet where shop 1.4 is the environment's release.
    private func fleetWithRelease(
        redeploy: Bool = false,
        batch: Trigger.Batch = .init()
    ) async throws -> Fleet {
        let fleet = try await Fleet()
        try await fleet.trigger(redeploy: redeploy, batch: batch)
        try await fleet.release("1.4")
        #expect(try await fleet.deploy("1.4").state == .succeeded)
        try await fleet.scan()
        return fleet
    }

    private func verdict(_ fleet: Fleet, _ machine: ID<Machine>) async throws -> String? {
        try await fleet.texts(
            "SELECT verdict AS t FROM need WHERE machine_id = \(machine) ORDER BY id DESC LIMIT 1"
        ).first
    }

    private func actual(_ fleet: Fleet, _ machine: ID<Machine>) async throws -> [String] {
        try await fleet.texts(
            """
            SELECT r.version AS t FROM machine_release mr JOIN release r ON r.id = mr.actual_release_id
            WHERE mr.machine_id = \(machine)
            """
        )
    }

    @Test("A1 a machine that arrives is deployed the environment's release, and its need is met")
    func arrivalIsDeployedTo() async throws {
        let fleet = try await fleetWithRelease()
        let web = try await fleet.machine("web-1")
        try await fleet.scan()
        let done = try await fleet.agent(web, "web-1").work()
        #expect(done?.release == "1.4")
        try await fleet.scan()
        #expect(try await actual(fleet, web) == ["1.4"])
        #expect(try await verdict(fleet, web) == "upToDate")
        #expect(try await fleet.count("SELECT count(*) AS n FROM need WHERE closed_at IS NULL") == 0)
    }

    @Test("A2 fifty machines that arrive together are all deployed to, in batches of the trigger's size")
    func arrivalsAreBatched() async throws {
        let fleet = try await fleetWithRelease(batch: .init(quietSeconds: 0, longestSeconds: 60, size: 20))
        for number in 1...50 { _ = try await fleet.machine("web-\(number)") }
        try await fleet.scan()
        let sizes = try await fleet.texts(
            """
            SELECT count(*)::text AS t FROM run JOIN deployment d ON d.id = run.deployment_id
            WHERE d.kind = 'automatic' GROUP BY d.id ORDER BY count(*) DESC
            """
        )
        #expect(sizes == ["20", "20", "10"])
    }

    @Test("A2 a batch fills across scans, and goes as soon as it is full")
    func batchFillsAcrossScans() async throws {
        let fleet = try await fleetWithRelease(batch: .init(quietSeconds: 600, longestSeconds: 3600, size: 2))
        let first = try await fleet.machine("web-1")
        try await fleet.scan()
        #expect(try await verdict(fleet, first) == "batching")
        _ = try await fleet.machine("web-2")
        try await fleet.scan()
        #expect(try await verdict(fleet, first) == "deploying")
        #expect(try await fleet.count("SELECT count(*) AS n FROM deployment WHERE kind = 'automatic'") == 1)
    }

    @Test("A3 a machine that arrives during a rollout gets its outcome", arguments: [true, false])
    func arrivalDuringRollout(rolloutSucceeds: Bool) async throws {
        let fleet = try await fleetWithRelease()
        let old = try await fleet.machine("web-1")
        try await fleet.scan()
        try await fleet.agent(old, "web-1").work()
        try await fleet.scan()
        try await fleet.release("1.5")
        let rollout = try await fleet.deploy("1.5")
        let new = try await fleet.machine("web-2")
        try await fleet.scan()
        #expect(try await verdict(fleet, new) == "rolloutInProgress")
        #expect(try await fleet.agent(new, "web-2").offers().isEmpty)
        try await fleet.agent(old, "web-1").work(rolloutSucceeds ? .succeeded : .failed)
        let ended = try await fleet.store.deploymentDetail(rollout.id, as: "test").deployment
        #expect(ended.state == (rolloutSucceeds ? .succeeded : .failed))
        try await fleet.scan()
        try await fleet.agent(new, "web-2").work()
        try await fleet.scan()
        #expect(try await actual(fleet, new) == [rolloutSucceeds ? "1.5" : "1.4"])
    }

    @Test("A4 where nothing was ever deployed the need stays open, and the first rollout meets it")
    func firstRolloutMeetsOpenNeeds() async throws {
        let fleet = try await Fleet()
        try await fleet.trigger()
        let web = try await fleet.machine("web-1")
        try await fleet.scan()
        #expect(try await verdict(fleet, web) == "nothingDeployedYet")
        try await fleet.release("1.0")
        _ = try await fleet.deploy("1.0")
        try await fleet.agent(web, "web-1").work()
        try await fleet.scan()
        #expect(try await verdict(fleet, web) == "upToDate")
    }

    @Test("A8 a machine that flaps within one window is deployed to once")
    func flappingIsDeployedToOnce() async throws {
        let fleet = try await fleetWithRelease()
        let web = try await fleet.machine("web-1")
        try await fleet.health(.unavailable, of: web)
        try await fleet.health(.healthy, of: web)
        try await fleet.scan()
        try await fleet.scan()
        #expect(try await fleet.count("SELECT count(*) AS n FROM run WHERE machine_id = \(web)") == 1)
    }

    @Test("A8 a machine that came and went is not deployed to, until it comes back")
    func goneIsNotDeployedTo() async throws {
        let fleet = try await fleetWithRelease()
        let web = try await fleet.machine("web-1")
        try await fleet.health(.unavailable, of: web)
        try await fleet.scan()
        #expect(try await fleet.count("SELECT count(*) AS n FROM run WHERE machine_id = \(web)") == 0)
        #expect(try await verdict(fleet, web) == "machineUnavailable")
        try await fleet.health(.healthy, of: web)
        try await fleet.scan()
        #expect(try await fleet.count("SELECT count(*) AS n FROM run WHERE machine_id = \(web)") == 1)
    }

    @Test("A8 a run that is offered to a machine that goes is withdrawn, and its need stays")
    func offeredRunIsWithdrawn() async throws {
        let fleet = try await fleetWithRelease()
        let web = try await fleet.machine("web-1")
        try await fleet.scan()
        try await fleet.health(.unavailable, of: web)
        try await fleet.sweep()
        #expect(try await fleet.texts("SELECT state AS t FROM run WHERE machine_id = \(web)") == ["skipped"])
        #expect(try await fleet.count("SELECT count(*) AS n FROM need WHERE closed_at IS NULL") == 1)
    }

    @Test("A9 a trigger that redeploys does so once for every event, and never loops")
    func redeployOncePerEvent() async throws {
        let fleet = try await fleetWithRelease(redeploy: true)
        let web = try await fleet.machine("web-1")
        for expected in 1...3 {
            try await fleet.scan()
            #expect(try await fleet.agent(web, "web-1").work() != nil)
            for _ in 1...3 { try await fleet.scan() }
            #expect(
                try await fleet.count("SELECT count(*) AS n FROM run WHERE machine_id = \(web)") == expected
            )
            try await fleet.health(.unhealthy, of: web)
            try await fleet.health(.healthy, of: web)
        }
    }

    @Test("A9 without redeploy a machine that has the release is left alone")
    func upToDateIsLeftAlone() async throws {
        let fleet = try await fleetWithRelease()
        let web = try await fleet.machine("web-1")
        try await fleet.scan()
        try await fleet.agent(web, "web-1").work()
        try await fleet.scan()
        try await fleet.health(.unavailable, of: web)
        try await fleet.health(.healthy, of: web)
        try await fleet.scan()
        #expect(try await fleet.count("SELECT count(*) AS n FROM run WHERE machine_id = \(web)") == 1)
        #expect(try await verdict(fleet, web) == "upToDate")
    }

    @Test("A10 a machine for whose roles there is no step is an explained no-op")
    func noApplicableStep() async throws {
        let fleet = try await Fleet()
        try await fleet.trigger()
        try await fleet.release("1.0", process: #"[{"name":"install","roles":["db"],"script":"true"}]"#)
        _ = try await fleet.deploy("1.0")
        let web = try await fleet.machine("web-1")
        try await fleet.scan()
        #expect(try await verdict(fleet, web) == "noApplicableStep")
        #expect(try await fleet.count("SELECT count(*) AS n FROM run") == 0)
    }

    @Test(
        "a release that fails on a machine is tried again to the cap, with time in between, and never loops"
    )
    func failingReleaseStops() async throws {
        let fleet = try await fleetWithRelease()
        let web = try await fleet.machine("web-1")
        for _ in 1...5 {
            try await fleet.scan()
            try await fleet.agent(web, "web-1").work(.failed)
            try await fleet.scan()
            _ = try await fleet.store.database.query(
                "UPDATE run SET finished_at = finished_at - interval '1 hour' WHERE finished_at IS NOT NULL"
            )
            _ = try await fleet.store.database.query("UPDATE need SET due_at = now() WHERE closed_at IS NULL")
        }
        #expect(try await fleet.count("SELECT count(*) AS n FROM run WHERE machine_id = \(web)") == 3)
        #expect(try await verdict(fleet, web) == "quarantined")
    }
}
