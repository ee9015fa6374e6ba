import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

@Suite(.migratedSchema)
struct GrantTests {
    private func store() async throws -> Store {
        let store = Store(database: try TestDatabase.current.database, node: "test-node")
        _ = try await store.read { tx in
            try tx.run("INSERT INTO environment (name) VALUES ('staging'), ('production')")
            try tx.run(
                "INSERT INTO project (name, process) VALUES ('shop', \(Fleet.script)::jsonb)"
            )
        }
        return store
    }

    private func person(_ name: String, _ grants: [Grant], in store: Store) async throws -> Person {
        try await store.unitOfWork(by: "test") { tx, changes in
            try PersonCommands.create(name: name, displayName: "", grants: grants, in: tx, &changes)
        }
    }

    private func key(
        _ grants: [Grant],
        owner: String? = nil,
        expiresInSeconds: Int? = nil,
        in store: Store
    ) async throws -> SecretToken {
        let secret = SecretToken(random: .apiKey)
        let request = APIV1.KeyRequest(
            name: "ci",
            grants: grants,
            owner: owner,
            expiresInSeconds: expiresInSeconds
        )
        try await store.unitOfWork(by: "test") { tx, changes in
            _ = try APIKeyCommands.create(request, secret: secret, in: tx, &changes)
        }
        return secret
    }

    @Test("What was granted comes back as it was, of people and of keys")
    func roundTrip() async throws {
        let store = try await store()
        let grants = [
            Grant(.viewer), Grant(.deployer, environments: ["production", "staging"]),
            Grant(.admin, environments: ["staging"], projects: ["shop"]),
        ]
        #expect(try await person("ada", grants, in: store).grants == grants)
        let key = try await key(grants, owner: "ada", in: store)
        let principal = try await store.identifyAPIKey(key.text)
        #expect(principal?.actor == "key:ci")
        #expect(principal?.grants == grants)
        #expect(principal?.owner == .init(name: "ada", grants: grants))
    }

    @Test("A key from before there were grants, or of an older node, may do everything")
    func unrestricted() async throws {
        let store = try await store()
        let secret = SecretToken(random: .apiKey)
        _ = try await store.database.query(
            "INSERT INTO api_key (name, prefix, key_hash) VALUES ('old', \(secret.prefix), \(secret.hash)::bytea)"
        )
        #expect(try await store.identifyAPIKey(secret.text)?.grants == [.everything])
    }

