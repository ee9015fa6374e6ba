import FleetModel
import FleetRules
import FleetStore
import Postgres
import TestSupport
import Testing

/// Stories C3 and C4 at the level of rows.
@Suite(.migratedSchema)
struct EnvironmentLifeTests {
    /// A fleet whose release is 1.4, and a review environment like production.
    private func fleetWithReview(
        idleLimit: Int? = nil,
        deleteWhenEmpty: Bool? = nil
    ) async throws -> Fleet {
        let fleet = try await Fleet()
        try await fleet.trigger()
        try await fleet.release("1.4")
        _ = try await fleet.deploy("1.4")
        try await fleet.create(
            APIV1.EnvironmentRequest(
                name: "review-1",
                from: "production",
                expiresInSeconds: 14_400,
                idleLimitSeconds: idleLimit,
                deleteWhenEmpty: deleteWhenEmpty
            )
        )
        return fleet
    }

    private func actual(_ fleet: Fleet, _ machine: ID<Machine>) async throws -> [String] {
        try await fleet.texts(
            """
            SELECT r.version AS t FROM machine_release mr JOIN release r ON r.id = mr.actual_release_id
            WHERE mr.machine_id = \(machine)
            """
        )
    }

    @Test(
        "C3 a machine that joins an ephemeral environment gets what its template has, by the template's trigger"
    )
    func likeItsTemplate() async throws {
        let fleet = try await fleetWithReview()
        _ = try await fleet.store.database.query(
            "INSERT INTO project_trigger_environment SELECT t.id, \(fleet.production) FROM project_trigger t"
        )
        // It has its template's place in the order of promotion, too.
        _ = try await fleet.store.database.query(
            """
            UPDATE project SET phases = '[{"name": "live", "environments": ["production"], "automatic": false,
                                           "optional": false}]'
            """
        )
        let web = try await fleet.machine("web-1", in: "review-1")
        try await fleet.scan()
        try await fleet.agent(web, "web-1").work()
        #expect(try await actual(fleet, web) == ["1.4"])
        let sources = try await fleet.texts(
            """
            SELECT h.source || ': ' || h.reason AS t FROM environment_release_history h
            JOIN environment e ON e.id = h.environment_id WHERE e.name = 'review-1'
            """
        )
        #expect(sources == ["marked: as in production, from which the environment was made"])
    }

    @Test(
        "A step gets the variables of its environment before the project's; one made from another has the other's, and then its own"
    )
    func variables() async throws {
        let fleet = try await fleetWithReview()
        _ = try await fleet.store.database.query(
            """
            UPDATE release SET variables = '{"PORT": "8080", "LEVEL": "info", "NAME": "shop"}',
                               environment_variables = '{"production": {"PORT": "80", "LEVEL": "warning"},
                                                         "review-1": {"LEVEL": "debug", "REVIEW": "yes"},
                                                         "staging": {"NAME": "other"}}'
            """
        )
        let expected = [
            "production": ["PORT": "80", "LEVEL": "warning", "NAME": "shop"],
            "review-1": ["PORT": "80", "LEVEL": "debug", "NAME": "shop", "REVIEW": "yes"],
        ]
        for (environment, variables) in expected.sorted(by: { $0.key < $1.key }) {
            let machine = try await fleet.machine("in-\(environment)", in: environment)
            try await fleet.scan()
            let offer = try #require(try await fleet.agent(machine, "in-\(environment)").offers().first)
            #expect(offer.variables == variables)
        }
    }

