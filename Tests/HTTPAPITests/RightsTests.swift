import FleetModel
import FleetStore
import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI

/// Every route with every role, made from the table of routes: a route that is added is in it.
@Suite(.migratedSchema)
struct RightsTests {
    @Test("Every route lets in whoever has the role that it takes, and nobody else", arguments: Role.allCases)
    func everyRole(_ role: Role) async throws {
        let fixture = try await APIFixture()
        let key = try await fixture.store.createAPIKey(name: "one", grants: [Grant(role)], by: "test")
        let none = try await fixture.store.createAPIKey(name: "none", grants: [], by: "test")
        let routes = Routes.all(fixture.api)
        try await fixture.run { client in
            for route in routes {
                guard case .needs(let right) = route.access else { continue }
                let answer = try await client.with(bearer: key.text).ask(route)
                #expect((answer.status == 403) == (role < right.least), "\(route.id): \(answer.text)")
                #expect(answer.status != 401, "\(route.id)")
                if answer.status == 403 {
                    #expect(answer.problem == "/problems/forbidden")
                    #expect(
                        answer.text.contains("that takes the role \(right.least.rawValue)"),
                        "\(route.id)"
                    )
                }
                #expect(try await client.with(bearer: none.text).ask(route).status == 403, "\(route.id)")
            }
        }
    }

    @Test("What is refused is an event that says who, what and where; one for each route and minute")
    func recorded() async throws {
        let fixture = try await APIFixture()
        let key = try await fixture.store.createAPIKey(name: "eve", grants: [Grant(.viewer)], by: "test")
        try await fixture.run { client in
            try await client.applyEnvironments("production")
            let eve = client.with(bearer: key.text)
            for _ in 0..<5 {
                #expect(
                    try await eve.post("/api/v1/tokens", #"{"environment":"x","roles":["a"]}"#).status == 403
                )
            }
            #expect(try await eve.send(.delete, "/api/v1/freezes/calm").status == 403)
        }
        let told = try await fixture.store.database.query(
            "SELECT actor, message FROM event WHERE category = 'AccessRefused' ORDER BY id"
        ).map { row in try "\(row["actor"] as String) \(row["message"] as String)" }
        #expect(
            told == [
                "key:eve refused: key:eve may not make or revoke join tokens: that takes the role operator or higher there, and "
                    + "it has viewer everywhere (POST /api/v1/tokens)",
                "key:eve refused: key:eve may not pin, freeze, mark or release: that takes the role operator or higher there, "
                    + "and it has viewer everywhere (DELETE /api/v1/freezes/{freeze})",
            ]
        )
    }

    @Test("A right that is limited to one environment does not reach into another, and that is an event too")
    func limited() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            try await client.applyEnvironments("staging", "production")
            let grant = Grant(.operator, environments: ["staging"])
            let key = try await fixture.store.createAPIKey(name: "ops", grants: [grant], by: "test")
            let ops = client.with(bearer: key.text)
            let there = try await ops.post("/api/v1/tokens", #"{"environment":"staging","roles":["a"]}"#)
            #expect(there.status == 201)
            let elsewhere = try await ops.post(
                "/api/v1/tokens",
                #"{"environment":"production","roles":["a"]}"#
            )
            #expect(elsewhere.status == 403)
            #expect(elsewhere.text.contains("may not make or revoke join tokens in production"))
            #expect(try await fixture.events(.accessRefused) == 1)
            #expect(try await fixture.count("SELECT count(*) AS count FROM join_token") == 1)
        }
    }

    @Test("However many are refused, the record of it stays bounded")
    func bounded() {
        var counts = RefusalCounts()
        let now = ContinuousClock.now
        let told = (0..<10_000).count { counts.isWorthAnEvent("key:\($0)", now: now) }
        #expect(told == RefusalCounts.most)
        let later = now + RefusalCounts.window
        #expect((0..<5).count { _ in counts.isWorthAnEvent("key:1", now: later) } == 1)
    }
}

extension APIClient {
    /// Asks the route with nothing that it could work on: whoever is let in gets some other answer than 401 and 403.
    func ask(_ route: Route) async throws -> Answer {
        let path = route.path.replacing("{", with: "").replacing("}", with: "")
        // A stream that would not end ends at its bad position.
        let headers: HTTPFields =
            route.parameters.contains { $0.name == "Last-Event-ID" } ? [.lastEventID: "-"] : [:]
        return try await send(
            route.method,
            path,
            headers: headers,
            bytes: route.body.map { _ in Array("{}".utf8) }
        )
    }
}
