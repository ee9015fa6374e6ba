import FleetModel
import Testing

@testable import SimulatedAgents

@Suite("Simulated agents")
struct SimulatedAgentTests {
    @Test("A simulated agent joins, does what it is given, and says what it has as a real one does")
    func works() async throws {
        let journal = try await Self.simulate { node in
            node.change { $0.offers += [.script("first", id: 1, isLast: false), .script("last", id: 2)] }
            let first = try await node.result(of: 1)
            let last = try await node.result(of: 2)
            #expect(first.inventory.first?.incompleteReleaseID == ID(7))
            #expect(first.inventory.first?.releaseID == nil)
            #expect(last.outcome == .succeeded)
            #expect(
                last.inventory
                    == [.init(project: "shop", releaseID: ID(7), incompleteReleaseID: nil)]
            )
            // It polls again when the last result was acknowledged.
            try await node.wait("what it has") { $0.polls.last?.inventory == last.inventory }
        }
        #expect(journal.starts.map(\.step) == [ID(1), ID(2)])
        #expect(journal.results == 2)
        #expect(journal.waitsForFirstStep.count == 1)
        #expect(journal.startedTwice.isEmpty)
    }

    @Test("Its result is sent again until it is acknowledged, in a new session that says what is in hand")
    func resultIsRepeated() async throws {
        let journal = try await Self.simulate { node in
            node.change { state in
                state.resultStatuses = [500]
                state.offers.append(.script("once", id: 1, fence: 3))
            }
            _ = try await node.result(of: 1)
            #expect(node.now.sessions.last?.journal == [.init(stepRunID: ID(1), fence: 3)])
        }
        #expect(journal.starts.count == 1)
        #expect(journal.failures == 1)
    }

    @Test("A session that a node no longer knows is opened anew")
    func sessionEnds() async throws {
        _ = try await Self.simulate { node in
            try await node.wait("a poll") { !$0.polls.isEmpty }
            node.change { $0.expiredEpoch = 1 }
            try await node.wait("a second session") { $0.sessions.count == 2 }
            #expect(node.now.joins.count == 1)
        }
    }

    @Test("A step that is started a second time is found in the journal, with both of its starts")
    func startedTwice() {
        let journal = SimulatedJournal()
        journal.started(.script("x", id: 1, fence: 1), on: ID(1))
        journal.started(.script("x", id: 2, fence: 1), on: ID(1))
        #expect(journal.startedTwice.isEmpty)
        journal.started(.script("x", id: 1, fence: 2), on: ID(2))
        #expect(journal.startedTwice.keys.map(\.rawValue) == [1])
        #expect(journal.startedTwice[ID(1)]?.map(\.fence) == [1, 2])
    }

    /// Runs one agent against a fake node while `body` runs.
    private static func simulate(
        _ body: @escaping @Sendable (FakeNode) async throws -> Void
    ) async throws -> SimulatedJournal {
        try await FakeNode.serve { node, url in
            let fleet = try SimulatedFleet(.init(urls: [url], token: "t", count: 1))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await fleet.run() }
                defer { group.cancelAll() }
                try await body(node)
            }
            return fleet.journal
        }
    }
}
