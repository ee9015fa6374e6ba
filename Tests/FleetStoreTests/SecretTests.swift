import FleetModel
import FleetRules
import FleetStore
import Foundation
import Postgres
import TestSupport
import Testing

/// Secrets on a real database, from setting them to what a step is given.
@Suite(.migratedSchema)
struct SecretTests {
    private static func keys(_ bytes: UInt8...) throws -> SecretKeyRing {
        try SecretKeyRing(
            bytes.map { Data(repeating: $0, count: 32).base64EncodedString() }.joined(separator: "\n")
        )
    }

    /// A step that runs on a machine, with its fence.
    private struct Running {
        let step: ID<StepRun>
        let agent: AgentIdentity
    }

    private func running(_ fleet: Fleet) async throws -> Running {
        let machine = try await fleet.machine("web-1")
        try await fleet.release("1.0")
        _ = try await fleet.deploy("1.0")
        let step: ID<StepRun> = try await fleet.store.database.query(
            "UPDATE step_run SET state = 'running', fence = 7, session_epoch = 1, started_at = now() RETURNING id"
        )[0]["id"]
        return Running(step: step, agent: AgentIdentity(machineID: machine, name: "web-1", epoch: 1))
    }

    private func values(
        _ fleet: Fleet,
        _ running: Running,
        fence: Int64 = 7,
        with keys: SecretKeyRing?
    ) async throws -> StepSecrets {
        try await fleet.store.secrets(of: running.step, fence: fence, for: running.agent, with: keys)
    }

