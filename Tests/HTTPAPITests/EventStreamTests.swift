import FleetModel
import FleetStore
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import HTTPAPI

@Suite(.migratedSchema)
struct EventStreamTests {
    @Test(
        "A stream in which nothing is seen says at its end where to go on, so that nothing is read over and over"
    )
    func hiddenEvents() async throws {
        let fixture = try await APIFixture()
        _ = try await fixture.store.database.query("INSERT INTO environment (name) VALUES ('near'), ('far')")
        let start = try await fixture.store.currentEventPosition()
        try await hide("first", fixture)
        let grants = [Grant(.viewer, environments: ["near"])]
        let viewer = Principal.person(ID(1), name: "ada", grants: grants)
        let text = try await stream(from: start, for: viewer, fixture)
        #expect(!text.contains("data:"))
        let id = try #require(text.split(separator: "\n").last { $0.hasPrefix("id: ") })
        let position = try #require(
            OpaqueText.decode(String(id.dropFirst(4))).flatMap(EventPosition.init(text:))
        )

        try await hide("second", fixture)
        let read = try await fixture.store.events(
            after: position,
            limit: 10,
            as: .person(ID(2), name: "root", grants: [.everything])
        ).events.map(\.event.message)
        #expect(read == ["second"])
    }

    private func hide(_ message: String, _ fixture: APIFixture) async throws {
        _ = try await fixture.store.database.query(
            """
            INSERT INTO event (category, environment_id, actor, node, message)
            SELECT 'EnvironmentModified', id, 'test', 'test', \(message) FROM environment WHERE name = 'far'
            """
        )
    }

    /// What a stream of a second sends.
    private func stream(
        from start: EventPosition,
        for principal: Principal,
        _ fixture: APIFixture
    ) async throws -> String {
        let stream = EventStream(
            api: fixture.api,
            start: start,
            listener: StillAllowed(principal, fixture.store),
            logger: .quiet,
            until: .now + .milliseconds(500)
        )
        let collected = Collected()
        try await ServerSentEvents.response(stream.run).body.write(Collector(into: collected))
        return collected.text
    }
}

/// What was written to a body.
private final class Collected: Sendable {
    private let state = Mutex("")

    var text: String { state.withLock { $0 } }

    func add(_ buffer: ByteBuffer) { state.withLock { $0 += String(buffer: buffer) } }
}

private struct Collector: ResponseBodyWriter {
    let collected: Collected

    init(into collected: Collected) { self.collected = collected }

    func write(_ buffer: ByteBuffer) async throws { collected.add(buffer) }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
