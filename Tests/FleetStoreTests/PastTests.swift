import FleetModel
import FleetRules
import FleetStore
import Postgres
import TestSupport
import Testing

@Suite(.migratedSchema)
struct PastTests {
    private static let document = TriggerDocument(
        project: "shop",
        name: "arrivals",
        eventGroups: [.machineAvailableForDeployment]
    )

    private func rows(_ fleet: Fleet) async throws -> [Int] {
        try await [
            fleet.count("SELECT count(*) AS n FROM event"), fleet.count("SELECT count(*) AS n FROM decision"),
            fleet.count("SELECT count(*) AS n FROM need"),
            fleet.count("SELECT count(*) AS n FROM project_trigger"),
        ]
    }

    @Test("E2 a preview says what a trigger would have done, as the scan then does it, and writes nothing")
    func preview() async throws {
        let fleet = try await Fleet()
        try await fleet.release("1.4")
        _ = try await fleet.deploy("1.4")
        _ = try await fleet.machine("web-1")
        let gone = try await fleet.machine("gone")
        try await fleet.health(.unavailable, of: gone)
        _ = try await fleet.machine("quiet", health: .unknown)
        let before = try await rows(fleet)
        let preview = try await fleet.store.preview(
            [Self.document],
            sinceSeconds: 3600,
            windowSeconds: 15,
            as: "test"
        )
        #expect(try await rows(fleet) == before)
        let lines = preview.triggers[0].machines
        #expect(lines.map(\.machine) == ["web-1", "gone"])
        #expect(lines.map(\.verdict) == ["deploying", "machineUnavailable"])
        #expect(lines.map(\.deployments) == [1, 0])
        #expect(preview.cutOffAt == nil && preview.notes.count == 1)
        try await fleet.trigger()
        try await fleet.scan()
        let decided = try await fleet.texts(
            """
            SELECT m.name || ' ' || n.verdict AS t FROM need n JOIN machine m ON m.id = n.machine_id ORDER BY m.id
            """
        )
        #expect(decided == lines.map { "\($0.machine) \($0.verdict)" })
    }

    @Test("E2 a preview over more events than it may read says where it was cut off, and looks at the latest")
    func cutOff() async throws {
        let fleet = try await Fleet()
        _ = try await fleet.machine("first")
        for number in 1...4 { _ = try await fleet.machine("web-\(number)") }
        let preview = try await fleet.store.preview(
            [Self.document],
            sinceSeconds: 3600,
            windowSeconds: 15,
            bounds: TriggerPreviewBounds(events: 4),
            as: "test"
        )
        #expect(preview.eventsRead == 4)
        #expect(preview.cutOffAt != nil)
        #expect(preview.notes.contains { $0.hasPrefix("cut off: only the last 4 events were read") })
        #expect(preview.triggers[0].machines.map(\.machine) == ["web-3", "web-4"])
    }

    @Test("E2 a preview of a trigger for what does not exist says so")
    func unknown() async throws {
        let fleet = try await Fleet()
        var document = Self.document
        document.project = "nowhere"
        document.environments = ["mars"]
        let bad = document
        let error = await #expect(throws: StoreError.self) {
            try await fleet.store.preview([bad], sinceSeconds: 60, windowSeconds: 15, as: "test")
        }
        guard case .faults(let faults) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(faults.map(\.field) == ["documents[0].project", "documents[0].environments[0]"])
    }

    private func now(_ fleet: Fleet) async throws -> Instant {
        try await fleet.store.read { try DatabaseClock.now(in: $0) }
    }

    @Test("E3 what was on a machine at a time is told for every time of its life, and for deleted machines")
    func history() async throws {
        let fleet = try await Fleet()
        let start = try await now(fleet)
        try await fleet.trigger()
        try await fleet.release("1.4")
        _ = try await fleet.deploy("1.4")
        let web = try await fleet.machine("web-1")
        try await fleet.scan()
        let joined = try await now(fleet)
        try await fleet.agent(web, "web-1").work()
        let with14 = try await now(fleet)
        try await fleet.release("1.5")
        _ = try await fleet.deploy("1.5")
        try await fleet.agent(web, "web-1").work()
        let with15 = try await now(fleet)
        try await fleet.store.deleteMachine("web-1", ifVersion: nil, by: "key:test")
        let second = try await fleet.machine("web-1")
        func held(_ at: Instant?) async throws -> MachineHistory {
            try await fleet.store.machineHistory("web-1", at: at, limit: 100, as: "test")
        }
        #expect(try await held(start).presence == .notJoinedYet)
        #expect(try await held(joined).releases == [])
        #expect(try await held(with14).releases.map(\.release) == ["1.4"])
        #expect(try await held(with15).releases.map(\.release) == ["1.5"])
        #expect(try await held(with15).releases[0].deploymentID == ID(3))
        #expect(try await held(with14).id == web)
        #expect(try await held(nil).id == second, "the machine that bears the name now")
        let late = try await fleet.store.machineHistory("\(web)", at: nil, limit: 100, as: "test")
        #expect(late.presence == .deleted && late.releases.isEmpty)
        let what = late.entries.map(\.what)
        #expect(
            what.first?.hasPrefix("MachineAdded: ") == true
                && what.last?.hasPrefix("MachineDeleted: ") == true
        )
        #expect(what.contains("1.4 of shop is on it") && what.contains("1.5 of shop is on it"))
        #expect(late.entries.map(\.at) == late.entries.map(\.at).sorted())
        let short = try await fleet.store.machineHistory("\(web)", at: nil, limit: 2, as: "test")
        #expect(short.entries.count == 2 && short.hasEarlier)
    }

    @Test("E3 a release that was begun and did not complete is told as such")
    func incomplete() async throws {
        let fleet = try await Fleet()
        try await fleet.trigger()
        try await fleet.release("1.4")
        _ = try await fleet.deploy("1.4")
        let web = try await fleet.machine("web-1")
        try await fleet.scan()
        try await fleet.agent(web, "web-1").work(.failed)
        let held = try await fleet.store.machineHistory("web-1", at: nil, limit: 10, as: "test").releases
        #expect(held.map(\.release) == [nil] && held.map(\.incomplete) == ["1.4"])
    }
}