    @Test("C3 it is announced once, then torn down with its machines; its name is free again")
    func expires() async throws {
        let fleet = try await fleetWithReview()
        let web = try await fleet.machine("web-1", in: "review-1")
        try await fleet.endEnvironments()
        #expect(try await fleet.events(.environmentExpiring) == 0)
        try await fleet.moveExpiry(toSecondsFromNow: 1700)
        for _ in 1...3 { try await fleet.endEnvironments() }
        #expect(try await fleet.events(.environmentExpiring) == 1)
        #expect(try await fleet.stage(web) == "there")
        try await fleet.moveExpiry(toSecondsFromNow: -1, warnedSecondsAgo: 1801)
        try await fleet.endEnvironments()
        #expect(try await fleet.stage(web) == "deleted")
        let told = try await fleet.texts(
            """
            SELECT category AS t FROM event
            WHERE category LIKE 'Environment%' AND category <> 'EnvironmentReleaseChanged' OR category = 'MachineDeleted'
            ORDER BY id
            """
        )
        #expect(
            told == [
                "EnvironmentCreated", "EnvironmentExpiring", "EnvironmentTeardownStarted", "MachineDeleted",
                "EnvironmentDeleted",
            ]
        )
        #expect(try await fleet.store.read { try EnvironmentRows.find("review-1", in: $0) } == nil)
        try await fleet.create(
            APIV1.EnvironmentRequest(name: "review-1", from: "production", expiresInSeconds: 60)
        )
    }

    @Test("C3 extended or protected it stays")
    func extendedOrProtected() async throws {
        let fleet = try await fleetWithReview()
        try await fleet.moveExpiry(toSecondsFromNow: -1, warnedSecondsAgo: 1801)
        let extended = try await fleet.store.unitOfWork(by: "key:ops") { tx, changes in
            try EnvironmentCommands.extend("review-1", bySeconds: 7200, in: tx, &changes)
        }
        #expect(extended.ephemeral?.expiresAt ?? noonOfNoDay > extended.createdAt.adding(seconds: 7000))
        try await fleet.endEnvironments()
        #expect(try await fleet.events(.environmentDeleted) == 0)
        _ = try await fleet.store.unitOfWork(by: "key:ops") { tx, changes in
            try EnvironmentCommands.protect("review-1", true, in: tx, &changes)
        }
        try await fleet.moveExpiry(toSecondsFromNow: -10_000, warnedSecondsAgo: 9000)
        try await fleet.endEnvironments()
        #expect(try await fleet.events(.environmentDeleted) == 0)
        _ = try await fleet.store.unitOfWork(by: "key:ops") { tx, changes in
            try EnvironmentCommands.protect("review-1", false, in: tx, &changes)
        }
        try await fleet.endEnvironments()
        #expect(try await fleet.events(.environmentExpiring) == 1, "announced before it ends all the same")
        #expect(try await fleet.events(.environmentDeleted) == 0)
    }

    private let noonOfNoDay = Instant(microseconds: 0)

    @Test("C3 it ends when its last machine has been gone for five minutes, if it is to")
    func empty() async throws {
        let fleet = try await fleetWithReview(deleteWhenEmpty: true)
        try await fleet.endEnvironments()
        #expect(try await fleet.events(.environmentDeleted) == 0, "it never had one")
        _ = try await fleet.machine("web-1", in: "review-1")
        try await fleet.store.deleteMachine("web-1", by: "key:ops")
        try await fleet.endEnvironments()
        #expect(try await fleet.events(.environmentDeleted) == 0)
        _ = try await fleet.store.database.query(
            "UPDATE machine SET deleted_at = now() - interval '301 seconds'"
        )
        try await fleet.endEnvironments()
        #expect(try await fleet.events(.environmentDeleted) == 1)
    }

    @Test("C3 a static environment never ends by itself, and by hand only without machines or by force")
    func statics() async throws {
        let fleet = try await Fleet()
        let web = try await fleet.machine("web-1")
        try await fleet.endEnvironments()
        await #expect(throws: StoreError.self) {
            try await fleet.store.deleteEnvironment("production", force: false, by: "key:ops")
        }
        try await fleet.store.deleteEnvironment("production", force: true, by: "key:ops")
        #expect(try await fleet.stage(web) == "deleted")
        #expect(try await fleet.events(.environmentDeleted) == 1)
    }

    @Test("C3 what others were made from is not deleted")
    func template() async throws {
        let fleet = try await fleetWithReview()
        await #expect(throws: StoreError.self) {
            try await fleet.store.deleteEnvironment("production", force: true, by: "key:ops")
        }
    }

    /// A review environment with one machine that has the release, of a project with a teardown.
    private func fleetWithTeardown() async throws -> (fleet: Fleet, machine: ID<Machine>) {
        let fleet = try await fleetWithReview()
        _ = try await fleet.store.database.query(
            "UPDATE project SET teardown = \(#"[{"name":"unhook","script":"true"}]"#)::jsonb"
        )
        let web = try await fleet.machine("web-1", in: "review-1")
        try await fleet.scan()
        try await fleet.agent(web, "web-1").work()
        try await fleet.scan()
        return (fleet, web)
    }

    @Test("C3 the teardown process runs first; meanwhile nothing is deployed there")
    func teardownFirst() async throws {
        let (fleet, web) = try await fleetWithTeardown()
        try await fleet.store.deleteEnvironment("review-1", force: false, by: "key:ops")
        #expect(try await fleet.stage(web) == "there")
        try await fleet.health(.unavailable, of: web)
        try await fleet.health(.healthy, of: web)
        try await fleet.scan()
        #expect(
            try await fleet.texts("SELECT verdict AS t FROM need ORDER BY id DESC LIMIT 1") == [
                "environmentTearingDown"
            ]
        )
        await #expect(throws: StoreError.self) { try await fleet.deploy("1.4", in: "review-1") }
        try await fleet.endEnvironments()
        #expect(try await fleet.stage(web) == "there", "its process has not run")
        let done = try await fleet.agent(web, "web-1").work()
        #expect(done?.project == "shop" && done?.release.hasPrefix("teardown-") == true)
        try await fleet.endEnvironments()
        #expect(try await fleet.stage(web) == "deleted")
        #expect(try await fleet.events(.environmentDeleted) == 1)
    }

    @Test("C3 a teardown that fails is told of and tried again; then a person decides")
    func teardownFails() async throws {
        let (fleet, web) = try await fleetWithTeardown()
        try await fleet.store.deleteEnvironment("review-1", force: false, by: "key:ops")
        for attempt in 1...3 {
            try await fleet.agent(web, "web-1").work(.failed)
            for _ in 1...2 { try await fleet.endEnvironments() }
            #expect(try await fleet.events(.environmentTeardownFailed) == attempt)
            _ = try await fleet.store.database.query(
                "UPDATE ephemeral_environment SET teardown_retry_at = now() - interval '1 second'"
            )
            try await fleet.endEnvironments()
        }
        #expect(try await fleet.count("SELECT count(*) AS n FROM deployment WHERE kind = 'teardown'") == 3)
        #expect(try await fleet.stage(web) == "there")
        try await fleet.store.deleteEnvironment("review-1", force: true, by: "key:ops")
        #expect(try await fleet.stage(web) == "deleted")
    }

    @Test(
        "C4 a goodbye takes an ephemeral machine out of the fleet at once, and any other only offline",
        arguments: [true, false]
    )
    func goodbye(isEphemeral: Bool) async throws {
        let fleet = try await Fleet()
        let web = try await fleet.machine("web-1")
        _ = try await fleet.store.database.query("UPDATE machine SET ephemeral = \(isEphemeral)")
        try await fleet.store.goodbye(AgentIdentity(machineID: web, name: "web-1", epoch: 1))
        #expect(try await fleet.stage(web) == (isEphemeral ? "deleted" : "there"))
        #expect(try await fleet.events(.machineUnavailable) == 1)
        #expect(try await fleet.events(.machineDeleted) == (isEphemeral ? 1 : 0))
    }
}

