import FleetModel
import FleetRules
import FleetStore
import Postgres
import TestSupport

/// A small fleet in the database of the test, made with plain SQL, and a leader's pen without a lease session.
struct Fleet {
    let store: Store
    let production: ID<Environment>
    let shop: ID<Project>
    let fence = Fence(timeline: "00000001", term: 1)

    static let script = #"[{"name":"install","script":"true"}]"#

    init() async throws {
        let database = try TestDatabase.current.database
        store = Store(database: database, node: "test-node")
        (production, shop) = try await database.transaction { tx in
            try tx.run(
                "UPDATE lease SET term = 1, timeline = '00000001', node = 'test-node', renewed_at = now()"
            )
            let environment = try tx.run("INSERT INTO environment (name) VALUES ('production') RETURNING id")[
                0
            ]
            let project = try tx.run(
                "INSERT INTO project (name, process) VALUES ('shop', \(Self.script)::jsonb) RETURNING id"
            )[0]
            return (try environment["id"], try project["id"])
        }
    }

    /// A person who was entered.
    func setDisabled(_ isDisabled: Bool, _ name: String) async throws {
        try await store.unitOfWork(by: "test") { tx, changes in
            _ = try PersonCommands.setDisabled(isDisabled, name, in: tx, &changes)
        }
    }

    /// A machine that has joined and is Healthy, with the events that a real one leaves.
    func machine(
        _ name: String,
        roles: [String] = ["web"],
        health: MachineHealth = .healthy
    ) async throws -> ID<Machine> {
        let production = production
        return try await store.unitOfWork(by: "test") { tx, changes in
            let row = try tx.run(
                """
                INSERT INTO machine (name, environment_id, roles, health, public_key)
                VALUES (\(name), \(production), \(roles)::text[], 'Unknown', decode(md5(\(name)) || md5('x' || \(name)), 'hex'))
                RETURNING id
                """
            )[0]
            let id: ID<Machine> = try row["id"]
            let subject = EventSubject(machine: id, environment: production)
            changes.post(.machineJoined(subject, name: name, incarnation: 1, tokenPrefix: "tmj_test"))
            if health != .unknown {
                try HealthRows.set(health, of: [id], because: "its agent connected", in: tx, &changes)
            }
            return id
        }
    }

    func health(_ health: MachineHealth, of machine: ID<Machine>) async throws {
        try await store.unitOfWork(by: "test") { tx, changes in
            try HealthRows.set(health, of: [machine], because: "the test says so", in: tx, &changes)
        }
    }

    @discardableResult
    func trigger(
        _ name: String = "arrivals",
        redeploy: Bool = false,
        batch: Trigger.Batch = .init()
    ) async throws -> ID<Trigger> {
        let shop = shop
        return try await store.read { tx in
            let row = try tx.run(
                """
                INSERT INTO project_trigger (project_id, name, event_groups, redeploy, batch_quiet_seconds,
                                             batch_longest_seconds, batch_size)
                VALUES (\(shop), \(name), '{MachineAvailableForDeployment}', \(redeploy), \(batch.quietSeconds),
                        \(batch.longestSeconds), \(batch.size))
                RETURNING id
                """
            )[0]
            return try row["id"]
        }
    }

    func release(_ version: String, process: String = script) async throws {
        let shop = shop
        _ = try await store.read { tx in
            try tx.run(
                """
                INSERT INTO release (project_id, version, process, variables, created_by)
                VALUES (\(shop), \(version), \(process)::jsonb, '{}', 'test')
                """
            )
        }
    }

    func deploy(_ version: String, to machines: [String]? = nil) async throws -> Deployment {
        try await store.unitOfWork(by: "key:test") { tx, changes in
            try DeploymentCommands.create(
                APIV1.DeploymentRequest(
                    project: "shop",
                    release: version,
                    environment: "production",
                    machines: machines
                ),
                by: "key:test",
                in: tx,
                &changes
            )
        }
    }

    /// One whole scan: a tick, and pages until there is nothing left to do.
    @discardableResult
    func scan(limits: ScanLimits = ScanLimits()) async throws -> [Scan.Outcome] {
        let scan = Scan(fence: fence, node: "test-node", limits: limits)
        _ = try await store.database.query(MarkRows.tick(fence))
        var outcomes: [Scan.Outcome] = []
        while outcomes.last?.isComplete != true {
            outcomes.append(
                try await store.unitOfWork(by: "node:test-node") { tx, changes in
                    try scan.page(in: tx, &changes)
                }
            )
            try await store.advance(outcomes.last?.halted ?? [])
        }
        return outcomes
    }

    /// A session in a transaction that has locked the place of `shop` in production, as that of somebody who deploys there.
    func holdPlace() async throws -> Connection {
        let holder = try await Connection.open(TestDatabase.current.configuration, logger: .quiet)
        _ = try await holder.query("BEGIN")
        _ = try await holder.query(
            """
            SELECT pg_advisory_xact_lock(hashtext('tidemark.place.' || current_schema()),
                                         hashtext(\("\(shop)/\(production)")))
            """
        )
        return holder
    }

    func sweep(silenceSeconds: Int = 90) async throws {
        let stuck = try await store.unitOfWork(by: "node:test-node") { tx, changes in
            try Sweep(silenceSeconds: silenceSeconds).run(in: tx, &changes)
        }
        try await store.advance(stuck)
    }

    func agent(_ machine: ID<Machine>, _ name: String, epoch: Int64 = 1) -> TestAgent {
        TestAgent(store: store, identity: AgentIdentity(machineID: machine, name: name, epoch: epoch))
    }

    /// A number that a query gives.
    func count(_ sql: SQL) async throws -> Int {
        try await store.database.query(sql)[0]["n"]
    }

    func texts(_ sql: SQL) async throws -> [String] {
        try await store.database.query(sql).map { try $0["t"] }
    }
}

/// An agent without a process: it says to the store what an agent says to a node.
struct TestAgent {
    let store: Store
    let identity: AgentIdentity

    func offers() async throws -> [AgentV1.Assignment] {
        try await store.waitingWork(for: identity, running: []).assignments
    }

    func accept(_ assignment: AgentV1.Assignment) async throws {
        try await store.acceptStep(assignment.stepRunID, fence: assignment.fence, by: identity)
    }

    @discardableResult
    func finish(
        _ assignment: AgentV1.Assignment,
        _ outcome: AgentV1.Outcome = .succeeded,
        inventory: [AgentV1.InventoryItem]? = nil
    ) async throws -> Bool {
        let has = outcome == .succeeded ? assignment.releaseID : nil
        return try await store.finishStep(
            assignment.stepRunID,
            result: AgentV1.ResultRequest(
                fence: assignment.fence,
                outcome: outcome,
                exitCode: outcome == .succeeded ? 0 : 1,
                message: outcome == .succeeded ? "" : "it did not work",
                logBytes: 0,
                logDroppedBytes: 0,
                inventory: inventory ?? [
                    AgentV1.InventoryItem(
                        project: assignment.project,
                        releaseID: has,
                        incompleteReleaseID: has == nil ? assignment.releaseID : nil
                    )
                ]
            ),
            by: identity
        )
    }

    /// Takes the one step that is offered, and finishes it.
    @discardableResult
    func work(_ outcome: AgentV1.Outcome = .succeeded) async throws -> AgentV1.Assignment? {
        guard let assignment = try await offers().first else { return nil }
        try await accept(assignment)
        try await finish(assignment, outcome)
        return assignment
    }
}
