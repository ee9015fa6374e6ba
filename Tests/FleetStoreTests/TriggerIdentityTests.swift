import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

/// Triggers act as whoever applied them last, and that is asked when they fire.
@Suite(.migratedSchema)
struct TriggerIdentityTests {
    private static let trigger = """
        {"kind": "Trigger", "name": "arrivals", "project": "shop", "eventGroups": ["MachineAvailableForDeployment"]}
        """

    private struct Place {
        let fleet: Fleet
        let ada: Principal

        /// The verdicts of the machines' open needs, in order of the machines; none: it was deployed to, or is done.
        func verdicts() async throws -> [String] {
            try await fleet.texts(
                "SELECT verdict AS t FROM need WHERE closed_at IS NULL ORDER BY machine_id"
            )
        }

        func refusals() async throws -> [String] {
            try await fleet.texts(
                "SELECT message AS t FROM event WHERE category = 'TriggerRefused' ORDER BY id"
            )
        }
    }

    /// A release that is rolled out, and a trigger that Ada applied, who may do everything.
    private func place() async throws -> Place {
        let fleet = try await Fleet()
        try await fleet.release("1.0")
        _ = try await fleet.deploy("1.0")
        let ada = try await fleet.store.unitOfWork(by: "test") { tx, changes in
            _ = try PersonCommands.create(
                name: "root",
                displayName: "",
                grants: [.everything],
                in: tx,
                &changes
            )
            return try PersonCommands.create(
                name: "ada",
                displayName: "",
                grants: [.everything],
                in: tx,
                &changes
            )
        }
        let principal = Principal.person(ada.id, name: "ada", grants: ada.grants)
        try await apply(fleet, by: principal)
        return Place(fleet: fleet, ada: principal)
    }

    @discardableResult
    private func apply(_ fleet: Fleet, by principal: Principal) async throws -> [String] {
        let document = try JSONText.decode(JSONValue.self, from: Self.trigger)
        return try await fleet.store.apply(try DocumentReader.read([document]), by: principal)
            .applied.map(\.action)
    }

    private func grant(_ grants: [Grant], _ fleet: Fleet) async throws {
        try await fleet.store.unitOfWork(by: "test") { tx, changes in
            _ = try PersonCommands.grant(grants, to: "ada", in: tx, &changes)
        }
    }

    @Test("A trigger deploys as long as whoever applied it may, and machines are caught up when he may again")
    func rights() async throws {
        let place = try await place()
        let fleet = place.fleet
        _ = try await fleet.machine("m1")
        try await fleet.scan()
        #expect(try await place.verdicts() == ["deploying"])
        try await grant([Grant(.viewer)], fleet)
        _ = try await fleet.machine("m2")
        _ = try await fleet.machine("m3")
        try await fleet.scan()
        #expect(try await place.verdicts().suffix(2) == ["triggerNotAllowed", "triggerNotAllowed"])
        #expect(
            try await place.refusals() == [
                """
                trigger shop/arrivals may not deploy to production: it acts as person:ada: person:ada may not deploy in production \
                for shop: that takes the role deployer or higher there, and it has viewer everywhere
                """
            ]
        )
        _ = try await fleet.machine("m4")
        try await fleet.scan()
        #expect(try await place.refusals().count == 1)
        try await grant([Grant(.deployer, projects: ["shop"])], fleet)
        try await fleet.scan()
        #expect(try await place.verdicts() == ["deploying", "deploying", "deploying", "deploying"])
        try await grant([], fleet)
        _ = try await fleet.machine("m5")
        try await fleet.scan()
        #expect(try await place.refusals().count == 2)
    }

    @Test("Whoever is disabled stops his triggers at once, and whoever applies one takes it over")
    func disabling() async throws {
        let place = try await place()
        let fleet = place.fleet
        try await fleet.setDisabled(true, "ada")
        _ = try await fleet.machine("m1")
        try await fleet.scan()
        #expect(try await place.verdicts() == ["triggerNotAllowed"])
        #expect(
            try await place.refusals() == [
                "trigger shop/arrivals may not deploy to production: it acts as person:ada, and that person is disabled"
            ]
        )
        let root = try await fleet.store.read { try PersonRows.find("root", in: $0) }
        let principal = Principal.person(try #require(root).id, name: "root", grants: [.everything])
        #expect(try await apply(fleet, by: principal) == ["changed"])
        #expect(try await apply(fleet, by: principal) == ["unchanged"])
        try await fleet.scan()
        #expect(try await place.verdicts() == ["deploying"])
        let triggers = try await fleet.store.read {
            try TriggerRows.list(project: "shop", after: ID(0), limit: 10, seen: .everything, in: $0)
        }
        #expect(triggers.map(\.actsAs) == ["person:root"])
    }

    @Test("Whoever is enabled again has his triggers again")
    func enabling() async throws {
        let place = try await place()
        try await place.fleet.setDisabled(true, "ada")
        _ = try await place.fleet.machine("m1")
        try await place.fleet.scan()
        try await place.fleet.setDisabled(false, "ada")
        try await place.fleet.scan()
        #expect(try await place.verdicts() == ["deploying"])
    }

    @Test("A trigger that was applied with a key ends with the key, and with the key's owner")
    func keys() async throws {
        let place = try await place()
        let fleet = place.fleet
        let key = SecretToken(random: .apiKey)
        try await fleet.store.unitOfWork(by: "test") { tx, changes in
            let request = APIV1.KeyRequest(
                name: "ci",
                grants: [.everything],
                owner: "ada",
                expiresInSeconds: nil
            )
            _ = try APIKeyCommands.create(request, secret: key, in: tx, &changes)
        }
        try await apply(fleet, by: try #require(try await fleet.store.identifyAPIKey(key.text)))
        try await fleet.setDisabled(true, "ada")
        _ = try await fleet.machine("m1")
        try await fleet.scan()
        #expect(try await place.refusals().last?.hasSuffix("the owner of that key is disabled") == true)
        try await fleet.setDisabled(false, "ada")
        try await fleet.scan()
        #expect(try await place.verdicts() == ["deploying"])
        try await fleet.store.revokeAPIKey(name: "ci", by: "test")
        _ = try await fleet.machine("m2")
        try await fleet.scan()
        #expect(try await place.refusals().last?.hasSuffix("that key was revoked") == true)
    }

    @Test("A trigger from before there were grants acts as the system itself")
    func fromBefore() async throws {
        let fleet = try await Fleet()
        try await fleet.release("1.0")
        _ = try await fleet.deploy("1.0")
        try await fleet.trigger()
        _ = try await fleet.machine("m1")
        try await fleet.scan()
        #expect(try await fleet.texts("SELECT verdict AS t FROM need") == ["deploying"])
    }
}
