import FleetModel
import HTTPTypes
import Hummingbird
import Logging
import Postgres
import SimulatedAgents
import TestSupport
import Testing

@testable import HTTPAPI

struct ArrivalStateTests {
    private let start = ContinuousClock.now

    @Test("So many are let in, the next when one has ended")
    func bound() {
        var state = ArrivalState(atOnce: 2, now: start)
        #expect(state.begin(now: start) == nil)
        #expect(state.begin(now: start) == nil)
        #expect(state.begin(now: start) != nil)
        state.end(now: start)
        #expect(state.begin(now: start) == nil)
        #expect(state.inHand == 2)
    }

    @Test(
        "The refused are spread over the time that it takes to serve them, within limits",
        arguments: [(10, 0, 1), (10, 20, 2), (10, 100, 10), (10, 9000, 30), (0, 5, 5)]
    )
    func spread(served: Int, refused: Int, seconds: Int) {
        var state = ArrivalState(atOnce: 1, now: start)
        for _ in 0..<served {
            _ = state.begin(now: start)
            state.end(now: start)
        }
        _ = state.begin(now: start)
        for _ in 0..<refused { _ = state.begin(now: start) }
        #expect(state.begin(now: start + .milliseconds(1001)) == seconds)
    }

    @Test("A second without anybody is not counted as the last one")
    func quiet() {
        var state = ArrivalState(atOnce: 1, now: start)
        _ = state.begin(now: start)
        for _ in 0..<50 { _ = state.begin(now: start) }
        #expect(state.begin(now: start + .seconds(60)) == 1)
    }
}

@Suite(.migratedSchema)
struct ArrivalTests {
    private static let agents = 24

    @Test("A fleet that comes at once gets in whole, and opens hardly a session more than it needs")
    func storm() async throws {
        // Fewer places to wait for a connection than agents that poll: polls are refused too.
        let database = Database(
            try TestDatabase.current.configuration,
            maxConnections: 2,
            maxWaiters: 6,
            logger: .quiet
        )
        let fixture = try await APIFixture(pollSeconds: 5, arrivals: Arrivals(atOnce: 4), database: database)
        _ = try await database.query("INSERT INTO environment (name) VALUES ('storm')")
        let token = try await token(of: fixture)
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let server = APIServer(fixture.api, host: "127.0.0.1", port: 0, logger: .quiet) {
            continuation.yield($0)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            defer { group.cancelAll() }
            var iterator = ports.makeAsyncIterator()
            let listening = await iterator.next()
            let port = try #require(listening)
            // Nobody joins until some were refused: however fast the machine is, this is a storm.
            let door = try await Connection.open(TestDatabase.current.configuration, logger: .quiet)
            _ = try await door.query("BEGIN")
            _ = try await door.query("LOCK TABLE machine IN EXCLUSIVE MODE")
            let fleet = try SimulatedFleet(
                .init(urls: ["http://127.0.0.1:\(port)"], token: token, count: Self.agents)
            )
            group.addTask { await fleet.run() }
            try await eventually("some are refused") { fleet.journal.failures > 0 }
            await door.close()
            try await eventually("all have a session, and polls are held", within: .seconds(240)) {
                let open = try await Self.count("SELECT count(*) AS count FROM agent_session")
                return open == Self.agents && fleet.journal.polls >= Self.agents
            }
        }
        #expect(try await Self.count("SELECT count(*) AS count FROM machine") == Self.agents)
        // Each opening of a session leaves its nonce; an answer may be lost with its connection.
        let opened = try await Self.count("SELECT count(*) AS count FROM agent_nonce")
        #expect(opened <= Self.agents * 11 / 10)
        await database.close()
    }

    @Test("Who is refused is told when to come again")
    func refusal() async throws {
        let fixture = try await APIFixture(arrivals: Arrivals(atOnce: 0))
        try await fixture.run { client in
            let answer = try await client.with(bearer: nil).post("/agent/v1/join", "{}")
            #expect(answer.status == 503)
            #expect(answer.problem == "/problems/unavailable")
            #expect(answer.headers[.retryAfter] == "1")
        }
    }

    /// On connections of the test's own: those of the storm's node are taken.
    private static func count(_ sql: SQL) async throws -> Int {
        try await TestDatabase.current.database.query(sql)[0]["count"]
    }

    private func token(of fixture: APIFixture) async throws -> String {
        let held = Held()
        try await fixture.run { client in await held.set(try await client.joinToken("storm")) }
        return await held.text
    }

    private actor Held {
        private(set) var text = ""

        func set(_ new: String) { text = new }
    }
}