    @Test(
        "When an environment is deleted, a grant for it alone is for nothing; one of the same name is another"
    )
    func deletion() async throws {
        let store = try await store()
        let key = try await key([Grant(.operator, environments: ["staging"])], in: store)
        try await store.deleteEnvironment("staging", force: false, by: "test")
        #expect(
            try await store.identifyAPIKey(key.text)?.grants == [Grant(.operator, environments: [])]
        )
        _ = try await store.database.query("INSERT INTO environment (name) VALUES ('staging')")
        #expect(
            try await store.identifyAPIKey(key.text)?.grants == [Grant(.operator, environments: [])]
        )
    }

    @Test("Grants in places that are not there, or in none, are refused, all at once")
    func unknownPlaces() async throws {
        let store = try await store()
        await #expect(
            throws: StoreError.faults([
                .init("grants[0].environments[1]", "there is no environment 'stagin'"),
                .init("grants[0].projects[0]", "there is no project 'mail'"),
                .init(
                    "grants[1].environments",
                    "names none: leave it out for every environment, or name some"
                ),
            ])
        ) {
            try await person(
                "ada",
                [
                    Grant(.viewer, environments: ["staging", "stagin"], projects: ["mail"]),
                    Grant(.viewer, environments: []),
                ],
                in: store
            )
        }
    }

    @Test(
        "Whoever is disabled is refused at once: sessions, and keys of his, and all come back when he is enabled"
    )
    func disabling() async throws {
        let store = try await store()
        _ = try await person("root", [.everything], in: store)
        _ = try await person("ada", [.everything], in: store)
        let key = try await key([.everything], owner: "ada", in: store)
        let session = try #require(try await store.signIn(apiKey: key.text, remote: "10.0.0.9"))
        #expect(try await store.webSession(session.text)?.principal.actor == "key:ci")
        try await setDisabled(true, "ada", in: store)
        #expect(try await store.identifyAPIKey(key.text) == nil)
        #expect(try await store.webSession(session.text) == nil)
        #expect(try await store.signIn(apiKey: key.text, remote: "10.0.0.9") == nil)
        try await setDisabled(false, "ada", in: store)
        #expect(try await store.identifyAPIKey(key.text) != nil)
        #expect(try await store.webSession(session.text) != nil)
    }

    @Test("What an owner loses, his keys lose, at their next use")
    func ownerLosesRights() async throws {
        let store = try await store()
        _ = try await person("root", [.everything], in: store)
        _ = try await person("ada", [.everything], in: store)
        let key = try await key([Grant(.operator)], owner: "ada", in: store)
        try await store.identifyAPIKey(key.text)?.require(.deploy, at: .everywhere)
        try await store.unitOfWork(by: "test") { tx, changes in
            _ = try PersonCommands.grant([Grant(.viewer)], to: "ada", in: tx, &changes)
        }
        await #expect(throws: NotAllowed.self) {
            try await store.identifyAPIKey(key.text)?.require(.deploy, at: .everywhere)
        }
        try await store.identifyAPIKey(key.text)?.require(.look, at: .everywhere)
    }

    @Test("A key that has expired is refused")
    func expiry() async throws {
        let store = try await store()
        let key = try await key([.everything], expiresInSeconds: 60, in: store)
        #expect(try await store.identifyAPIKey(key.text) != nil)
        _ = try await store.database.query("UPDATE api_key SET expires_at = now()")
        #expect(try await store.identifyAPIKey(key.text) == nil)
        #expect(try await store.signIn(apiKey: key.text, remote: "") == nil)
    }

    @Test("The last one who may say who may do what cannot be disabled, nor lose that")
    func lastAdmin() async throws {
        let store = try await store()
        _ = try await person("ada", [.everything], in: store)
        _ = try await person("bob", [Grant(.admin, environments: ["staging"])], in: store)
        await #expect(throws: StoreError.self) { try await setDisabled(true, "ada", in: store) }
        await #expect(throws: StoreError.self) {
            try await store.unitOfWork(by: "test") { tx, changes in
                _ = try PersonCommands.grant([Grant(.operator)], to: "ada", in: tx, &changes)
            }
        }
        try await setDisabled(true, "bob", in: store)
        #expect(try await store.read { try PersonRows.find("ADA", in: $0) }?.disabledAt == nil)
    }

    @Test("A name is one person's for ever, whatever its case")
    func names() async throws {
        let store = try await store()
        _ = try await person("Ada", [], in: store)
        await #expect(throws: StoreError.self) { try await person("ada", [], in: store) }
        await #expect(throws: StoreError.self) { try await person("-x", [], in: store) }
    }

    private func setDisabled(_ isDisabled: Bool, _ name: String, in store: Store) async throws {
        try await store.unitOfWork(by: "test") { tx, changes in
            _ = try PersonCommands.setDisabled(isDisabled, name, in: tx, &changes)
        }
    }

    @Test("Two admins who disable each other at once are not both disabled")
    func eachOther() async throws {
        let store = try await store()
        for name in ["ada", "grace"] { _ = try await person(name, [Grant(.admin)], in: store) }
        for _ in 0..<20 {
            async let first: Void = setDisabled(true, "ada", in: store)
            async let second: Void = setDisabled(true, "grace", in: store)
            var refused = 0
            do { try await first } catch is StoreError { refused += 1 }
            do { try await second } catch is StoreError { refused += 1 }
            #expect(refused == 1)
            for name in ["ada", "grace"] { try await setDisabled(false, name, in: store) }
        }
    }
}
