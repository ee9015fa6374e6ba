import FleetModel
import FleetRules
import Postgres
import TestSupport
import Testing

@testable import FleetStore

/// Two transactions that change the same needs wait for each other in one order, so that neither has to be ended.
@Suite(.migratedSchema)
struct NeedOrderTests {
    /// Three needs whose numbers are in no other order of theirs: neither that of their machines, nor of their runs, nor of when
    /// they are due, nor that in which they lie in the table.
    struct Needs {
        let fleet: Fleet
        /// In the order of their numbers: of the second machine's `shop`, the first one's, and the second one's `mail`.
        let ids: [Int64]
        let machines: [ID<Machine>]
        let runs: [ID<Run>]
        let deployment: ID<Deployment>
        let release: ID<Release>
        let trigger: ID<Trigger>
        let mail: ID<Project>

        init(_ verdict: Verdict) async throws {
            let fleet = try await Fleet()
            let machines = [try await fleet.machine("web-1"), try await fleet.machine("web-2")]
            try await fleet.release("1.0")
            let deployment = try await fleet.deploy("1.0", to: ["web-1", "web-2"]).id
            self.fleet = fleet
            self.machines = machines
            self.deployment = deployment
            trigger = try await fleet.trigger()
            let (shop, database) = (fleet.shop, fleet.store.database)
            mail = try await database.query(
                "INSERT INTO project (name, process) VALUES ('mail', \(Fleet.script)::jsonb) RETURNING id"
            )[0]["id"]
            _ = try await database.query(
                "INSERT INTO project_after (project_id, after_id) VALUES (\(shop), \(mail))"
            )
            let release: ID<Release> = try await database.query("SELECT id FROM release")[0]["id"]
            self.release = release
            ids = try await database.query(
                """
                INSERT INTO need (machine_id, project_id, event_id, verdict, attempts_release_id, due_at, attempts)
                SELECT machine_id, project_id, 1, \(verdict), \(release), now() - make_interval(mins => n::int), 1
                FROM unnest(\([machines[1], machines[0], machines[1]])::bigint[], \([shop, shop, mail])::bigint[])
                     WITH ORDINALITY AS new(machine_id, project_id, n)
                ORDER BY n RETURNING id
                """
            ).map { try $0["id"] }
            _ = try await database.query("UPDATE need SET reason = 'moved' WHERE id = \(ids[0])")
            runs = try await database.query(
                """
                UPDATE run SET need_id = need.id, state = 'succeeded', finished_at = now() FROM need
                WHERE need.machine_id = run.machine_id AND need.project_id = run.project_id RETURNING run.id
                """
            ).map { try $0["id"] }
        }

        func matches() -> [TriggerMatch] {
            machines.map {
                TriggerMatch(
                    eventID: ID(1),
                    triggerID: trigger,
                    projectID: fleet.shop,
                    machineID: $0,
                    redeploy: false,
                    startsAgain: true
                )
            }
        }
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var verdict = Verdict.batching
        let carryOut: @Sendable (Needs, borrowing Transaction) throws -> Void
    }

    static let changes = [
        Change(testDescription: "open") { try NeedRows.open($0.matches(), in: $1) },
        Change(testDescription: "touch machines") {
            try NeedRows.touch(machines: $0.machines, projects: [], in: $1)
        },
        Change(testDescription: "touch projects") {
            try NeedRows.touch(machines: [], projects: [$0.fleet.shop], in: $1)
        },
        Change(testDescription: "touch those not allowed", verdict: .triggerNotAllowed) {
            _ = try NeedRows.touchNotAllowed(in: $1)
        },
        Change(testDescription: "touch a place") {
            try NeedRows.touch(project: $0.fleet.shop, in: $0.fleet.production, in: $1)
        },
        Change(testDescription: "start pairs again") { needs, tx in
            let projects = needs.machines.map { _ in needs.fleet.shop }
            try NeedRows.startAgain(machines: needs.machines, projects: projects, in: tx)
        },
        Change(testDescription: "start a release again") {
            try NeedRows.startAgain(release: $0.release, in: $0.fleet.production, in: $1)
        },
        Change(testDescription: "touch by runs") { try NeedRows.touch(ofRuns: $0.runs, in: $1) },
        Change(testDescription: "give attempts back") {
            try NeedRows.giveBackAttempts(ofSkipped: $0.runs, in: $1)
        },
        Change(testDescription: "satisfy") { try NeedRows.satisfy(by: $0.deployment, in: $1) },
        Change(testDescription: "withdraw") {
            try NeedRows.withdraw(machine: $0.machines[1], because: "of the test", in: $1)
        },
        Change(testDescription: "touch those that wait for a project", verdict: .waitingForProject) {
            try PredecessorRows.touchWaiting(for: [$0.mail], in: $1)
        },
        Change(testDescription: "touch those that wait on a machine", verdict: .waitingForProject) {
            try PredecessorRows.touchWaiting(on: $0.machines, in: $1)
        },
        Change(testDescription: "touch those that wait for a canary", verdict: .waitingForCanary) {
            try CanaryRows.touchWaiting(ofRuns: $0.runs, in: $1)
        },
        Change(testDescription: "touch the frozen", verdict: .environmentFrozen) {
            try FreezeRows.touchFrozen(in: $1)
        },
        Change(testDescription: "lock those that are due, and put them off") { needs, tx in
            let due = try NeedRows.lockDue(limit: 10, in: tx)
            try NeedRows.touch(machines: needs.machines, projects: [], in: tx)
            #expect(due.count == 3)
        },
    ]

    @Test("a statement that changes needs waits for the first before it holds another", arguments: changes)
    func order(_ change: Change) async throws {
        let needs = try await Needs(change.verdict)
        let holder = try await Connection.open(TestDatabase.current.configuration, logger: .quiet)
        _ = try await holder.query("BEGIN")
        _ = try await holder.query("SELECT FROM need WHERE id = \(needs.ids[0]) FOR UPDATE")
        var configuration = try TestDatabase.current.configuration
        // As they lie in the table.
        for kind in ["indexscan", "indexonlyscan", "bitmapscan"] {
            configuration.settings.append(("enable_\(kind)", "off"))
        }
        let changer = try await Connection.open(configuration, logger: .quiet)
        let changed = try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                try await changer.transaction { tx in
                    try change.carryOut(needs, tx)
                    return try tx.run(
                        "SELECT count(*) AS n FROM need WHERE xmin::text = pg_current_xact_id()::text"
                    )[0]["n"]
                }
            }
            try await eventually("the change waits for the first") {
                try await needs.fleet.count(
                    """
                    SELECT count(*) AS n FROM pg_stat_activity
                    WHERE pid = \(changer.backendPID) AND wait_event_type = 'Lock'
                    """
                ) == 1
            }
            // As everybody does who has the first. If the change held one of them the server would end either.
            _ = try await holder.query("SELECT FROM need WHERE id > \(needs.ids[0]) ORDER BY id FOR UPDATE")
            _ = try await holder.query("COMMIT")
            return try await group.next() ?? 0
        }
        #expect(changed >= 2)
        await holder.close()
        await changer.close()
    }
}
