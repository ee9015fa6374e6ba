import FleetModel
import FleetRules
import FleetStore
import Postgres
import TestSupport
import Testing

@Suite(.migratedSchema)
struct ExplainTests {
    private func explain(_ fleet: Fleet, _ name: String) async throws -> ProjectExplanation {
        let found = try await fleet.store.read { try MachineRows.find(name, in: $0) }
        let machine = try #require(found).machine
        return try await fleet.store.explain(machine, project: "shop", as: "test").projects[0]
    }

    private func run(_ fleet: Fleet, _ sql: SQL) async throws {
        _ = try await fleet.store.database.query(sql)
    }

    /// Machines in every state that rows can tell: up to date, being deployed to, failed, gone, off, pinned, without a step.
    private func mixedFleet() async throws -> Fleet {
        let fleet = try await Fleet()
        try await fleet.trigger()
        try await fleet.release("1.4", process: #"[{"name":"install","roles":["web"],"script":"true"}]"#)
        #expect(try await fleet.deploy("1.4").state == .succeeded)
        let good = try await fleet.machine("good")
        let failed = try await fleet.machine("failed")
        _ = try await fleet.machine("db", roles: ["db"])
        try await fleet.scan()
        try await fleet.agent(good, "good").work()
        try await fleet.agent(failed, "failed").work(.failed)
        let gone = try await fleet.machine("gone")
        try await fleet.health(.unavailable, of: gone)
        let off = try await fleet.machine("off")
        try await run(fleet, "UPDATE machine SET enabled = false WHERE id = \(off)")
        try await fleet.release("1.3")
        let pinned = try await fleet.machine("pinned")
        try await run(
            fleet,
            """
            INSERT INTO pin (project_id, machine_id, release_id, reason, created_by)
            SELECT \(fleet.shop), \(pinned), id, 'it breaks on 1.4', 'key:alice' FROM release WHERE version = '1.3'
            """
        )
        try await fleet.scan()
        _ = try await fleet.machine("offered")
        try await fleet.scan()
        // Arrived without an event that fires the trigger.
        _ = try await fleet.machine("quiet", health: .unknown)
        let expired = try await fleet.machine("expired", health: .unknown)
        try await run(fleet, "UPDATE machine SET expired_at = now() WHERE id = \(expired)")
        try await fleet.scan()
        return fleet
    }

    @Test("E1 explain and machine_status give the same answer about every machine of a mixed fleet")
    func sameAnswer() async throws {
        let fleet = try await mixedFleet()
        var verdicts: Set<String> = []
        let rows = try await fleet.store.database.query("SELECT * FROM machine_status ORDER BY machine")
        for row in rows {
            let name: String = try row["machine"]
            let answer = try await explain(fleet, name)
            let told: [String?] = [
                try row["should_be"], try row["is_on_it"], try row["verdict"], try row["source"],
                try row["begun_on_it"],
            ]
            #expect(
                told == [
                    answer.desired, answer.actual, answer.verdict, answer.desiredSource, answer.incomplete,
                ],
                "\(name)"
            )
            #expect(try row["next_look_at"] == answer.nextLookAt, "\(name)")
            #expect(try row["since"] == answer.desiredSince, "\(name)")
            if let reason: String = try row["reason"] { #expect(reason == answer.reason, "\(name)") }
            verdicts.insert(answer.verdict)
        }
        #expect(
            verdicts == [
                "upToDate", "retryLater", "noApplicableStep", "machineUnavailable", "machineDisabled",
                "inFlight",
                "noEventYet", "machineExpired",
            ]
        )
    }

    @Test(
        "E1 explain tells every rule as it stands now, who wants the release, and the chain from the event to the run"
    )
    func whole() async throws {
        let fleet = try await mixedFleet()
        let failed = try await explain(fleet, "failed")
        let rules = try #require(failed.rules)
        #expect(rules.map(\.rule) == NeedRule.allCases.map(\.rawValue))
        let decides = rules.first { $0.standing == .decides }
        #expect(decides?.rule == "retryDue" && decides?.verdict == "retryLater")
        #expect(failed.desiredBy == "key:test" && failed.desiredSource == "rollout")
        #expect(
            failed.desiredReason
                == "1.4 is the last release rolled out to its environment with success (deployment 1)"
        )
        let kinds = failed.chain.compactMap(\.kind)
        #expect(Set(kinds) == ["event", "decision", "run"])
        let opener = try await fleet.texts(
            "SELECT event_id::text AS t FROM need WHERE id = \(failed.needID ?? 0)"
        ).first
        #expect(failed.chain.contains { $0.kind == "event" && "\($0.eventID)" == opener })
        #expect(failed.chain.contains { $0.what.hasPrefix("run of 1.4 in deployment 2 ended as failed") })
        #expect(failed.chain.map(\.at) == failed.chain.map(\.at).sorted())
        let pinned = try await explain(fleet, "pinned")
        #expect(
            pinned.desired == "1.3" && pinned.desiredSource == "machinePin" && pinned.desiredBy == "key:alice"
        )
        #expect(pinned.desiredReason == "the machine is pinned to 1.3: it breaks on 1.4")
        let covered = try await explain(fleet, "quiet")
        #expect(covered.rules?.contains { $0.standing == .decides } == false)
    }

    @Test("E1 the event that opened the need stays in the chain however much happened since")
    func openerStays() async throws {
        let fleet = try await Fleet()
        try await fleet.trigger()
        let web = try await fleet.machine("web-1")
        try await fleet.scan()
        for _ in 1...15 {
            try await fleet.health(.unhealthy, of: web)
            try await fleet.health(.healthy, of: web)
        }
        try await fleet.scan()
        let chain = try await explain(fleet, "web-1").chain
        let opener = try await fleet.texts("SELECT event_id::text AS t FROM need")[0]
        #expect(chain.first.map { "\($0.eventID)" } == opener)
        #expect(chain.count == 21)
        let matches = try await fleet.store.read { tx in
            try DecisionRows.list(
                machine: web,
                project: nil,
                before: .max,
                limit: 100,
                seen: .everything,
                in: tx
            ).items
        }.filter { $0.kind == "match" }
        #expect(matches.last?.verdict == "needOpened" && matches.first?.verdict == "needAlreadyOpen")
        #expect(
            matches.allSatisfy { $0.machine == "web-1" && $0.project == "shop" && $0.trigger == "arrivals" }
        )
    }
}
