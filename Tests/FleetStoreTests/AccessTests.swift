import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

/// What commands ask about the thing itself, of somebody whose right is limited to other things.
@Suite(.migratedSchema)
struct AccessTests {
    private typealias Deed = @Sendable (Store, Principal) async throws -> Void

    private static func unit(
        _ body: @escaping @Sendable (borrowing Transaction, inout Changes) throws -> Void
    ) -> Deed {
        { store, principal in try await store.unitOfWork(by: principal, body) }
    }

    /// Two environments and two projects; machine m1, deployment 1, pin 1, circuit 1, quarantine 1, freeze 'calm' and join
    /// token 1 are in production, of shop where they have a project.
    private func fleet() async throws -> Store {
        let fleet = try await Fleet()
        _ = try await fleet.machine("m1")
        try await fleet.release("1.0")
        _ = try await fleet.deploy("1.0", to: ["m1"])
        _ = try await fleet.store.read { tx in
            try tx.run("INSERT INTO environment (name) VALUES ('staging')")
            try tx.run(
                "INSERT INTO project (name, process) VALUES ('mail', \(Fleet.script)::jsonb)"
            )
            try tx.run(
                """
                INSERT INTO pin (project_id, environment_id, release_id, reason, created_by)
                SELECT r.project_id, e.id, r.id, 'why', 'test' FROM release r, environment e WHERE e.name = 'production'
                """
            )
            try tx.run(
                """
                INSERT INTO release_circuit (project_id, environment_id, release_id, failed, tried)
                SELECT r.project_id, e.id, r.id, 1, 1 FROM release r, environment e WHERE e.name = 'production'
                """
            )
            try tx.run(
                """
                INSERT INTO machine_quarantine (machine_id, project_id, release_id, attempts)
                SELECT m.id, r.project_id, r.id, 1 FROM release r, machine m
                """
            )
            try tx.run(
                """
                INSERT INTO join_token (token_hash, prefix, environment_id, roles, created_by, expires_at)
                SELECT decode(repeat('00', 32), 'hex'), 'tmj_x', e.id, '{web}', 'test', now() + interval '1 hour'
                FROM environment e WHERE e.name = 'production'
                """
            )
            try tx.run(
                """
                INSERT INTO project_trigger (project_id, name, event_groups)
                SELECT id, 'arrivals', '{Machine}' FROM project WHERE name = 'shop'
                """
            )
            try tx.run(
                """
                INSERT INTO project_trigger_environment (trigger_id, environment_id)
                SELECT t.id, e.id FROM project_trigger t, environment e WHERE e.name = 'production'
                """
            )
        }
        _ = try await fleet.store.apply(try Self.documents(Self.freeze), by: "test")
        return fleet.store
    }

    private static let freeze = """
        {"kind": "Freeze", "name": "calm", "reason": "why", "environments": ["production"],
         "from": "2035-01-01T00:00:00Z", "to": "2036-01-01T00:00:00Z"}
        """

    private static func documents(_ text: String) throws -> [Document] {
        try DocumentReader.read([try JSONText.decode(JSONValue.self, from: text)])
    }

    private static func apply(_ text: String) -> Deed {
        { store, principal in _ = try await store.apply(try documents(text), by: principal) }
    }

    private static let why = APIV1.ReasonRequest(reason: "why")

