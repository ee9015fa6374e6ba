import FleetModel
import FleetStore
import Foundation
import Postgres
import TestSupport
import Testing

@Suite(.migratedSchema)
struct EventStreamTests {
    private let store: Store

    init() async throws {
        store = Store(database: try TestDatabase.current.database, node: "test-node")
    }

    private func append(_ name: String, in tx: borrowing Transaction) throws {
        try tx.run(
            "INSERT INTO event (category, actor, node, message) VALUES ('NodeStarted', 'test', 'test', \(name))"
        )
    }

    private func drain(_ position: inout EventPosition, limit: Int = 2) async throws -> [String] {
        var messages: [String] = []
        while true {
            let page = try await store.events(after: position, limit: limit, as: "test")
            messages += page.events.map(\.event.message)
            position = page.next
            if !page.isFull { return messages }
        }
    }

    @Test("An event that commits after events with higher ids is sent, once")
    func lateCommit() async throws {
        var position = try await store.currentEventPosition()
        let inserted = Signal<Void>("the late event is inserted")
        let release = DispatchSemaphore(value: 0)
        async let late: Void = store.read { tx in
            try append("late", in: tx)
            inserted.send()
            release.wait()
        }
        try await inserted.wait()
        try await store.read { try append("early", in: $0) }
        #expect(try await drain(&position) == ["early"])
        release.signal()
        try await late
        #expect(try await drain(&position) == ["late"])
        #expect(try await drain(&position) == [])
    }

    @Test("A reader that resumes from any event's position gets exactly the rest")
    func resume() async throws {
        let start = try await store.currentEventPosition()
        for name in ["a", "b", "c", "d", "e"] { try await store.read { try append(name, in: $0) } }
        let page = try await store.events(after: start, limit: 100, as: "test")
        for (index, item) in page.events.enumerated() {
            var position = try #require(EventPosition(text: item.position.text))
            #expect(try await drain(&position) == Array(["a", "b", "c", "d", "e"].dropFirst(index + 1)))
        }
    }
}

@Suite struct EventPositionTests {
    @Test(
        "Text that is no position is refused",
        arguments: [
            "", "x", "1:2", "0:1:", "5:4:", "5:9:4", "5:9:9", "5:9:6,6", "5:9:,6", "1:1:|1:1:|1",
            "1:1:|x|1|1", "1:1:|1:1:|a|1",
        ]
    )
    func unreadable(_ text: String) {
        #expect(EventPosition(text: text) == nil)
    }
}
