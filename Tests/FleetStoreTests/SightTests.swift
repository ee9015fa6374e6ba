import FleetModel
import FleetRules
import FleetStore
import Postgres
import TestSupport
import Testing

/// What is not asked by a route that ends: streams and exports, logs of which somebody sees little, and what becomes of a sight
/// when what it names is deleted.
@Suite(.migratedSchema)
struct SightStoreTests {
    private let store: Store

    init() throws {
        store = Store(database: try TestDatabase.current.database, node: "test-node")
    }

    private static func who(_ grants: Grant...) -> Principal {
        .apiKey(ID(1), name: "half", grants: grants)
    }

    private static let near = who(Grant(.viewer, environments: ["near-env"], projects: ["near-app"]))

    private func messages(_ principal: Principal, from start: EventPosition) async throws -> [String] {
        var position = start
        var messages: [String] = []
        while true {
            let page = try await store.events(after: position, limit: 3, as: principal)
            messages += page.events.map(\.event.message)
            position = page.next
            if !page.isFull { return messages }
        }
    }

    @Test("A stream leaves out what is hidden, and reads on behind it")
    func stream() async throws {
        let start = try await store.currentEventPosition()
        _ = try await DividedFleet(in: store.database)
        let all = try await messages("test", from: start)
        let seen = try await messages(Self.near, from: start)
        #expect(seen == all.filter { !$0.contains("far-") })
        #expect(
            Set(seen) == [
                "failed near-app in near-env", "changed near-env", "changed near-app", "silent in near-env",
                "a node that is near-by",
            ]
        )
        #expect(all.count == 21)
        #expect(try await messages(.nobody, from: start) == ["a node that is near-by"])
    }

    @Test("An export leaves out what is hidden, and does not end at it")
    func export() async throws {
        _ = try await DividedFleet(in: store.database)
        var lines: [String] = []
        var after: Int64 = 0
        while true {
            let page = try await store.exportEvents(
                from: nil,
                before: Instant(microseconds: 32_503_680_000_000_000),
                after: after,
                limit: 3,
                as: Self.near
            )
            if page.isEnd { break }
            lines += page.lines
            after = page.lastID
        }
        #expect(lines.count == 5)
        #expect(!lines.contains { $0.contains("far-") })
    }

    private func events(before: Int64, limit: Int) async throws -> SeenPage<Event> {
        try await store.look(as: Self.near) { tx, seen in
            try EventRows.listNewestFirst(.init(), before: before, limit: limit, seen: seen, in: tx)
        }
    }

    @Test("Between two events that somebody sees there may be more than are looked at for a page")
    func longAway() async throws {
        _ = try await DividedFleet(in: store.database)
        _ = try await store.database.query(
            """
            INSERT INTO event (category, environment_id, actor, node, message)
            SELECT 'MachineHealthy', (SELECT id FROM environment WHERE name = 'far-env'), 'test', 'node', 'hidden'
            FROM generate_series(1, 60000)
            """
        )
        let first = try await events(before: .max, limit: 10)
        #expect(first.items.isEmpty)
        let next = try #require(first.resumesAt)
        let second = try await events(before: next, limit: 10)
        #expect(second.items.count == 5)
        #expect(second.resumesAt == nil)
        // A full page goes on behind its last event, as any does.
        let short = try await events(before: next, limit: 2)
        #expect(short.items.map(\.id) == second.items.prefix(2).map(\.id))
        #expect(short.resumesAt == nil)
        let last = try #require(short.items.last).id.rawValue
        #expect(
            try await events(before: last, limit: 10).items.map(\.id) == second.items.dropFirst(2).map(\.id)
        )
        let oldest = try await store.look(as: Self.near) { tx, seen in
            try EventRows.list(.init(), after: 0, limit: 3, seen: seen, in: tx)
        }
        #expect(oldest.items.map(\.id) == Array(second.items.map(\.id).reversed().prefix(3)))
    }

    @Test("Whoever sees everything reads by the same statement as before, however the places are called")
    func everything() async throws {
        _ = try await DividedFleet(in: store.database)
        for principal in [
            "node:a", Self.who(Grant(.viewer)), Self.who(Grant(.viewer), Grant(.admin, projects: ["x"])),
        ] {
            let seen = try await store.look(as: principal) { _, seen in seen }
            #expect(seen == .everything)
        }
    }

    @Test(
        "A name that stands for nothing any more shows nothing, and one that is given again is another one's"
    )
    func deleted() async throws {
        _ = try await DividedFleet(in: store.database)
        let seen = try await store.look(as: Self.who(Grant(.viewer, environments: ["gone"]))) { _, seen in
            seen
        }
        #expect(seen == (try await store.look(as: .nobody) { _, seen in seen }))
        #expect(seen.environments == [] && seen.projects == [] && seen.places == [])
        #expect(!seen.isEverything)
        _ = try await store.database.query(
            "UPDATE environment SET deleted_at = now() WHERE name = 'near-env'"
        )
        let half = try await store.look(as: Self.who(Grant(.viewer, environments: ["near-env", "far-env"]))) {
            tx,
            seen in
            try MachineRows.list(.init(), after: ID(0), limit: 10, seen: seen, in: tx).map(\.name)
        }
        #expect(half.filter { $0.contains("env") } == ["far-env-machine"])
        // To whoever sees every environment, a deleted one is still one of them.
        let projects = try await store.look(as: Self.who(Grant(.viewer, projects: ["near-app"]))) {
            tx,
            seen in
            try DeploymentRows.list(.init(), before: .max, limit: 10, seen: seen, in: tx).map(\.environment)
        }
        #expect(Set(projects) == ["near-env", "far-env"])
    }

    @Test(
        "What comes before a project may stay when it is hidden, and a cycle is told without what is hidden"
    )
    func order() async throws {
        _ = try await DividedFleet(in: store.database)
        _ = try await store.database.query(
            """
            INSERT INTO project (name, process)
            SELECT v.name, p.process FROM project p, (VALUES ('far-base'), ('near-tool')) v(name) WHERE p.name = 'near-app'
            """
        )
        _ = try await store.database.query(
            """
            INSERT INTO project_after (project_id, after_id)
            SELECT p.id, b.id FROM (VALUES ('near-app', 'far-base'), ('far-base', 'near-tool')) v(project, before)
            JOIN project p ON p.name = v.project JOIN project b ON b.name = v.before
            """
        )
        let half = Self.who(Grant(.admin, projects: ["near-app", "near-tool"]))
        let advice = ": apply it first, or put its document into the same file"
        _ = try await store.apply([OrderedFleet.document("near-app", after: ["far-base"])], by: half)
        await #expect(
            throws: StoreError.faults([
                .init("documents[0].after[1]", "there is no project 'far-app'\(advice)"),
                .init("documents[0].after[2]", "there is no project 'no-such'\(advice)"),
            ])
        ) {
            let wanted = OrderedFleet.document("near-app", after: ["far-base", "far-app", "no-such"])
            _ = try await store.apply([wanted], dryRun: true, by: half)
        }
        await #expect(
            throws: StoreError.faults([
                .init(
                    "documents[0].after",
                    "makes a cycle, in which none could ever be first: "
                        + "near-app comes after near-tool, near-tool comes after near-app"
                )
            ])
        ) {
            _ = try await store.apply([OrderedFleet.document("near-tool", after: ["near-app"])], by: half)
        }
    }

    @Test("A freeze names only what is seen of it")
    func freeze() async throws {
        _ = try await DividedFleet(in: store.database)
        let freezes = try await store.look(as: Self.near) { tx, seen in
            try FreezeRows.list(limit: 10, seen: seen, in: tx)
        }
        #expect(freezes.map(\.name) == ["everywhere", "near-env.near-app"])
        #expect(freezes.map(\.environments) == [["near-env"], ["near-env"]])
        #expect(freezes.map(\.projects) == [["near-app"], ["near-app"]])
    }

    private static let nearOperator = who(Grant(.operator, environments: ["near-env"]))

    @Test(
        "A machine that came from elsewhere does not tell of the runs that it had there",
        arguments: [true, false]
    )
    func moved(seesAll: Bool) async throws {
        _ = try await DividedFleet(in: store.database)
        _ = try await store.database.query(
            """
            UPDATE machine SET environment_id = (SELECT id FROM environment WHERE name = 'near-env')
            WHERE name = 'far-env-machine'
            """
        )
        let asker: Principal = seesAll ? "test" : Self.near
        let machine = try await store.look(as: asker) { tx, seen in
            try MachineRows.find("far-env-machine", seen: seen, in: tx)
        }
        let answer = try await store.explain(try #require(machine).machine, project: "near-app", as: asker)
        let runs = answer.projects.flatMap(\.chain).filter { $0.kind == "run" }
        #expect(runs.count == (seesAll ? 1 : 0))
    }

    @Test("Whoever wants to delete an environment is not told of hidden ones that were made from it")
    func madeFromIt() async throws {
        _ = try await DividedFleet(in: store.database)
        _ = try await store.database.query(
            """
            INSERT INTO ephemeral_environment (environment_id, template_id, expires_at, created_by)
            SELECT far.id, near.id, now() + interval '1 hour', 'test'
            FROM environment far, environment near WHERE far.name = 'far-env' AND near.name = 'near-env'
            """
        )
        for (asker, name) in [
            (Self.nearOperator, "an environment"), (Self.who(Grant(.operator)), "environment far-env"),
        ] {
            let refusal = await #expect(throws: StoreError.self) {
                try await store.deleteEnvironment("near-env", force: false, by: asker)
            }
            #expect(refusal?.description.hasPrefix("\(name) was made from near-env") == true)
        }
    }

    @Test(
        "Whoever may not delete an environment is refused alike, whether there is one and whatever he has read of it"
    )
    func preconditions() async throws {
        _ = try await DividedFleet(in: store.database)
        for condition: ConfigurationCondition in [.tags(["x"]), .absent] {
            var refusals: [String] = []
            for name in ["far-env", "no-env"] {
                let refusal = await #expect(throws: NotAllowed.self) {
                    try await store.deleteEnvironment(
                        name,
                        force: false,
                        if: condition,
                        by: Self.nearOperator
                    )
                }
                refusals.append("\(try #require(refusal))".replacing(name, with: "NAME"))
            }
            #expect(Set(refusals).count == 1, "\(refusals)")
        }
    }

    @Test("A preview neither counts nor tells of what happened to hidden projects on a machine that is seen")
    func preview() async throws {
        _ = try await DividedFleet(in: store.database)
        let document = TriggerDocument(
            project: "near-app",
            name: "drift",
            eventCategories: [.machineDriftDetected],
            environments: ["near-env"]
        )
        let asker = Self.who(Grant(.admin, environments: ["near-env"], projects: ["near-app"]))
        let before = try await store.preview([document], sinceSeconds: 3600, windowSeconds: 60, as: asker)
        for project in ["far-app", "near-app"] {
            _ = try await store.database.query(
                """
                INSERT INTO event (category, machine_id, environment_id, project_id, actor, node, message)
                SELECT 'MachineDriftDetected', m.id, m.environment_id, p.id, 'test', 'node', 'drifted'
                FROM machine m, project p WHERE m.name = 'near-env-machine' AND p.name = \(project)
                """
            )
        }
        let after = try await store.preview([document], sinceSeconds: 3600, windowSeconds: 60, as: asker)
        #expect(after.eventsRead == before.eventsRead + 1)
    }
}
