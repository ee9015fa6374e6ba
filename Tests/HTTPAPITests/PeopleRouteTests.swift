import FleetModel
import FleetStore
import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI

@Suite(.migratedSchema)
struct PeopleRouteTests {
    private static let grants = #""grants":[{"role":"deployer","environments":["staging"]}]"#

    @Test(
        "A person is entered, granted, given a password, disabled and enabled, each an event by whoever did it"
    )
    func people() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            try await client.applyEnvironments("staging")
            let made = try await client.post(
                "/api/v1/people",
                #"{"name":"ada","displayName":"Ada L.",\#(Self.grants)}"#
            )
            #expect(made.status == 201)
            let ada = try made.decode(Person.self)
            #expect(ada.grants == [Grant(.deployer, environments: ["staging"])])
            #expect(!ada.hasPassword && ada.createdBy == "key:tester")
            let again = try await client.post("/api/v1/people", #"{"name":"ADA","grants":[]}"#)
            #expect(again.status == 409)
            let password = try await client.put(
                "/api/v1/people/ada/password",
                #"{"password":"correct horse battery"}"#
            )
            #expect(try password.decode(Person.self).hasPassword)
            #expect(
                try await client.put("/api/v1/people/ada/password", #"{"password":"short"}"#).faults == [
                    "password"
                ]
            )
            let granted = try await client.put(
                "/api/v1/people/ada/grants",
                #"{"grants":[{"role":"viewer"}]}"#
            )
            #expect(try granted.decode(Person.self).grants == [Grant(.viewer)])
            let disabled = try await client.post("/api/v1/people/ada/disable", "")
            #expect(try disabled.decode(Person.self).disabledAt != nil)
            let enabled = try await client.post("/api/v1/people/ada/enable", "")
            #expect(try enabled.decode(Person.self).disabledAt == nil)
            let page = try await client.get("/api/v1/people").decode(APIV1.Page<Person>.self)
            #expect(page.items.map(\.name) == ["ada"])
            #expect(try await client.get("/api/v1/people/bob").status == 404)
        }
        let told: [String] = try await fixture.store.database.query(
            """
            SELECT category FROM event WHERE actor = 'key:tester' AND category <> 'EnvironmentCreated' ORDER BY id
            """
        ).map { try $0["category"] }
        #expect(
            told == ["PersonCreated", "PasswordChanged", "GrantsChanged", "PersonDisabled", "PersonEnabled"]
        )
    }

    @Test("Grants that cannot be read are refused with where: unknown roles, unknown places, unknown fields")
    func badGrants() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            let role = try await client.post("/api/v1/people", #"{"name":"ada","grants":[{"role":"king"}]}"#)
            #expect(role.status == 400)
            let place = try await client.post(
                "/api/v1/people",
                #"{"name":"ada","grants":[{"role":"viewer","environments":["none"]}]}"#
            )
            #expect(place.faults == ["grants[0].environments[0]"])
            // A misspelt limit would be no limit.
            let misspelt = try await client.post(
                "/api/v1/people",
                #"{"name":"ada","grants":[{"role":"admin","enviroments":["staging"]}]}"#
            )
            #expect(misspelt.status == 422)
        }
    }

    @Test("A key is made once for an Idempotency-Key, does what it was granted, is rotated and revoked")
    func keys() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            try await client.applyEnvironments("staging")
            let body = #"{"name":"ci","expiresInSeconds":3600,\#(Self.grants)}"#
            let first = try await client.post("/api/v1/keys", body, headers: [.idempotencyKey: "k1"])
            let same = try await client.post("/api/v1/keys", body, headers: [.idempotencyKey: "k1"])
            #expect(first.status == 201)
            let made = try first.decode(APIV1.NewKey.self)
            let secret = try #require(made.secret)
            #expect(try same.decode(APIV1.NewKey.self).secret == secret)
            #expect(made.key.createdBy == "key:tester" && made.key.expiresAt != nil)
            let ci = client.with(bearer: secret)
            #expect(try await ci.get("/api/v1/machines").status == 200)
            #expect(try await ci.get("/api/v1/keys").status == 403)
            let rotated = try await client.post("/api/v1/keys/ci/rotate", "").decode(APIV1.NewKey.self)
            #expect(try await ci.get("/api/v1/machines").status == 401)
            let renewed = client.with(bearer: rotated.secret)
            #expect(try await renewed.get("/api/v1/machines").status == 200)
            #expect(try await client.put("/api/v1/keys/ci/grants", #"{"grants":[]}"#).status == 200)
            #expect(try await renewed.get("/api/v1/machines").status == 403)
            #expect(try await client.send(.delete, "/api/v1/keys/ci").status == 204)
            #expect(try await renewed.get("/api/v1/machines").status == 401)
            let live = try await client.get("/api/v1/keys").decode(APIV1.Page<APIKey>.self)
            #expect(live.items.map(\.name) == ["tester"])
            #expect(live.items.first?.lastUsedAt != nil)
            let all = try await client.get("/api/v1/keys?past=true").decode(APIV1.Page<APIKey>.self)
            #expect(all.items.map(\.name) == ["tester", "ci"])
            #expect(!(try await client.get("/api/v1/keys?past=true").text.contains(secret)))
        }
    }

    @Test("Whoever asks who he is, or whether he may, is told, and that with his owner's limits")
    func whoAmI() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            try await client.applyEnvironments("staging")
            _ = try await client.post("/api/v1/people", #"{"name":"ada",\#(Self.grants)}"#)
            let made = try await client.post(
                "/api/v1/keys",
                #"{"name":"hers","owner":"ada","grants":[{"role":"operator"}]}"#
            ).decode(APIV1.NewKey.self)
            let hers = client.with(bearer: made.secret)
            let me = try await hers.get("/api/v1/whoami").decode(APIV1.WhoAmI.self)
            #expect(me.actor == "key:hers" && me.owner == "ada" && me.grants == [Grant(.operator)])
            #expect(me.ownerGrants == [Grant(.deployer, environments: ["staging"])])
            func can(_ query: String) async throws -> APIV1.CanI {
                try await hers.get("/api/v1/can-i?\(query)").decode()
            }
            #expect(try await can("right=deploy&environment=staging&project=shop").allowed)
            #expect(try await !can("right=deploy&environment=production&project=shop").allowed)
            let approve = try await can("right=approve&environment=staging")
            #expect(approve.reason?.contains("its owner ada has deployer in staging") == true)
            #expect(try await hers.get("/api/v1/can-i").faults == ["query.right"])
            #expect(try await hers.get("/api/v1/can-i?right=fly").faults == ["query.right"])
            #expect(try await client.with(bearer: nil).get("/api/v1/whoami").status == 401)
        }
    }

    @Test("Whoever listens to a stream is asked about again, and is sent away when his key is")
    func listeners() async throws {
        let fixture = try await APIFixture()
        let key = try await fixture.store.createAPIKey(name: "ear", grants: [Grant(.viewer)], by: "test")
        let principal = try #require(try await fixture.store.identifyAPIKey(key.text))
        let caller = Caller.apiKey(principal, secret: key)
        var listener = StillAllowed(caller, fixture.store, interval: .zero)
        var patient = StillAllowed(caller, fixture.store, interval: .seconds(3600))
        var page = StillAllowed(principal, fixture.store)
        #expect(await listener.ask())
        try await fixture.store.revokeAPIKey(name: "ear", by: "test")
        #expect(await !listener.ask())
        #expect(await patient.ask())
        // What the pages stream ends by itself.
        #expect(await page.ask())
    }

    @Test("Whoever may not pass a freeze may not pass it by saying so")
    func passingGates() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            try await client.applyEnvironments("staging")
            let key = try await fixture.store.createAPIKey(name: "ci", grants: [Grant(.deployer)], by: "test")
            _ = try await fixture.store.database.query(
                """
                WITH p AS (INSERT INTO project (name, process) VALUES ('shop', '[{"name":"a","script":"true"}]') RETURNING id, process)
                INSERT INTO release (project_id, version, process, variables, created_by)
                SELECT id, '1.0', process, '{}', 'test' FROM p
                """
            )
            let ci = client.with(bearer: key.text)
            let past = try await ci.post(
                "/api/v1/deployments",
                #"{"project":"shop","release":"1.0","environment":"staging","ignoreFreeze":true,"reason":"x"}"#
            )
            #expect(past.status == 403)
            let plain = try await ci.post(
                "/api/v1/deployments",
                #"{"project":"shop","release":"1.0","environment":"staging"}"#
            )
            #expect(plain.status == 201)
        }
    }
}

extension APIClient {
    func put(_ path: String, _ json: String) async throws -> Answer {
        try await send(.put, path, bytes: Array(json.utf8))
    }
}
