import Crypto
import FleetModel
import FleetStore
import Foundation
import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI

/// Which agent gets secrets, and where their values do not land.
@Suite(.migratedSchema)
struct SecretStepTests {
    private typealias Sample = SecretRouteTests

    /// A machine with one step offered to it.
    private func offer(
        _ client: APIClient,
        to machine: String = "m1",
        in environment: String = "production"
    ) async throws -> (agent: APIClient, offer: AgentV1.Assignment) {
        let agent = try await join(client, machine, environment)
        _ = try await client.post("/api/v1/projects/shop/releases", #"{"version":"\#(machine)"}"#)
        let request = APIV1.DeploymentRequest(
            project: "shop",
            release: machine,
            environment: environment,
            machines: [machine]
        )
        _ = try await client.post("/api/v1/deployments", request)
        let poll = try await agent.post("/agent/v1/poll", AgentV1.PollRequest(inventory: [], running: []))
        return (agent, try #require(try poll.decode(AgentV1.PollResponse.self).assignments.first))
    }

    private func join(
        _ client: APIClient,
        _ machine: String,
        _ environment: String
    ) async throws -> APIClient {
        let token = try await client.joinToken(environment)
        return client.with(bearer: try await TestAgent(name: machine).connect(client, token: token).session)
    }

    @Test("An agent is told that there are secrets, and gets them when its step runs, as they are then")
    func step() async throws {
        try await APIFixture(secretKeys: Sample.keys()).run { client in
            _ = try await client.post("/api/v1/apply", Sample.documents)
            _ = try await client.setSecret("\(Sample.path)/TOKEN", "for every environment")
            _ = try await client.setSecret("\(Sample.path)/OTHER?environment=staging", "of staging alone")
            let (agent, offer) = try await offer(client)
            #expect(offer.hasSecrets == true)
            let path = "/agent/v1/steps/\(offer.stepRunID)"
            let request = AgentV1.SecretsRequest(fence: offer.fence)
            let early = try await agent.post("\(path)/secrets", request)
            #expect(early.problem == "/problems/stale-fence")
            #expect(
                try await agent.post("\(path)/accept", AgentV1.AcceptRequest(fence: offer.fence)).status
                    == 204
            )
            _ = try await client.setSecret("\(Sample.path)/TOKEN?environment=production", "of production")
            let answer = try await agent.post("\(path)/secrets", request)
            #expect(answer.status == 200)
            #expect(answer.headers[.cacheControl] == "no-store")
            #expect(
                try answer.decode(AgentV1.SecretsResponse.self).secrets == ["TOKEN": "of production"]
            )
            let stale = try await agent.post(
                "\(path)/secrets",
                AgentV1.SecretsRequest(fence: offer.fence + 1)
            )
            #expect(stale.status == 409)
            #expect(stale.problem == "/problems/stale-fence")
            let result = AgentV1.ResultRequest(
                fence: offer.fence,
                outcome: .succeeded,
                exitCode: 0,
                message: "",
                logBytes: 0,
                logDroppedBytes: 0,
                inventory: []
            )
            #expect(try await agent.post("\(path)/result", result).status == 204)
            let ended = try await agent.post("\(path)/secrets", request)
            #expect(ended.problem == "/problems/stale-fence")
            #expect(!ended.text.contains("of production"))
        }
    }

    @Test(
        "Where its project has no secret in its environment, a step is not told of any",
        arguments: [nil, "?environment=staging"]
    )
    func none(_ place: String?) async throws {
        try await APIFixture(secretKeys: Sample.keys()).run { client in
            _ = try await client.post("/api/v1/apply", Sample.documents)
            if let place { _ = try await client.setSecret("\(Sample.path)/TOKEN\(place)", Sample.value) }
            let (agent, offer) = try await offer(client)
            #expect(offer.hasSecrets == nil)
            let path = "/agent/v1/steps/\(offer.stepRunID)"
            _ = try await agent.post("\(path)/accept", AgentV1.AcceptRequest(fence: offer.fence))
            let answer = try await agent.post("\(path)/secrets", AgentV1.SecretsRequest(fence: offer.fence))
            #expect(try answer.decode(AgentV1.SecretsResponse.self).secrets == [:])
        }
    }

    @Test("F2 an agent that asks for the secrets of another machine's step is refused, and that is an event")
    func otherMachine() async throws {
        let fixture = try await APIFixture(secretKeys: Sample.keys())
        try await fixture.run { client in
            _ = try await client.post("/api/v1/apply", Sample.documents)
            _ = try await client.setSecret("\(Sample.path)/TOKEN", Sample.value)
            let (agent, offer) = try await offer(client)
            let path = "/agent/v1/steps/\(offer.stepRunID)"
            _ = try await agent.post("\(path)/accept", AgentV1.AcceptRequest(fence: offer.fence))
            let eve = try await join(client, "eve", "production")
            let answer = try await eve.post("\(path)/secrets", AgentV1.SecretsRequest(fence: offer.fence))
            #expect(answer.status == 403)
            #expect(answer.problem == "/problems/forbidden")
            #expect(!answer.text.contains(Sample.value))
        }
        let told = try await fixture.store.database.query(
            """
            SELECT e.actor, e.message, m.name FROM event e JOIN machine m ON m.id = e.machine_id
            WHERE e.category = 'AccessRefused'
            """
        ).map { row in
            try "\(row["name"] as String) \(row["actor"] as String) \(row["message"] as String)"
        }
        #expect(told.count == 1)
        #expect(told.first?.hasPrefix("eve machine:eve refused: step ") == true, "\(told)")
        #expect(told.first?.hasSuffix("machine eve does not get its secrets") == true, "\(told)")
    }

