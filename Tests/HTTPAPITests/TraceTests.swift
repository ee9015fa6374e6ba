import FleetModel
import FleetStore
import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI

@Suite(.migratedSchema)
struct TraceTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let headers: HTTPFields = [.traceparent: "00-\(trace)-00f067aa0ba902b7-01"]

    @Test("A deployment keeps the trace of the request that asked for it, and its machine's agent is told")
    func deployment() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            let session = try await prepare(client)
            let body = #"{"project":"shop","release":"1","environment":"production"}"#
            let answer = try await client.post("/api/v1/deployments", body, headers: Self.headers)
            let deployment: Deployment = try answer.decode()
            let kept = try #require(deployment.traceparent.flatMap(TraceParent.init))
            #expect(kept.traceID == Self.trace)
            #expect(kept.parentID != "00f067aa0ba902b7")
            let poll = AgentV1.PollRequest(inventory: [], running: [])
            let work: AgentV1.PollResponse = try await client.with(bearer: session).post(
                "/agent/v1/poll",
                poll
            )
            .decode()
            #expect(work.assignments.map(\.traceparent) == [kept.description])
        }
    }

    @Test(
        "Without a trace, or with one that cannot be read, a trace begins with the deployment",
        arguments: [nil, "00-x"]
    )
    func begun(header: String?) async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            _ = try await prepare(client)
            let body = #"{"project":"shop","release":"1","environment":"production"}"#
            let headers: HTTPFields = header.map { [.traceparent: $0] } ?? [:]
            let deployment: Deployment = try await client.post("/api/v1/deployments", body, headers: headers)
                .decode()
            #expect(deployment.traceparent.flatMap(TraceParent.init) != nil)
        }
        let made: String = try await fixture.store.database.query("SELECT new_traceparent() AS trace")[0][
            "trace"
        ]
        #expect(TraceParent(made)?.description == made)
    }

    @Test("A problem names the trace")
    func problem() async throws {
        try await APIFixture().run { client in
            let answer = try await client.get("/api/v1/projects/none", headers: Self.headers)
            #expect(try answer.decode(Problem.self).traceID == Self.trace)
            let other = try await client.get("/api/v1/projects/none").decode(Problem.self).traceID
            #expect(other?.count == 32 && other != Self.trace)
        }
    }

    /// The session of a machine that has joined.
    private func prepare(_ client: APIClient) async throws -> String {
        _ = try await client.post(
            "/api/v1/apply",
            #"""
            {"documents":[{"kind":"Environment","name":"production"},
             {"kind":"Project","name":"shop","process":[{"name":"hello","script":"echo hello"}]}]}
            """#
        )
        _ = try await client.post("/api/v1/projects/shop/releases", #"{"version":"1"}"#)
        let token = try await client.joinToken("production")
        return try await TestAgent(name: "web-1").connect(client, token: token).session
    }
}
