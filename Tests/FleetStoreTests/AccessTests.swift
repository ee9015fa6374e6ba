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

    private static func apply(_ text: String) -> Deed {
        { store, principal in _ = try await store.apply(try Fleet.documents(text), by: principal) }
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
                } catch StoreError.conflict {
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
        ("change a freeze", apply(Fleet.freeze.replacing("why", with: "why not"))),
        ("end a freeze", { store, principal in try await store.deleteFreeze("calm", by: principal) }),
        ("move a freeze away", apply(Fleet.freeze.replacing("production", with: "staging"))),
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
        let store = try await Fleet.withThings()
        for (grants, isSeen) in [
            ([], false), ([Grant(.viewer)], true), ([Grant(.admin, environments: ["staging"])], false),
            ([Grant(.admin, projects: ["mail"])], false),
            ([Grant(.viewer, environments: ["production"]), Grant(.admin, environments: ["staging"])], true),
        ] {
            let stranger = Principal.person(ID(1), name: "eve", grants: grants)
            await #expect("\(name) with \(grants)") {
                try await deed(store, stranger)
            } throws: { error in
                // What somebody does not see is not there.
                if !isSeen, let error = error as? StoreError, case .notFound = error { return true }
                return error is NotAllowed
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
                    Fleet.documents(#"{"kind": "MachinePolicy", "name": "odd"}"#),
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
        let store = try await Fleet.withThings()
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
        let store = try await Fleet.withThings()
        let documents = try Fleet.documents(#"{"kind": "Environment", "name": "new"}"#)
        let viewer = Principal.person(ID(1), name: "eve", grants: [Grant(.viewer)])
        await #expect(throws: NotAllowed.self) {
            try await store.apply(documents, dryRun: true, by: viewer)
        }
    }
}