    /// What needs a right in production: for shop, or for all projects there.
    private static let deeds: [(name: String, deed: Deed)] = [
        (
            "deploy",
            unit { tx, changes in
                let request = APIV1.DeploymentRequest(
                    project: "shop",
                    release: "1.0",
                    environment: "production",
                    machines: nil
                )
                _ = try DeploymentCommands.create(request, by: changes.actor, in: tx, &changes)
            }
        ),
        ("cancel", unit { tx, changes in _ = try DeploymentCommands.cancel(ID(1), in: tx, &changes) }),
        (
            "mark",
            unit { tx, changes in
                try tx.run("UPDATE deployment SET kind = 'rollout', state = 'failed', finished_at = now()")
                _ = try DeploymentCommands.mark(ID(1), why, by: changes.actor, in: tx, &changes)
            }
        ),
        (
            "retry",
            unit { tx, changes in
                try tx.run("UPDATE run SET state = 'failed', finished_at = now()")
                try tx.run("UPDATE deployment SET state = 'failed', finished_at = now()")
                _ = try DeploymentCommands.retry(ID(1), by: changes.actor, in: tx, &changes)
            }
        ),
        (
            "redeploy",
            unit { tx, changes in
                try tx.run("UPDATE run SET state = 'failed', finished_at = now()")
                try tx.run("UPDATE deployment SET state = 'failed', finished_at = now()")
                _ = try DeploymentCommands.redeploy(ID(1), by: changes.actor, in: tx, &changes)
            }
        ),
        (
            "approve",
            unit { tx, changes in
                let request = APIV1.ApprovalRequest(step: nil, reason: "why")
                do {
                    _ = try ApprovalCommands.decide(
                        ID(1),
                        request,
                        approves: true,
                        by: changes.actor,
                        in: tx,
                        &changes
                    )
                } catch is StoreError {
                    // It waits for nobody: whoever may is told so.
                }
            }
        ),
        (
            "pin",
            unit { tx, changes in
                _ = try PinCommands.create(
                    pin(environment: "production"),
                    by: changes.actor,
                    in: tx,
                    &changes
                )
            }
        ),
        (
            "pin a machine",
            unit { tx, changes in
                _ = try PinCommands.create(pin(machine: "m1"), by: changes.actor, in: tx, &changes)
            }
        ),
        ("unpin", unit { tx, changes in _ = try PinCommands.remove(ID(1), why, in: tx, &changes) }),
        (
            "release a quarantine",
            unit { tx, changes in
                _ = try FailingCommands.release(ID(1), why, in: tx, &changes)
            }
        ),
        (
            "close a circuit",
            unit { tx, changes in
                _ = try FailingCommands.close(ID(1), why, in: tx, &changes)
            }
        ),
        ("change a freeze", apply(freeze.replacing("why", with: "why not"))),
        ("end a freeze", { store, principal in try await store.deleteFreeze("calm", by: principal) }),
        ("move a freeze away", apply(freeze.replacing("production", with: "staging"))),
        (
            "disable a machine",
            { store, principal in
                _ = try await store.changeMachine("m1", MachineChange(enabled: false), by: principal)
            }
        ),
        (
            "move a machine away",
            { store, principal in
                _ = try await store.changeMachine("m1", MachineChange(environment: "staging"), by: principal)
            }
        ),
        ("delete a machine", { store, principal in try await store.deleteMachine("m1", by: principal) }),
        (
            "check a machine",
            unit { tx, changes in
                _ = try HealthCheckRequest.run("m1", by: changes.actor, in: tx, &changes)
            }
        ),
        (
            "take a machine back",
            unit { tx, changes in
                try tx.run("UPDATE machine SET expired_at = now()")
                _ = try CleanupCommands.restore("m1", by: changes.actor, in: tx, &changes)
            }
        ),
        (
            "extend",
            unit { tx, changes in
                do {
                    _ = try EnvironmentCommands.extend("production", bySeconds: 3600, in: tx, &changes)
                } catch is StoreError {
                    // It is static: whoever may is told so.
                }
            }
        ),
        (
            "protect",
            unit { tx, changes in
                do {
                    _ = try EnvironmentCommands.protect("production", true, in: tx, &changes)
                } catch is StoreError {
                    // It is static: whoever may is told so.
                }
            }
        ),
        (
            "delete an environment",
            { store, principal in
                try await store.deleteEnvironment("production", force: true, by: principal)
            }
        ),
        (
            "make a token",
            unit { tx, changes in
                let request = APIV1.TokenRequest(
                    environment: "production",
                    roles: ["web"],
                    ttlSeconds: nil,
                    uses: nil
                )
                _ = try TokenCommand.create(
                    request,
                    secret: SecretToken(random: .join),
                    by: changes.actor,
                    in: tx,
                    &changes
                )
            }
        ),
        ("revoke a token", { store, principal in try await store.revokeToken(1, by: principal) }),
        (
            "change an environment",
            apply(
                #"{"kind": "Environment", "name": "production", "description": "x"}"#
            )
        ),
        (
            "move a trigger away",
            apply(
                """
                {"kind": "Trigger", "name": "arrivals", "project": "shop", "environments": ["staging"],
                 "eventGroups": ["Machine"]}
                """
            )
        ),
        (
            "delete a trigger",
            { store, principal in
                try await store.deleteTrigger(project: "shop", name: "arrivals", by: principal)
            }
        ),
    ]

