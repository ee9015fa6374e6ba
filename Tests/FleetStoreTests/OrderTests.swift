import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

/// Story A7 at the level of rows, and what an apply makes of an order.
@Suite(.migratedSchema)
struct OrderTests {
    private func machine(_ name: String, in ordered: OrderedFleet) async throws -> (ID<Machine>, TestAgent) {
        let id = try await ordered.fleet.machine(name)
        return (id, ordered.fleet.agent(id, name))
    }

    @Test("A7 on a machine that arrives base comes before app, and app is looked at as soon as base is there")
    func baseBeforeApp() async throws {
        let ordered = try await OrderedFleet([("app", after: ["base"]), ("base", after: [])].reversed())
        let (web, agent) = try await machine("web-1", in: ordered)
        try await ordered.fleet.scan()
        #expect(try await ordered.runs(web) == ["base running"])
        #expect(try await ordered.verdict(web, "app") == "waitingForProject")
        let waits = try await ordered.fleet.count(
            "SELECT count(*) AS n FROM need WHERE closed_at IS NULL AND due_at IS NOT NULL"
        )
        #expect(waits == 0, "nothing is looked at again and again")
        #expect(try await agent.work()?.project == "base")
        try await ordered.fleet.scan()
        #expect(try await ordered.runs(web) == ["base succeeded", "app running"])
        #expect(try await agent.work()?.project == "app")
        try await ordered.fleet.scan()
        #expect(try await ordered.verdict(web, "app") == "upToDate")
        #expect(try await ordered.fleet.count("SELECT count(*) AS n FROM need WHERE closed_at IS NULL") == 0)
    }

