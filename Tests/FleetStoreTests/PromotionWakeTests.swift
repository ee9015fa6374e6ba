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
        let rested: SQL = "SELECT count(*) AS n FROM promotion WHERE next_at > now() + interval '4 minutes'"
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
