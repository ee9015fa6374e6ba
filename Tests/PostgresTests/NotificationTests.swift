import TestSupport
import Testing

@testable import Postgres

@Suite(.freshSchema)
struct NotificationTests {
    typealias Element = NotificationStream.Element

    private func stream(_ channels: [String], ping: Duration = .seconds(5)) throws -> NotificationStream {
        var configuration = try TestDatabase.current.configuration
        configuration.applicationName = "\(try TestDatabase.current.name) listener"
        return try NotificationStream(
            configuration,
            channels: channels,
            options: NotificationStream.Options(pingInterval: ping),
            logger: .quiet
        )
    }

    /// Runs `body` while a task listens and passes on what comes.
    private func listening(
        to channels: [String],
        ping: Duration = .seconds(5),
        _ body: (Signal<Element>) async throws -> Void
    ) async throws {
        let stream = try stream(channels, ping: ping)
        let arrivals = Signal("a notification arrives", of: Element.self)
        try await withThrowingTaskGroup { group in
            group.addTask { for await element in stream { arrivals.send(element) } }
            try await body(arrivals)
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    private func notify(_ channel: String, _ payload: String) async throws {
        _ = try await TestDatabase.current.database.query("SELECT pg_notify(\(channel), \(payload))")
    }

    @Test func `Notifications arrive with channel and payload, also on channels with odd names`() async throws
    {
        let name = try TestDatabase.current.name
        let odd = "\(name) \"Odd\"; x"
        try await listening(to: [name, odd]) { arrivals in
            #expect(try await arrivals.wait() == .reconnected)
            try await notify(name, "one")
            #expect(try await arrivals.wait() == .notification(channel: name, payload: "one"))
            try await notify(odd, "")
            #expect(try await arrivals.wait() == .notification(channel: odd, payload: ""))
        }
    }

    @Test func `After its session was ended it listens again and says so`() async throws {
        let name = try TestDatabase.current.name
        try await listening(to: [name]) { arrivals in
            #expect(try await arrivals.wait() == .reconnected)
            _ = try await TestDatabase.current.database.query(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE application_name = \("\(name) listener")
                """
            )
            #expect(try await arrivals.wait() == .reconnected)
            try await notify(name, "again")
            #expect(try await arrivals.wait() == .notification(channel: name, payload: "again"))
        }
    }

    @Test func `Pings find no fault with a connection that is there, and lose no notification`() async throws
    {
        let name = try TestDatabase.current.name
        try await listening(to: [name], ping: .milliseconds(1)) { arrivals in
            #expect(try await arrivals.wait() == .reconnected)
            for number in 0..<300 { try await notify(name, "\(number)") }
            for number in 0..<300 {
                #expect(try await arrivals.wait() == .notification(channel: name, payload: "\(number)"))
            }
        }
    }

    @Test func `When the task is cancelled the stream ends and its session too`() async throws {
        let name = try TestDatabase.current.name
        try await listening(to: [name]) { arrivals in _ = try await arrivals.wait() }
        let database = try TestDatabase.current.database
        try await eventually("the session ended") {
            try await database.query(
                "SELECT 1 FROM pg_stat_activity WHERE application_name = \("\(name) listener")"
            ).isEmpty
        }
    }

    @Test func `A channel name that the server would cut off is refused`() throws {
        #expect(throws: PostgresError.self) { _ = try stream([String(repeating: "x", count: 64)]) }
        #expect(throws: PostgresError.self) { _ = try stream([""]) }
    }
}

struct NotificationBufferTests {
    /// Whatever was dropped, a `.reconnected` is read after its neighbours at the latest.
    @Test(arguments: 0..<30)
    func `A slow consumer learns that something was dropped`(seed: Int) async {
        var random = SplitMix(state: UInt64(seed))
        let size = 4
        var (elements, buffer) = NotificationBuffer.make(size: size)
        var sent = 0
        var read: [NotificationStream.Element] = []
        for _ in 0..<20 {
            let burst = Int.random(in: 1...9, using: &random)
            for _ in 0..<burst {
                buffer.yield(.notification(channel: "c", payload: "\(sent)"))
                sent += 1
            }
            var iterator = elements.makeAsyncIterator()
            for _ in 0..<Int.random(in: 0...min(burst, size), using: &random) {
                if let element = await iterator.next() { read.append(element) }
            }
        }
        buffer.finish()
        for await element in elements { read.append(element) }

        var expected = 0
        var isMarked = false
        var isOwedMark = false
        for element in read {
            guard case .notification(_, let payload) = element, let number = Int(payload) else {
                isMarked = true
                isOwedMark = false
                continue
            }
            if number != expected, !isMarked { isOwedMark = true }
            isMarked = false
            expected = number + 1
        }
        #expect(expected == sent, "the newest are kept")
        #expect(!isOwedMark, "\(read)")
        #expect(read.count < sent + sent / size, "marks are not repeated without need")
    }
}
