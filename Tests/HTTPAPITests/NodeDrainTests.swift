import Cluster
import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI

@Suite(.migratedSchema)
struct NodeDrainTests {
    private func fixture(nodes: String...) async throws -> APIFixture {
        let fixture = try await APIFixture()
        for name in nodes {
            _ = try await fixture.store.database.query(
                "INSERT INTO node (name, version, address, pid, state) VALUES (\(name), '1', '127.0.0.1:1', 1, 'ready')"
            )
        }
        return fixture
    }

    private func events(_ fixture: APIFixture) async throws -> [String] {
        try await fixture.store.database.query(
            """
            SELECT category || ' ' || actor AS text FROM event
            WHERE category IN ('NodeDrained', 'NodeUndrained') ORDER BY id
            """
        ).map { try $0["text"] }
    }

    @Test("A node is drained and taken back, once each however often it is asked for, and events say by whom")
    func drained() async throws {
        let fixture = try await fixture(nodes: "a", "b")
        try await fixture.run { client in
            let anonymous = try await client.with(bearer: nil).post("/api/v1/nodes/a/drain", "")
            #expect(anonymous.status == 401)
            for _ in 1...2 {
                let answer = try await client.post("/api/v1/nodes/a/drain", "")
                let node = try answer.decode(ClusterStatus.Node.self)
                #expect(answer.status == 200 && node.name == "a" && node.drainedAt != nil)
                #expect(node.drainedBy == "key:tester")
            }
            let status = try await client.get("/api/v1/cluster").decode(ClusterStatus.self)
            #expect(status.nodes.map(\.drainedBy) == ["key:tester", nil])
            #expect(!status.allAreDrained)
            let none = try await client.post("/api/v1/nodes/none/drain", "")
            #expect(none.status == 404)
            for _ in 1...2 {
                let answer = try await client.post("/api/v1/nodes/a/undrain", "")
                #expect(try answer.decode(ClusterStatus.Node.self).drainedAt == nil)
            }
        }
        #expect(try await events(fixture) == ["NodeDrained key:tester", "NodeUndrained key:tester"])
    }

    @Test(
        "The last node that is ready is not drained, whatever the others are",
        arguments: [
            "state = 'draining'", "seen_at = now() - interval '1 minute'",
            "drained_at = now(), drained_by = 'x'",
        ]
    )
    func last(_ other: String) async throws {
        let fixture = try await fixture(nodes: "a", "b")
        _ = try await fixture.store.database.query(
            SQL(stringLiteral: "UPDATE node SET \(other) WHERE name = 'b'")
        )
        try await fixture.run { client in
            let answer = try await client.post("/api/v1/nodes/a/drain", "")
            #expect(answer.status == 409)
            #expect(answer.text.contains("no node but 'a' is ready"))
        }
        #expect(try await events(fixture) == [])
    }

    @Test("A drained node is not ready and says by whom, and is ready when it is taken back")
    func readiness() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            _ = fixture.status.drained(by: "person:ada")
            let answer = try await client.get("/readyz")
            #expect(answer.status == 503)
            #expect(answer.text.contains("the node is drained by person:ada"))
            #expect(try await client.get("/api/v1/cluster").status == 200, "what comes is still answered")
            _ = fixture.status.drained(by: nil)
            #expect(try await client.get("/readyz").status == 200)
        }
    }
}