    @Test("A7 while base fails app waits, and says for what; once base is given up it still does")
    func baseFails() async throws {
        let ordered = try await OrderedFleet([("base", after: []), ("app", after: ["base"])])
        let (web, agent) = try await machine("web-1", in: ordered)
        for _ in 1...4 {
            try await ordered.fleet.scan()
            try await agent.work(.failed)
            _ = try await ordered.store.database.query(
                "UPDATE run SET finished_at = finished_at - interval '1 hour' WHERE finished_at IS NOT NULL"
            )
            _ = try await ordered.store.database.query(
                "UPDATE need SET due_at = now() WHERE closed_at IS NULL"
            )
        }
        try await ordered.fleet.scan()
        #expect(try await ordered.runs(web).allSatisfy { $0 == "base failed" })
        #expect(try await ordered.verdict(web, "app") == "waitingForProject")
        let reason = try await ordered.reason(web, "app")
        #expect(
            reason?.hasPrefix("project base comes first: its release 1.0 was begun and did not complete: ")
                == true
        )
        let machine = try #require(
            try await ordered.store.read { tx in
                try MachineRows.lock("web-1", seen: .everything, in: tx)?.machine
            }
        )
        let app = try await ordered.store.explain(machine, project: "app", as: "test").projects.first
        #expect(app?.verdict == "waitingForProject")
        #expect(app?.reason == reason)
    }

    @Test(
        "A7 a project that does not apply to the machine keeps nobody waiting, and what comes before it still does"
    )
    func whatAppliesCounts() async throws {
        let ordered = try await OrderedFleet([
            ("base", after: []), ("middle", after: ["base"]), ("app", after: ["middle"]),
        ])
        _ = try await ordered.store.apply([OrderedFleet.trigger("middle", roles: ["db"])], by: "test")
        let (web, agent) = try await machine("web-1", in: ordered)
        try await ordered.fleet.scan()
        #expect(try await ordered.runs(web) == ["base running"])
        try await agent.work()
        try await ordered.fleet.scan()
        #expect(try await ordered.runs(web) == ["base succeeded", "app running"])
    }

    @Test(
        "A7 an order that is taken away, or a trigger that is, lets those that waited go on",
        arguments: [true, false]
    )
    func orderChanges(byOrder: Bool) async throws {
        let ordered = try await OrderedFleet([("base", after: []), ("app", after: ["base"])])
        _ = try await ordered.store.apply([OrderedFleet.trigger("base", enabled: false)], by: "test")
        let (web, _) = try await machine("web-1", in: ordered)
        try await ordered.fleet.scan()
        #expect(try await ordered.verdict(web, "app") == "waitingForProject")
        if byOrder {
            _ = try await ordered.store.apply([OrderedFleet.document("app")], by: "test")
        } else {
            try await ordered.store.deleteTrigger(project: "base", name: "arrivals", by: "test")
        }
        try await ordered.fleet.scan()
        #expect(try await ordered.runs(web) == ["app running"])
    }

    @Test("A rollout of base does not redeploy app, which waits for nothing")
    func rolloutOfBase() async throws {
        let ordered = try await OrderedFleet([("base", after: []), ("app", after: ["base"])])
        let (web, agent) = try await machine("web-1", in: ordered)
        for _ in 1...2 {
            try await ordered.fleet.scan()
            try await agent.work()
        }
        try await ordered.rollOut("base", "2.0")
        try await agent.work()
        for _ in 1...2 { try await ordered.fleet.scan() }
        #expect(try await ordered.runs(web) == ["base succeeded", "app succeeded", "base succeeded"])
    }

    private func faults(
        _ store: Store,
        _ documents: [Document]
    ) async throws -> [StoreError.Fault] {
        do {
            _ = try await store.apply(documents, by: "test")
            return []
        } catch StoreError.faults(let faults) {
            return faults
        }
    }

    @Test("an apply with an unknown project or a cycle is refused, says which, and writes nothing")
    func refused() async throws {
        let ordered = try await OrderedFleet([("base", after: []), ("app", after: ["base"])], settle: false)
        let unknown = try await faults(ordered.store, [OrderedFleet.document("top", after: ["app", "bsae"])])
        #expect(unknown.map(\.field) == ["documents[0].after[1]"])
        #expect(unknown.first?.message.hasPrefix("there is no project 'bsae'") == true)
        let cycle = try await faults(
            ordered.store,
            [OrderedFleet.document("top", after: ["app"]), OrderedFleet.document("base", after: ["top"])]
        )
        #expect(
            cycle == [
                StoreError.Fault(
                    "documents[0].after",
                    "makes a cycle, in which none could ever be first: "
                        + "app comes after base, base comes after top, top comes after app"
                )
            ]
        )
        #expect(try await ordered.fleet.texts("SELECT name AS t FROM project WHERE name = 'top'") == [])
        let app = try await ordered.store.read { tx in try ProjectRows.find("app", in: tx) }
        #expect(app?.after == ["base"])
    }

    @Test("two applies that make a cycle only together: one of them is refused")
    func concurrentApplies() async throws {
        let ordered = try await OrderedFleet([("a", after: []), ("b", after: [])], settle: false)
        let store = ordered.store
        for _ in 1...5 {
            _ = try await store.apply(["a", "b"].map { OrderedFleet.document($0) }, by: "test")
            async let first = faults(store, [OrderedFleet.document("a", after: ["b"])])
            async let second = faults(store, [OrderedFleet.document("b", after: ["a"])])
            let refused = try await [first, second].filter { !$0.isEmpty }
            #expect(refused.count == 1)
            #expect(try await ordered.fleet.count("SELECT count(*) AS n FROM project_after") == 1)
        }
    }

    @Test("an order alone is a change of the project, and the same again is none")
    func orderIsAChange() async throws {
        let ordered = try await OrderedFleet([("base", after: []), ("app", after: [])], settle: false)
        let actions = { (response: APIV1.ApplyResponse) in response.applied.map(\.action) }
        let ordering = [OrderedFleet.document("app", after: ["base"])]
        #expect(actions(try await ordered.store.apply(ordering, dryRun: true, by: "test")) == ["changed"])
        #expect(actions(try await ordered.store.apply(ordering, by: "test")) == ["changed"])
        #expect(actions(try await ordered.store.apply(ordering, by: "test")) == ["unchanged"])
        let events = try await ordered.fleet.count(
            "SELECT count(*) AS n FROM event WHERE category = 'ProjectModified'"
        )
        #expect(events == 1)
    }
}
