import FleetModel
import FleetStore
import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import WebUI

/// What the first page says of the fleet.
@Suite(.migratedSchema)
struct DashboardPageTests {
    @Test("The dashboard names all that waits for somebody, and nothing that goes on by itself")
    func attention() async throws {
        let fixture = try await WebFixture()
        try await fixture.sampleFleet()
        _ = try await fixture.store.database.query(
            """
            INSERT INTO deployment_gate (deployment_id, step_index, step_name, kind, state)
            SELECT id, 0, 'look', 'manual', 'waiting' FROM deployment WHERE state = 'running'
            """
        )
        _ = try await fixture.store.database.query(
            """
            INSERT INTO cleanup_hold (policy_id, scope, machines, of)
            SELECT id, 'policy', 3, 4 FROM machine_policy WHERE name = 'default'
            """
        )
        _ = try await fixture.store.database.query(
            """
            INSERT INTO need (machine_id, project_id, event_id, verdict)
            SELECT m.id, p.id, 1, v.verdict FROM (VALUES ('web-1', 'quarantined'), ('web-2', 'batching')) v(machine, verdict)
            JOIN machine m ON m.name = v.machine JOIN project p ON p.name = 'shop'
            """
        )
        func items() async throws -> [AttentionRows.Item] {
            try await fixture.store.read { try AttentionRows.list(limit: 10, seen: .everything, in: $0) }
        }
        let found = try await items()
        #expect(found.count == 4)
        guard case .approval(let waiting) = found[0], case .rolloutFailed(let failed) = found[2] else {
            Issue.record("\(found)")
            return
        }
        #expect([waiting.release, failed.release] == ["1.0", "1.1"])
        #expect(found[1] == .cleanupHeld(policy: "default", machines: 3))
        let given = AttentionRows.Item.needs(
            project: "shop",
            environment: "production",
            verdict: "quarantined",
            machines: 1
        )
        #expect(found[3] == given)
        try await fixture.run { browser in
            try await browser.signIn(fixture.key.text)
            let page = try await browser.get("/")
            #expect(page.text.contains(#"<a href="/deployments/\#(failed.deployment)">deployment"#))
            #expect(page.text.contains("of shop 1.1 to production"))
        }
        // A person says that it counts as a success.
        _ = try await fixture.store.database.query(
            "UPDATE environment_release er SET release_id = d.release_id FROM deployment d WHERE d.state = 'failed'"
        )
        #expect(try await items().count == 3)
    }

    @Test("An environment that was deleted is no column of the dashboard, and no choice in any list")
    func deleted() async throws {
        let fixture = try await WebFixture()
        try await fixture.sampleFleet()
        _ = try await fixture.store.database.query(
            "UPDATE environment SET deleted_at = now(), name = 'staging.deleted.1' WHERE name = 'staging'"
        )
        try await fixture.run { browser in
            try await browser.signIn(fixture.key.text)
            for path in ["/", "/join", "/freezes", "/environments", "/projects/shop/triggers"] {
                let page = try await browser.get(path)
                #expect(page.text.contains("production"), "\(path)")
                // As a column, a choice of a list, and a box to tick.
                for mark in [
                    ">staging.deleted.1</a>", "value=\"staging.deleted.1\"", "environment.staging.deleted.1",
                ] {
                    #expect(!page.text.contains(mark), "\(mark) in \(path)")
                }
            }
        }
    }

    @Test("The dashboard counts as desired_release and the agents say, with pins and circuits too")
    func counts() async throws {
        let fixture = try await WebFixture()
        try await fixture.sampleFleet()
        _ = try await fixture.store.database.query(
            """
            INSERT INTO pin (project_id, machine_id, release_id, reason, created_by)
            SELECT r.project_id, m.id, r.id, 'to try', 'test' FROM release r, machine m
            WHERE r.version = '1.1' AND m.name = 'web-2'
            """
        )
        let expected: SQL = """
            SELECT count(*) FILTER (WHERE d.release_id = mr.actual_release_id) AS count
            FROM machine m JOIN project p ON p.name = 'shop'
            CROSS JOIN LATERAL desired_release(m.id, m.environment_id, p.id) d
            LEFT JOIN machine_release mr ON mr.machine_id = m.id AND mr.project_id = p.id
            WHERE m.roles @> '{web}'
            """
        func shown() async throws -> (Int, Int) {
            try await fixture.store.read { tx in
                let projects = try DashboardRows.projects(
                    after: "",
                    search: "shop",
                    limit: 5,
                    seen: .everything,
                    in: tx
                )
                let environments = try DashboardRows.environments(
                    only: "production",
                    limit: 5,
                    seen: .everything,
                    in: tx
                )
                let cells = try DashboardRows.cells(
                    projects: projects.map(\.id),
                    environments: environments.map(\.id),
                    seen: .everything,
                    in: tx
                )
                return (cells[0].upToDate, cells[0].machines)
            }
        }
        #expect(try await fixture.count(expected) == 2)
        #expect(try await shown() == (2, 3))
        _ = try await fixture.store.database.query(
            """
            INSERT INTO release_circuit (project_id, environment_id, release_id, failed, tried, fallback_release_id)
            SELECT er.project_id, er.environment_id, er.release_id, 1, 1, f.id FROM environment_release er, release f
            WHERE f.version = '1.1'
            """
        )
        _ = try await fixture.store.database.query("UPDATE pin SET ended_at = now(), end_reason = 'removed'")
        #expect(try await fixture.count(expected) == 2)
        #expect(try await shown() == (2, 3))
    }
}