extension Fleet {
    func create(_ request: APIV1.EnvironmentRequest) async throws {
        _ = try await store.unitOfWork(by: "key:ops") { tx, changes in
            try EnvironmentCommands.create(request, by: "key:ops", in: tx, &changes)
        }
    }

    /// A machine in another environment than production.
    func machine(_ name: String, in environment: String) async throws -> ID<Machine> {
        let machine = try await machine(name, health: .unknown)
        _ = try await store.database.query(
            """
            UPDATE machine SET environment_id = (SELECT id FROM environment WHERE name = \(environment))
            WHERE id = \(machine)
            """
        )
        try await health(.healthy, of: machine)
        return machine
    }

    func deploy(_ version: String, in environment: String) async throws {
        let request = APIV1.DeploymentRequest(
            project: "shop",
            release: version,
            environment: environment,
            machines: nil
        )
        _ = try await store.unitOfWork(by: "key:test") { tx, changes in
            try DeploymentCommands.create(request, by: "key:test", in: tx, &changes)
        }
    }

    /// What the leader does with a sweep, without the lease.
    func endEnvironments() async throws {
        try await store.endEnvironments(try await store.read { try EnvironmentSweep.due(in: $0) })
    }

    func moveExpiry(toSecondsFromNow seconds: Int, warnedSecondsAgo warned: Int? = nil) async throws {
        _ = try await store.database.query(
            """
            UPDATE ephemeral_environment
            SET expires_at = now() + make_interval(secs => \(seconds)),
                warned_at = coalesce(now() - make_interval(secs => \(warned)), warned_at)
            """
        )
    }
}
