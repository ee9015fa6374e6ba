import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

/// How far back a preview reads in a log of any length.
@Suite(.migratedSchema)
struct TriggerPreviewBoundsTests {
    private static let document = TriggerDocument(
        project: "shop",
        name: "arrivals",
        eventGroups: [.machineAvailableForDeployment]
    )

    /// Six machines that were added and then found healthy, which alone matters, and three events between the fourth and the
    /// fifth that concern none.
    private func fleet() async throws -> Fleet {
        let fleet = try await Fleet()
        for number in 1...4 { _ = try await fleet.machine("web-\(number)") }
        _ = try await fleet.store.database.query(
            """
            INSERT INTO event (category, actor, node, message)
            SELECT 'ReleaseCreated', 'test', 'test-node', 'release ' || n FROM generate_series(1, 3) n
            """
        )
        for number in 5...6 { _ = try await fleet.machine("web-\(number)") }
        return fleet
    }

    private func preview(_ fleet: Fleet, _ bounds: TriggerPreviewBounds) async throws -> TriggerPreview {
        try await fleet.store.preview(
            [Self.document],
            sinceSeconds: 3600,
            windowSeconds: 15,
            bounds: bounds,
            as: "test"
        )
    }

    /// When the event that stands this far from the end of the log happened.
    private func time(_ position: Int, _ fleet: Fleet) async throws -> Instant {
        try await fleet.store.database.query(
            "SELECT occurred_at FROM event ORDER BY id DESC OFFSET \(position - 1) LIMIT 1"
        )[0]["occurred_at"]
    }

    @Test(
        "After enough events that matter no further page is read; what does not matter does not count, and it is said"
    )
    func matters() async throws {
        let fleet = try await fleet()
        // Pages of three, the newest first: two that matter; none; one, with which there are enough.
        let preview = try await preview(fleet, TriggerPreviewBounds(matters: 3, page: 3))
        #expect(preview.triggers[0].machines.map(\.machine) == ["web-4", "web-5", "web-6"])
        #expect(preview.triggers[0].machineCount == 3)
        #expect(preview.eventsRead == 6)
        #expect(preview.cutOffAt == (try await time(9, fleet)))
        let note = try #require(preview.notes.first { $0.hasPrefix("cut off: ") })
        #expect(note.hasPrefix("cut off: only the last 9 events were read, so nothing before "))
    }

    @Test("With exactly enough the page that brought them is the last", arguments: [(2, 1), (3, 3), (4, 4)])
    func enough(_ matters: Int, _ pages: Int) async throws {
        let fleet = try await fleet()
        let preview = try await preview(fleet, TriggerPreviewBounds(matters: matters, page: 3))
        #expect(preview.cutOffAt == (try await time(pages * 3, fleet)))
        #expect(preview.notes.contains { $0.hasPrefix("cut off: only the last \(pages * 3) events") })
    }

    @Test("However short the pages are, the same is told if nothing is cut off", arguments: [1, 2, 5, 100])
    func pages(_ page: Int) async throws {
        let fleet = try await fleet()
        let preview = try await preview(fleet, TriggerPreviewBounds(page: page))
        #expect(preview.triggers[0].machines.map(\.machine) == (1...6).map { "web-\($0)" })
        #expect(preview.eventsRead == 12)
        #expect(preview.cutOffAt == nil && preview.notes.count == 1)
    }

    @Test("No more events are read than may be, whatever the page")
    func events() async throws {
        let fleet = try await fleet()
        let preview = try await preview(fleet, TriggerPreviewBounds(events: 8, page: 3))
        #expect(preview.cutOffAt == (try await time(8, fleet)))
        #expect(preview.eventsRead == 5)
        #expect(preview.notes.contains { $0.hasPrefix("cut off: only the last 8 events") })
    }

    @Test("Machines beyond those that are told of one by one are counted")
    func machines() async throws {
        let fleet = try await fleet()
        let preview = try await preview(fleet, TriggerPreviewBounds(machines: 2))
        #expect(preview.triggers[0].machines.map(\.machine) == ["web-1", "web-2"])
        #expect(preview.triggers[0].machineCount == 6)
        #expect(preview.triggers[0].matches == 6)
    }
}