    @Test(
        "A step gets the values that were set, its environment's own before those for every one, as they are now"
    )
    func roundTrip() async throws {
        let fleet = try await Fleet()
        let keys = try Self.keys(1)
        _ = try await fleet.store.database.query("INSERT INTO environment (name) VALUES ('staging')")
        try await fleet.set("TOKEN", to: "for every environment", with: keys)
        try await fleet.set("TOKEN", in: "production", to: "of production", with: keys)
        try await fleet.set("TOKEN", in: "staging", to: "of staging", with: keys)
        try await fleet.set("ONLY_STAGING", in: "staging", to: "of staging", with: keys)
        try await fleet.set("SHARED", to: "two\nlines åäö ", with: keys)
        let running = try await running(fleet)
        #expect(
            try await values(fleet, running, with: keys)
                == .values(["TOKEN": "of production", "SHARED": "two\nlines åäö "])
        )
        #expect(try await fleet.set("TOKEN", in: "production", to: "another one", with: keys).version == 2)
        try await fleet.delete("SHARED")
        #expect(try await values(fleet, running, with: keys) == .values(["TOKEN": "another one"]))
        try await fleet.delete("TOKEN", in: "production")
        #expect(try await values(fleet, running, with: keys) == .values(["TOKEN": "for every environment"]))
    }

    @Test("Only a step that runs gets them, under its fence, on its machine")
    func refused() async throws {
        let fleet = try await Fleet()
        let keys = try Self.keys(1)
        try await fleet.set("TOKEN", to: "hunter2hunter2", with: keys)
        let running = try await running(fleet)
        #expect(try await values(fleet, running, fence: 6, with: keys) == .stale)
        #expect(try await values(fleet, running, fence: 8, with: keys) == .stale)
        for state in ["pending", "offered", "succeeded", "failed", "cancelled", "skipped", "unknown"] {
            _ = try await fleet.store.database.query(
                """
                UPDATE step_run SET state = \(state), finished_at = CASE WHEN \(state) IN ('pending', 'offered') THEN NULL
                                                                         ELSE now() END
                """
            )
            #expect(try await values(fleet, running, with: keys) == .stale, "\(state)")
        }
        let other = AgentIdentity(machineID: try await fleet.machine("web-2"), name: "web-2", epoch: 1)
        let refusal = await #expect(throws: StoreError.self) {
            try await fleet.store.secrets(of: running.step, fence: 7, for: other, with: keys)
        }
        #expect(
            refusal
                == .forbidden(
                    "step \(running.step) is another machine's: machine web-2 does not get its secrets"
                )
        )
        await #expect(throws: StoreError.notFound(what: "step", which: "999")) {
            try await fleet.store.secrets(of: ID(999), fence: 7, for: running.agent, with: keys)
        }
    }

    @Test("Rows that were exchanged, moved or changed in the database open nothing")
    func exchanged() async throws {
        let fleet = try await Fleet()
        let keys = try Self.keys(1)
        let running = try await running(fleet)
        let attacks: [(what: String, sql: SQL)] = [
            (
                "exchanged",
                "UPDATE secret s SET sealed = o.sealed FROM secret o WHERE o.id <> s.id AND o.version = s.version"
            ),
            ("moved", "UPDATE secret SET environment_id = NULL WHERE name = 'TOKEN'"),
            ("renamed", "UPDATE secret SET name = 'OTHER2' WHERE name = 'TOKEN'"),
            ("changed", "UPDATE secret SET sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)"),
        ]
        for (what, sql) in attacks {
            _ = try await fleet.store.database.query("DELETE FROM secret")
            try await fleet.set("TOKEN", in: "production", to: "hunter2hunter2", with: keys)
            try await fleet.set("OTHER", in: "production", to: "correct horse", with: keys)
            _ = try await fleet.store.database.query(sql)
            let error = await #expect(throws: SecretsUnavailable.self, "\(what)") {
                _ = try await values(fleet, running, with: keys)
            }
            guard case .cannotBeOpened(let which) = try #require(error) else {
                Issue.record("\(what): \(String(describing: error))")
                continue
            }
            #expect(which.hasPrefix("secret "), "\(which)")
            #expect(!"\(error.map { "\($0)" } ?? "")".contains("hunter2"))
        }
    }

    @Test(
        "Keys are changed: the new one is put first, everything is sealed anew in batches, and the old one goes"
    )
    func rotation() async throws {
        let fleet = try await Fleet()
        let (old, both, new) = (try Self.keys(1), try Self.keys(2, 1), try Self.keys(2))
        let running = try await running(fleet)
        for index in 0..<5 { try await fleet.set("S\(index)", to: "value number \(index)", with: old) }
        try await fleet.set("NEW", to: "value of the new one", with: both)
        let wanted = StepSecrets.values(
            [
                "S0": "value number 0", "S1": "value number 1", "S2": "value number 2",
                "S3": "value number 3",
                "S4": "value number 4", "NEW": "value of the new one",
            ]
        )
        #expect(try await values(fleet, running, with: both) == wanted)
        try await fleet.store.checkSecretKeys(both)
        await #expect(throws: SecretsUnavailable.unknownKeys(old.ids)) {
            try await fleet.store.checkSecretKeys(new)
        }
        await #expect(throws: SecretsUnavailable.unknownKeys(old.ids)) {
            try await values(fleet, running, with: new)
        }
        await #expect(throws: SecretsUnavailable.unknownKeys((old.ids + new.ids).sorted())) {
            try await fleet.store.checkSecretKeys(nil)
        }
        #expect(try await fleet.store.resealSecrets(with: both, batch: 2) == 5)
        #expect(try await fleet.store.resealSecrets(with: both, batch: 2) == 0)
        try await fleet.store.checkSecretKeys(new)
        #expect(try await values(fleet, running, with: new) == wanted)
        let versions: [Int] = try await fleet.store.database.query("SELECT DISTINCT version FROM secret")
            .map { try $0["version"] }
        #expect(versions == [1])
    }

    @Test("What cannot be opened stops the change of keys at its batch, and nothing is lost")
    func rotationStops() async throws {
        let fleet = try await Fleet()
        let running = try await running(fleet)
        let both = try Self.keys(2, 1)
        try await fleet.set("GOOD", to: "hunter2hunter2", with: try Self.keys(1))
        try await fleet.set("LOST", to: "hunter2hunter2", with: try Self.keys(3))
        await #expect(throws: SecretsUnavailable.unknownKeys(try Self.keys(3).ids)) {
            try await fleet.store.resealSecrets(with: both, batch: 1)
        }
        try await fleet.delete("LOST")
        #expect(try await values(fleet, running, with: both) == .values(["GOOD": "hunter2hunter2"]))
    }

    @Test(
        "A node without keys sets nothing and gives nothing, and says what is missing; without secrets it is no matter"
    )
    func withoutKeys() async throws {
        let fleet = try await Fleet()
        let running = try await running(fleet)
        try await fleet.store.checkSecretKeys(nil)
        #expect(try await values(fleet, running, with: nil) == .values([:]))
        await #expect(throws: SecretsUnavailable.noKeys) {
            try await fleet.set("TOKEN", to: "hunter2hunter2", with: nil)
        }
        try await fleet.set("TOKEN", to: "hunter2hunter2", with: try Self.keys(1))
        await #expect(throws: SecretsUnavailable.noKeys) { try await values(fleet, running, with: nil) }
    }

    @Test("A project has a hundred secrets in one environment, and no more")
    func mostSecrets() async throws {
        let fleet = try await Fleet()
        let keys = try Self.keys(1)
        for index in 0..<Limits.secretsOfOnePlace {
            try await fleet.set("S\(index)", in: "production", to: "12345678", with: keys)
        }
        let error = await #expect(throws: StoreError.self) {
            try await fleet.set("ONE_MORE", in: "production", to: "12345678", with: keys)
        }
        #expect(
            error
                == .conflict("shop has 100 secrets in production, which is the most: delete some first")
        )
        // One that is there, and one for every environment.
        try await fleet.set("S0", in: "production", to: "87654321", with: keys)
        try await fleet.set("ONE_MORE", to: "12345678", with: keys)
    }

    @Test("What a step may get is bounded, whichever was set last, and deleting never makes it too much")
    func mostBytes() async throws {
        let fleet = try await Fleet()
        let keys = try Self.keys(1)
        let large = String(repeating: "x", count: Limits.secretBytes.upperBound)
        try await fleet.set("A", in: "production", to: large, with: keys)
        try await fleet.set("B", in: "production", to: large, with: keys)
        try await fleet.set("C", to: large, with: keys)
        try await fleet.set("A", to: large, with: keys)
        for environment in [nil, "production"] {
            let error = await #expect(throws: StoreError.self) {
                try await fleet.set("D", in: environment, to: "12345678", with: keys)
            }
            #expect(
                error
                    == .conflict(
                        """
                        the secrets of shop in production would have 65544 bytes together, and a step may get 65536: delete \
                        some first
                        """
                    )
            )
        }
        _ = try await fleet.store.database.query("INSERT INTO environment (name) VALUES ('staging')")
        try await fleet.set("D", in: "staging", to: large, with: keys)
    }

    @Test(
        "What is no name and no value is refused, without the value",
        arguments: [
            ("1ST", "hunter2hunter2", "name"), ("TIDEMARK_TOKEN", "hunter2hunter2", "name"),
            ("tidemark_token", "hunter2hunter2", "name"), ("A-B", "hunter2hunter2", "name"),
            ("../A", "hunter2hunter2", "name"), ("", "hunter2hunter2", "name"),
            ("TOKEN", "hunter2", "value"), ("TOKEN", "hunter2hunter2\u{0}", "value"),
        ]
    )
    func invalid(_ name: String, _ value: String, _ field: String) async throws {
        let fleet = try await Fleet()
        let keys = try Self.keys(1)
        let error = await #expect(throws: StoreError.self) {
            try await fleet.set(name, to: value, with: keys)
        }
        guard case .faults(let faults) = try #require(error) else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(faults.map(\.field) == [field])
        #expect(!faults[0].message.contains("hunter2"))
    }

    @Test("With an environment its secrets go: another one of its name has none of them")
    func environmentDeleted() async throws {
        let fleet = try await Fleet()
        let keys = try Self.keys(1)
        try await fleet.set("TOKEN", in: "production", to: "hunter2hunter2", with: keys)
        try await fleet.set("TOKEN", to: "hunter2hunter2", with: keys)
        try await fleet.store.deleteEnvironment("production", force: true, by: .system("test"))
        let left: [String?] = try await fleet.store.database.query(
            "SELECT environment FROM secret_status ORDER BY secret_id"
        ).map { try $0["environment"] }
        #expect(left == [nil])
    }

    @Test("Setting and deleting are events that say who, what and where, and hold no value; nor does any row")
    func told() async throws {
        let fleet = try await Fleet()
        let keys = try Self.keys(1)
        try await fleet.set("TOKEN", in: "production", to: "hunter2hunter2", with: keys)
        try await fleet.set("TOKEN", in: "production", to: "hunter2hunter2", with: keys)
        try await fleet.delete("TOKEN", in: "production")
        let told = try await fleet.store.database.query(
            """
            SELECT e.category, e.actor, p.name AS project, n.name AS environment, e.detail ->> 'version' AS version,
                   e::text LIKE '%hunter2%' AS tells
            FROM event e JOIN project p ON p.id = e.project_id JOIN environment n ON n.id = e.environment_id ORDER BY e.id
            """
        ).map { row in
            let version: String? = try row["version"]
            return try "\(row["category"] as String) \(row["actor"] as String) \(row["project"] as String) "
                + "\(row["environment"] as String) \(version ?? "-") \(row["tells"] as Bool)"
        }
        #expect(
            told == [
                "SecretSet key:test shop production 1 false", "SecretSet key:test shop production 2 false",
                "SecretDeleted key:test shop production - false",
            ]
        )
    }
}

extension Fleet {
    @discardableResult
    func set(
        _ name: String,
        in environment: String? = nil,
        to value: String,
        with keys: SecretKeyRing?
    ) async throws -> Secret {
        try await store.unitOfWork(by: "key:test") { tx, changes in
            try SecretCommands.set(
                .init(project: "shop", environment: environment, name: name),
                to: value,
                with: keys,
                in: tx,
                &changes
            )
        }
    }

    func delete(_ name: String, in environment: String? = nil) async throws {
        try await store.unitOfWork(by: "key:test") { tx, changes in
            try SecretCommands.delete(
                .init(project: "shop", environment: environment, name: name),
                in: tx,
                &changes
            )
        }
    }
}
