import Cluster
import FleetModel
import FleetStore
import HTTPTypes
import TestSupport
import Testing

@testable import HTTPAPI

@Suite(.migratedSchema)
struct RouteTableTests {
    private static let published = [
        "/livez", "/readyz", "/leader", "/metrics", "/openapi.json", "/version", "/agent/v1/join",
        "/agent/v1/session", "/problems", "/problems/{problem}",
    ]

    @Test("Every route without credentials is 401 but for the published few")
    func everyRouteIsGuarded() async throws {
        let fixture = try await APIFixture()
        let routes = Routes.all(fixture.api)
        try await fixture.run { client in
            for route in routes {
                let path = route.path.replacing("{", with: "").replacing("}", with: "")
                let body = route.body.map { _ in Array("{}".utf8) }
                for bearer in [nil, "tmk_nonsense", "tms_nonsense"] {
                    let answer = try await client.with(bearer: bearer).send(route.method, path, bytes: body)
                    let isOpen = Self.published.contains(route.path)
                    #expect(
                        (answer.status == 401) != isOpen || route.path.hasPrefix("/agent/v1/join"),
                        "\(route.id)"
                    )
                    if !isOpen { #expect(answer.problem == "/problems/unauthenticated", "\(route.id)") }
                }
            }
        }
        #expect(
            Set(routes.filter { $0.access == .public || $0.access == .provenInBody }.map(\.path))
                == Set(Self.published)
        )
    }

    @Test("An agent's session opens no API route, and an API key no agent route")
    func credentialsDoNotCross() async throws {
        let fixture = try await APIFixture()
        let routes = Routes.all(fixture.api)
        try await fixture.run { client in
            try await client.applyEnvironments("test")
            let token = try await client.joinToken("test")
            let session = try await TestAgent(name: "m1").connect(client, token: token).session
            for route in routes {
                let path = route.path.replacing("{", with: "").replacing("}", with: "")
                let body = route.body.map { _ in Array("{}".utf8) }
                switch route.access {
                case .known, .needs:
                    let answer = try await client.with(bearer: session).send(route.method, path, bytes: body)
                    #expect(answer.status == 401, "\(route.id)")
                case .agentSession:
                    let answer = try await client.send(route.method, path, bytes: body)
                    #expect(answer.status == 401, "\(route.id)")
                case .public, .provenInBody: continue
                }
            }
        }
    }

    @Test("Operation ids are unique, and every schema that a route names exists")
    func documentIsWhole() async throws {
        let fixture = try await APIFixture()
        let routes = Routes.all(fixture.api)
        #expect(Set(routes.map(\.id)).count == routes.count)
        let text = try JSONText.encode(OpenAPIDocument.of(routes))
        let components = Schemas.components()
        let optional = #""ttlSeconds":{"anyOf":[{"type":"integer"},{"type":"null"}]}"#
        #expect(text.contains(optional))
        #expect(text.contains(#""additionalProperties":false,"properties":{"bySeconds""#))
        let names = text.matches(of: /#\/components\/schemas\/([A-Za-z]+)/).map { String($0.1) }
        #expect(!names.isEmpty)
        #expect(Set(names).subtracting(components.keys) == [])
        for case .json(let name) in routes.compactMap(\.body) where name != "Any" && name != "Document" {
            #expect(!Schemas.fields(of: name).isEmpty, "\(name)")
        }
    }

    @Test(
        "Bad requests are answered with a problem that says what and where",
        arguments: [
            BadRequest(.get, "/nowhere", 404, "/problems/not-found"),
            BadRequest(.get, "/api/v1/environments/none", 404, "/problems/not-found"),
            BadRequest(
                .get,
                "/api/v1/environments/a%+5b",
                400,
                "/problems/bad-request",
                fields: ["path.environment"]
            ),
            BadRequest(.post, "/livez", 405, "/problems/method-not-allowed"),
            BadRequest(.delete, "/api/v1/machines", 405, "/problems/method-not-allowed"),
            BadRequest(
                .get,
                "/api/v1/machines?limit=0",
                400,
                "/problems/bad-request",
                fields: ["query.limit"]
            ),
            BadRequest(
                .get,
                "/api/v1/machines?health=Fine",
                400,
                "/problems/bad-request",
                fields: ["query.health"]
            ),
            BadRequest(
                .get,
                "/api/v1/machines?health=",
                400,
                "/problems/bad-request",
                fields: ["query.health"]
            ),
            BadRequest(
                .get,
                "/api/v1/machines?enviroment=x",
                400,
                "/problems/bad-request",
                fields: ["query.enviroment"]
            ),
            BadRequest(
                .get,
                "/api/v1/machines?cursor=abc",
                400,
                "/problems/bad-request",
                fields: ["query.cursor"]
            ),
            BadRequest(.get, "/api/v1/deployments/none", 404, "/problems/not-found"),
            BadRequest(
                .post,
                "/api/v1/tokens",
                400,
                "/problems/bad-request",
                body: "{\"environment\": }",
                fields: ["body"]
            ),
            BadRequest(.post, "/api/v1/tokens", 400, "/problems/bad-request", body: "[]", fields: ["body"]),
            BadRequest(.post, "/api/v1/tokens", 400, "/problems/bad-request", body: "", fields: ["body"]),
            BadRequest(
                .post,
                "/api/v1/tokens",
                400,
                "/problems/bad-request",
                body: #"{"environment":"e","roles":[1]}"#,
                fields: ["body.roles[0]"]
            ),
            BadRequest(
                .post,
                "/api/v1/tokens",
                400,
                "/problems/bad-request",
                body: #"{"roles":["web"]}"#,
                fields: ["body.environment"]
            ),
            BadRequest(
                .post,
                "/api/v1/tokens",
                422,
                "/problems/invalid",
                body: #"{"environment":"e","role":["web"]}"#,
                fields: ["role"]
            ),
            BadRequest(
                .post,
                "/api/v1/tokens",
                422,
                "/problems/invalid",
                body: #"{"environment":"e","roles":["a b"],"ttlSeconds":1}"#,
                fields: ["roles[0]", "ttlSeconds"]
            ),
            BadRequest(
                .post,
                "/api/v1/tokens",
                422,
                "/problems/invalid",
                body: #"{"environment":"none","roles":["web"]}"#,
                fields: ["environment"]
            ),
            BadRequest(
                .post,
                "/api/v1/apply",
                413,
                "/problems/too-large",
                body: String(repeating: " ", count: Limits.bodyBytes + 1)
            ),
            BadRequest(
                .get,
                "/api/v1/events?category=Nothing",
                400,
                "/problems/bad-request",
                fields: ["query.category"]
            ),
        ]
    )
    func badRequests(_ bad: BadRequest) async throws {
        try await APIFixture().run { client in
            let answer = try await client.send(bad.method, bad.path, bytes: bad.body.map { Array($0.utf8) })
            #expect(answer.status == bad.status)
            #expect(answer.problem == bad.problem)
            #expect(answer.faults == bad.fields)
            if bad.status == 405 { #expect(answer.headers[.allow] != nil) }
        }
    }

    @Test("A deeply nested body is refused, and the node goes on")
    func deepNesting() async throws {
        try await APIFixture().run { client in
            let deep = String(repeating: "[", count: 100_000)
            let refused = try await client.post("/api/v1/apply", #"{"documents":"# + deep)
            #expect(refused.status == 400)
            let alive = try await client.get("/livez")
            #expect(alive.status == 200)
        }
    }

    @Test("A draining node is not ready, and says so")
    func drainingIsNotReady() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            #expect(try await client.get("/readyz").status == 200)
            fixture.status.enter(.draining)
            let answer = try await client.get("/readyz")
            #expect(answer.status == 503)
            #expect(answer.text.contains("draining"))
        }
    }
}

struct BadRequest: Sendable, CustomTestStringConvertible {
    let method: HTTPRequest.Method
    let path: String
    let status: Int
    let problem: String
    let body: String?
    let fields: [String]

    init(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ status: Int,
        _ problem: String,
        body: String? = nil,
        fields: [String] = []
    ) {
        self.method = method
        self.path = path
        self.status = status
        self.problem = problem
        self.body = body
        self.fields = fields
    }

    var testDescription: String { "\(method) \(path) \(body?.prefix(60) ?? "")" }
}
