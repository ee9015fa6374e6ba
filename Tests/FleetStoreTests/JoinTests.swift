import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

@Suite(.migratedSchema)
struct JoinTests {
    private let store: Store

    init() async throws {
        store = Store(database: try TestDatabase.current.database, node: "test-node")
        _ = try await store.apply([.environment(EnvironmentDocument(name: "test"))], by: "key:t")
    }

    private func token(uses: Int? = nil, ttlSeconds: Int? = nil) async throws -> SecretToken {
        let secret = SecretToken(random: .join)
        let request = APIV1.TokenRequest(
            environment: "test",
            roles: ["web", "db"],
            ttlSeconds: ttlSeconds,
            uses: uses
        )
        _ = try await store.unitOfWork(by: "key:t") { tx, changes in
            try TokenCommand.create(request, secret: secret, by: "key:t", in: tx, &changes)
        }
        return secret
    }

    private func join(_ name: String, _ token: String, key: UInt8) async throws -> AgentV1.JoinResponse {
        let request = AgentV1.JoinRequest(token: token, name: name, publicKey: "", signature: "", facts: [:])
        return try await store.join(request, publicKey: [UInt8](repeating: key, count: 32))
    }

    @Test("The token fixes environment and roles")
    func scope() async throws {
        let joined = try await join("m1", try await token().text, key: 1)
        #expect(joined.environment == "test")
        #expect(joined.roles == ["web", "db"])
    }

    @Test("Ten machines at once with a token for three: three join")
    func usesUnderConcurrency() async throws {
        let token = try await token(uses: 3).text
        let joined = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<10 {
                group.addTask { (try? await join("m\(number)", token, key: UInt8(number))) != nil }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(joined == 3)
        let machines: Int = try await store.database.query("SELECT count(*) AS n FROM machine")[0]["n"]
        #expect(machines == 3)
    }

    @Test("A machine whose joining takes long does not hold up another one with the same token")
    func tokenIsNotHeld() async throws {
        let token = try await token(uses: 3).text
        _ = try await join("slow", token, key: 1)
        let current = try TestDatabase.current
        let holder = try await Connection.open(current.configuration, logger: .quiet)
        _ = try await holder.query("BEGIN")
        _ = try await holder.query("SELECT FROM machine WHERE name = 'slow' FOR UPDATE")
        try await withThrowingTaskGroup { group in
            group.addTask { _ = try await join("slow", token, key: 2) }
            try await eventually("the slow one waits") {
                try await !store.database.query(
                    """
                    SELECT FROM pg_stat_activity WHERE application_name = \(current.name) AND wait_event_type = 'Lock'
                    """
                ).isEmpty
            }
            #expect(try await join("quick", token, key: 3).name == "quick")
            _ = try await holder.query("COMMIT")
            try await group.waitForAll()
        }
        await holder.close()
        let uses: Int = try await store.database.query("SELECT uses AS n FROM join_token")[0]["n"]
        #expect(uses == 3)
    }

    @Test("One agent that asks twice at the same moment is one machine")
    func sameMoment() async throws {
        let token = try await token().text
        for key in 1...5 as ClosedRange<UInt8> {
            async let first = join("m\(key)", token, key: key)
            async let second = join("m\(key)", token, key: key)
            let answers = try await (first, second)
            #expect(answers.0 == answers.1)
        }
        let uses: Int = try await store.database.query("SELECT uses AS n FROM join_token")[0]["n"]
        #expect(uses == 5)
    }

    @Test(
        "An agent whose answer got lost asks again and is the same machine, also with a token that is used up"
    )
    func repeated() async throws {
        let token = try await token(uses: 1).text
        let first = try await join("m1", token, key: 1)
        let second = try await join("m1", token, key: 1)
        #expect(first == second)
        await #expect(throws: StoreError.self) { _ = try await join("m2", token, key: 2) }
    }

    @Test("An expired, a revoked and an unknown token are refused")
    func refusedTokens() async throws {
        let expired = try await token()
        _ = try await store.database.query("UPDATE join_token SET expires_at = now()")
        let revoked = try await token()
        let id: Int64 = try await store.database.query("SELECT max(id) AS id FROM join_token")[0]["id"]
        try await store.revokeToken(id, by: "key:t")
        for token in [expired.text, revoked.text, SecretToken(random: .join).text, "nonsense"] {
            await #expect(throws: StoreError.self) { _ = try await join("m1", token, key: 1) }
        }
    }

    @Test("A machine's change writes the events it is worth, and nothing when it changes nothing")
    func machineChange() async throws {
        _ = try await join("m1", try await token().text, key: 1)
        let before = try await store.changeMachine("m1", MachineChange(), by: "key:t")
        let same = try await store.changeMachine(
            "m1",
            MachineChange(enabled: true, roles: ["db", "web"]),
            by: "key:t"
        )
        #expect(same == before)
        let after = try await store.changeMachine(
            "m1",
            MachineChange(enabled: false, roles: ["web"]),
            by: "key:t"
        )
        #expect(after.version > before.version)
        let rows = try await store.database.query(
            "SELECT category FROM event WHERE machine_id IS NOT NULL ORDER BY id"
        )
        let categories: [String] = try rows.map { try $0["category"] }
        #expect(
            categories == ["MachineAdded", "MachineDeploymentRelatedPropertyWasUpdated", "MachineDisabled"]
        )
        await #expect(throws: VersionMismatch.self) {
            _ = try await store.changeMachine(
                "m1",
                MachineChange(enabled: true),
                ifVersion: before.version,
                by: "key:t"
            )
        }
    }

    @Test("A deleted machine's name and key are free again, and its needs are withdrawn")
    func deletion() async throws {
        let token = try await token().text
        let old = try await join("m1", token, key: 1)
        try await store.deleteMachine("m1", by: "key:t")
        await #expect(throws: StoreError.self) { try await store.deleteMachine("m1", by: "key:t") }
        let new = try await join("m1", token, key: 1)
        #expect(new.machineID != old.machineID)
        let deleted: Int = try await store.database.query(
            "SELECT count(*) AS n FROM event WHERE category = 'MachineDeleted'"
        )[0]["n"]
        #expect(deleted == 1)
    }
}
