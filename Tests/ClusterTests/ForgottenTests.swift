import Cluster
import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

@testable import Cluster

@Suite(.migratedSchema)
struct ForgottenTests {
    @Test("the leader finds a machine whose need was deleted, counts it, and opens the need again")
    func leaderHeals() async throws {
        let query = try TestDatabase.current.database.query
        let made: [SQL] = [
            "INSERT INTO environment (name) VALUES ('production')",
            "INSERT INTO project (name, process) VALUES ('shop', '[{\"name\":\"x\",\"script\":\"true\"}]')",
            """
            INSERT INTO release (project_id, version, process, variables, created_by)
            SELECT id, '1.4', process, '{}', 'test' FROM project
            """,
            """
            INSERT INTO environment_release (environment_id, project_id, release_id)
            SELECT e.id, r.project_id, r.id FROM environment e, release r
            """,
            """
            INSERT INTO project_trigger (project_id, name, event_groups)
            SELECT id, 'arrivals', '{MachineAvailableForDeployment}' FROM project
            """,
            """
            INSERT INTO machine (name, environment_id, roles, health, public_key)
            SELECT 'web-1', id, '{web}', 'Healthy', decode(md5('a') || md5('b'), 'hex') FROM environment
            """,
            """
            INSERT INTO decision (kind, event_id, trigger_id, machine_id, project_id, verdict, reason, term, node)
            SELECT 'match', 1, t.id, m.id, t.project_id, 'needOpened', '', 1, 'gone' FROM project_trigger t, machine m
            """,
        ]
        for statement in made { _ = try await query(statement) }
        let node = try TestNode("a", settings: LeaseSettings(scanInterval: .milliseconds(200)))
        try await TestNode.run([node]) {
            try await eventually("the need is open and was decided about") {
                try await query("SELECT count(*) AS n FROM need WHERE verdict = 'deploying'")[0]["n"] == 1
            }
            try await eventually("the next pass finds nothing") { node.metrics.values.forgotten == 0 }
            #expect(node.metrics.values.forgottenInAll == 1)
        }
    }

    @Test("a pass counts over all its looks, and the figure stands until the next pass has found less")
    func passes() {
        var watch = ForgottenWatch()
        let metrics = ScanMetrics()
        let pair = ForgottenNeeds.Pair(machine: "m", project: "p")
        func look(_ found: Int, last: ID<Machine>?) -> Int {
            let look = ForgottenNeeds.Look(healed: Array(repeating: pair, count: found), last: last)
            let pass = watch.looked(look)
            metrics.forgot(found, inPass: pass.found, isWhole: pass.isWhole)
            return metrics.values.forgotten
        }
        #expect([look(1, last: ID(500)), look(2, last: ID(1000)), look(0, last: nil)] == [1, 3, 3])
        #expect(watch.after == nil)
        #expect([look(0, last: ID(500)), look(0, last: nil)] == [3, 0])
        #expect(metrics.values.forgottenInAll == 3)
    }
}