    @Test("What cannot be opened is a problem that says which, so that the agent asks another node")
    func exchanged() async throws {
        let fixture = try await APIFixture(secretKeys: Sample.keys())
        try await fixture.run { client in
            _ = try await client.post("/api/v1/apply", Sample.documents)
            _ = try await client.setSecret("\(Sample.path)/TOKEN", Sample.value)
            _ = try await client.setSecret("\(Sample.path)/OTHER", "correct horse")
            _ = try await fixture.store.database.query(
                "UPDATE secret s SET sealed = o.sealed FROM secret o WHERE o.id <> s.id"
            )
            let (agent, offer) = try await offer(client)
            let path = "/agent/v1/steps/\(offer.stepRunID)"
            _ = try await agent.post("\(path)/accept", AgentV1.AcceptRequest(fence: offer.fence))
            let answer = try await agent.post("\(path)/secrets", AgentV1.SecretsRequest(fence: offer.fence))
            #expect(answer.status == 503)
            #expect(answer.problem == "/problems/secrets-unavailable")
            #expect(answer.text.contains("secret OTHER of shop in every environment"))
            #expect(!answer.text.contains(Sample.value) && !answer.text.contains("correct horse"))
        }
    }

    @Test("A value is in no log, no event, no row and no answer but the agent's, nor is a hash of it")
    func nowhere() async throws {
        let lines = LoggedLines()
        let database = Database(
            try TestDatabase.current.configuration,
            maxConnections: 4,
            logger: lines.logger
        )
        let fixture = try await APIFixture(
            secretKeys: Sample.keys(),
            database: database,
            logger: lines.logger
        )
        let body = #"{"value":"\#(Sample.value)"}"#
        try await fixture.run { client in
            _ = try await client.post("/api/v1/apply", Sample.documents)
            let headers: HTTPFields = [.idempotencyKey: "once"]
            for path in [
                "\(Sample.path)/TOKEN", "\(Sample.path)/TIDEMARK_TOKEN",
                "/api/v1/projects/none/secrets/TOKEN",
            ] {
                let answer = try await client.send(.put, path, headers: headers, bytes: Array(body.utf8))
                #expect(!answer.text.contains(Sample.value))
            }
            #expect(try await !client.get(Sample.path).text.contains(Sample.value))
            #expect(try await !client.get("/api/v1/events").text.contains(Sample.value))
            let (agent, offer) = try await offer(client)
            let path = "/agent/v1/steps/\(offer.stepRunID)"
            _ = try await agent.post("\(path)/accept", AgentV1.AcceptRequest(fence: offer.fence))
            let answer = try await agent.post("\(path)/secrets", AgentV1.SecretsRequest(fence: offer.fence))
            #expect(answer.text.contains(Sample.value))
        }
        await database.close()
        #expect(lines.text.contains("/api/v1/projects/shop/secrets/TOKEN"))
        #expect(!lines.text.contains(Sample.value))
        try await expectInNoRow(of: body)
    }

    /// Text, its bytes as bytea shows them, and their SHA-256, alone and as an Idempotency-Key keeps it.
    private func expectInNoRow(of body: String) async throws {
        let request = "PUT \(Sample.path)/TOKEN\n\(body)"
        let traces =
            [
                Sample.value, Hexadecimal.text(Sample.value.utf8),
                Data(Sample.value.utf8).base64EncodedString(),
            ]
            + [Sample.value, body, request].map { Hexadecimal.text(SHA256.hash(data: Array($0.utf8))) }
        let database = try TestDatabase.current.database
        let tables: [String] = try await database.query(
            """
            SELECT relname AS name FROM pg_class
            WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') ORDER BY relname
            """
        ).map { try $0["name"] }
        #expect(tables.contains("secret") && tables.contains("event") && tables.contains("idempotency_key"))
        for table in tables {
            let rows: [String] = try await database.query(
                "SELECT t::text AS row FROM \(identifier: table) t"
            ).map { try $0["row"] }
            for trace in traces {
                #expect(!rows.contains { $0.contains(trace) }, "\(trace) is in \(table)")
            }
        }
        #expect(
            try await database.query("SELECT 1 FROM idempotency_key WHERE key = 'once'").isEmpty
        )
    }
}
