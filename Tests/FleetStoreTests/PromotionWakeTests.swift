import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

/// A release that may not go on waits for a right, and not for a clock.
@Suite(.migratedSchema)
struct PromotionWakeTests {
    /// How the one that the project acts for comes to be allowed again.
    enum Wake: String, CaseIterable {
        case personEnabled, personGranted, keyGranted, projectApplied
    }

    @Test(
        "A release that was refused goes on as soon as somebody may, and is looked at seldom until then",
        arguments: Wake.allCases
    )
    func wakes(_ wake: Wake) async throws {
        let fleet = try await Fleet()
        try await fleet.release("1.4")
        let people = try await fleet.store.unitOfWork(by: "test") { tx, changes in
            try ["root", "ada"].map {
                try PersonCommands.create(name: $0, displayName: "", grants: [.everything], in: tx, &changes)
            }
        }
        let key = try await fleet.store.createAPIKey(name: "ci", grants: [.everything], by: "test")
        let ci = try #require(try await fleet.store.identifyAPIKey(key.text))
        let ada = Principal.person(people[1].id, name: "ada", grants: [.everything])
        try await apply(fleet, by: wake == .keyGranted ? ci : ada)
        switch wake {
        case .personEnabled, .projectApplied: try await fleet.setDisabled(true, "ada")
        case .personGranted: try await grant([Grant(.viewer)], "ada", fleet)
        case .keyGranted: try await grantKey([Grant(.viewer)], fleet)
        }
        try await fleet.promoted("1.6")
        try await fleet.sweep()
        #expect(try await fleet.events(.accessRefused).count == 1)
        let rested: SQL = "SELECT count(*) AS n FROM promotion WHERE next_at > now() + interval '20 seconds'"
        #expect(try await fleet.count(rested) == 1)
        #expect(try await fleet.scan().last?.promotionIsDue == false)

        switch wake {
        case .personEnabled: try await fleet.setDisabled(false, "ada")
        case .personGranted: try await grant([.everything], "ada", fleet)
        case .keyGranted: try await grantKey([.everything], fleet)
        case .projectApplied:
            try await apply(fleet, by: .person(people[0].id, name: "root", grants: [.everything]))
        }
        #expect(try await fleet.scan().last?.promotionIsDue == true)
        try await fleet.sweep()
        #expect(try await fleet.events(.releasePromoted).count == 1)
        #expect(try await fleet.scan().last?.promotionIsDue == false)
    }

    @Test("A right that is given while the leader is refusing is not missed")
    func givenMeanwhile() async throws {
        let fleet = try await Fleet()
        try await fleet.store.unitOfWork(by: "test") { tx, changes in
            _ = try PersonCommands.create(name: "ada", displayName: "", grants: [], in: tx, &changes)
        }
        try await apply(fleet, by: .person(ID(1), name: "root", grants: [.everything]))
        try await fleet.promoted("1.6")
        let current = try TestDatabase.current
        let leader = try await Connection.open(current.configuration, logger: .quiet)
        _ = try await leader.query("BEGIN")
        _ = try await leader.query("SELECT FROM promotion FOR UPDATE")
        try await withThrowingTaskGroup { group in
            group.addTask { try await grant([.everything], "ada", fleet) }
            try await eventually("the grant waits for the leader") {
                try await fleet.count(
                    """
                    SELECT count(*) AS n FROM pg_stat_activity
                    WHERE application_name = \(current.name) AND wait_event_type = 'Lock'
                    """
                ) == 1
            }
            _ = try await leader.query("UPDATE promotion SET next_at = now() + interval '30 seconds'")
            _ = try await leader.query("COMMIT")
            try await group.waitForAll()
        }
        await leader.close()
        #expect(try await fleet.scan().last?.promotionIsDue == true)
    }

    @Test("Where somebody deploys at this moment a release goes on a moment later, and holds up no other")
    func heldPlace() async throws {
        let fleet = try await Fleet()
        let step = Step(name: "install", action: .script("true"))
        let phases = [
            Project.Phase(name: "live", environments: ["production", "staging"], automatic: true)
        ]
        _ = try await fleet.store.apply(
            [
                .environment(EnvironmentDocument(name: "staging")),
                .project(ProjectDocument(name: "shop", process: [step], phases: phases)),
            ],
            by: "key:test"
        )
        try await fleet.promoted("1.6")
        let holder = try await fleet.holdPlace()
        try await fleet.sweep()
        #expect(
            try await fleet.texts(
                "SELECT name AS t FROM environment e JOIN deployment d ON d.environment_id = e.id"
            ) == ["staging"]
        )
        _ = try await holder.query("COMMIT")
        await holder.close()
        try await eventually("the other one goes on") {
            try await fleet.sweep()
            return try await fleet.events(.releasePromoted).count == 2
        }
    }

    private func apply(_ fleet: Fleet, by principal: Principal) async throws {
        let step = Step(name: "install", action: .script("true"))
        let phases = [Project.Phase(name: "live", environments: ["production"], automatic: true)]
        let project = ProjectDocument(name: "shop", process: [step], phases: phases)
        _ = try await fleet.store.apply([.project(project)], by: principal)
    }

    private func grant(_ grants: [Grant], _ name: String, _ fleet: Fleet) async throws {
        try await fleet.store.unitOfWork(by: "test") { tx, changes in
            _ = try PersonCommands.grant(grants, to: name, in: tx, &changes)
        }
    }

    private func grantKey(_ grants: [Grant], _ fleet: Fleet) async throws {
        try await fleet.store.unitOfWork(by: "test") { tx, changes in
            _ = try APIKeyCommands.grant(grants, to: "ci", in: tx, &changes)
        }
    }
}

extension Fleet {
    /// A release as people make it, so that it is written down where it is to go.
    func promoted(_ version: String) async throws {
        _ = try await store.unitOfWork(by: "key:test") { tx, changes in
            try ReleaseCommand.create(
                project: "shop",
                APIV1.ReleaseRequest(version: version, packages: [:], notes: nil),
                by: "key:test",
                in: tx,
                &changes
            )
        }
    }
}