    private static func pin(environment: String? = nil, machine: String? = nil) -> APIV1.PinRequest {
        APIV1.PinRequest(
            project: "shop",
            release: "1.0",
            environment: environment,
            machine: machine,
            reason: "why",
            once: nil,
            expiresInSeconds: nil
        )
    }

    @Test("What is done to a thing needs a right where the thing is", arguments: deeds.indices)
    func reaches(_ index: Int) async throws {
        let (name, deed) = Self.deeds[index]
        let store = try await fleet()
        for grants in [
            [], [Grant(.viewer)], [Grant(.admin, environments: ["staging"])],
            [Grant(.admin, projects: ["mail"])],
            [Grant(.viewer, environments: ["production"]), Grant(.admin, environments: ["staging"])],
        ] {
            let stranger = Principal.person(ID(1), name: "eve", grants: grants)
            await #expect(throws: NotAllowed.self, "\(name) with \(grants)") {
                try await deed(store, stranger)
            }
        }
        // Both, for what is moved.
        let local = [Grant(.admin, environments: ["production"]), Grant(.admin, environments: ["staging"])]
        try await deed(store, .person(ID(1), name: "ada", grants: local))
    }

    private static let whole: [(name: String, deed: Deed)] = [
        (
            "make an environment",
            unit { tx, changes in
                let request = APIV1.EnvironmentRequest(name: "pr-1", from: "staging", expiresInSeconds: 3600)
                _ = try EnvironmentCommands.create(request, by: changes.actor, in: tx, &changes)
            }
        ),
        (
            "let cleanup go on",
            unit { tx, changes in
                try tx.run(
                    "INSERT INTO cleanup_hold (policy_id, scope, machines, of) SELECT id, 'policy', 1, 1 FROM machine_policy"
                )
                _ = try CleanupCommands.allow(policy: "default", in: tx, &changes)
            }
        ),
        ("apply a new environment", apply(#"{"kind": "Environment", "name": "new"}"#)),
        ("apply a policy", apply(#"{"kind": "MachinePolicy", "name": "default", "description": "x"}"#)),
        (
            "delete a policy",
            { store, principal in
                _ = try? await store.apply(
                    documents(#"{"kind": "MachinePolicy", "name": "odd"}"#),
                    by: "test"
                )
                try await store.deleteMachinePolicy("odd", by: principal)
            }
        ),
        (
            "apply a project",
            apply(
                #"{"kind": "Project", "name": "shop", "process": [{"name": "install", "script": "true"}], "description": "x"}"#
            )
        ),
        (
            "enter a person",
            unit { tx, changes in
                _ = try PersonCommands.create(name: "bob", displayName: "", grants: [], in: tx, &changes)
            }
        ),
        ("make a key", { store, principal in _ = try await store.createAPIKey(name: "new", by: principal) }),
    ]

    @Test("What concerns every place needs a right without limits", arguments: whole.indices)
    func concernsAll(_ index: Int) async throws {
        let (name, deed) = Self.whole[index]
        let store = try await fleet()
        for grants in [
            [Grant(.viewer)], [Grant(.admin, environments: ["staging", "production"])],
            [Grant(.admin, environments: ["staging"], projects: ["shop"])],
        ] {
            let stranger = Principal.person(ID(1), name: "eve", grants: grants)
            await #expect(throws: NotAllowed.self, "\(name) with \(grants)") {
                try await deed(store, stranger)
            }
        }
        try await deed(store, .person(ID(1), name: "ada", grants: [.everything]))
    }

    @Test("A dry run asks as well")
    func dryRun() async throws {
        let store = try await fleet()
        let documents = try Self.documents(#"{"kind": "Environment", "name": "new"}"#)
        let viewer = Principal.person(ID(1), name: "eve", grants: [Grant(.viewer)])
        await #expect(throws: NotAllowed.self) {
            try await store.apply(documents, dryRun: true, by: viewer)
        }
    }
}
