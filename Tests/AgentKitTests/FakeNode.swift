import FleetModel
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// A node as the agent sees it: real HTTP, answers from a script. What it was sent can be waited for.
final class FakeNode: Sendable {
    struct State {
        var offers: [AgentV1.Assignment] = []
        var cancellations: [ID<StepRun>] = []
        var accepted: [ID<StepRun>] = []
        var logs: [ID<StepRun>: [UInt8]] = [:]
        var results: [ID<StepRun>: [AgentV1.ResultRequest]] = [:]
        var sessions: [AgentV1.SessionRequest] = []
        var polls: [AgentV1.PollRequest] = []
        var goodbyes = 0
        var secrets: [ID<StepRun>: [String: String]] = [:]
        /// Whose secrets were asked for, under which fence.
        var secretsRequests: [AgentV1.JournalEntry] = []
        /// Statuses with which the next requests for secrets are answered instead of 200.
        var secretsStatuses: [Int] = []
        var checks: [AgentV1.Check] = []
        var checkResults: [AgentV1.CheckResultRequest] = []
        /// Statuses with which the next results of checks are answered instead of 204.
        var checkStatuses: [Int] = []
        var joins: [AgentV1.JoinRequest] = []
        var packages: [String: [UInt8]] = [:]
        /// Ranges that were asked for, "" for none.
        var ranges: [String] = []
        /// Lengths after which the next downloads break off.
        var cuts: [Int] = []
        /// The next downloads have one bit changed.
        var flips = 0
        /// Statuses with which the next results are answered instead of 204.
        var resultStatuses: [Int] = []
        /// Answers every log piece and result with a stale fence.
        var isStale = false
        /// Session tokens up to this number are no longer known.
        var expiredEpoch: Int64 = 0
        var joinStatus = 201
    }

    private let state = Mutex(State())
    private let changes = Mutex<[Int: AsyncStream<Void>.Continuation]>([:])

    func change(_ body: (inout State) -> Void) {
        state.withLock { body(&$0) }
        changes.withLock { for continuation in $0.values { continuation.yield() } }
    }

    var now: State { state.withLock { $0 } }

    struct TimedOut: Error, CustomStringConvertible {
        let description: String
    }

    /// Waits until what was received fulfils `test`.
    func wait(
        _ what: String,
        seconds: Int = 40,
        until test: @escaping @Sendable (State) -> Bool
    ) async throws {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Void.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        let key = Int.random(in: .min ... .max)
        changes.withLock { $0[key] = continuation }
        defer { changes.withLock { $0[key] = nil } }
        continuation.yield()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in stream where test(self.now) { return }
                throw CancellationError()
            }
            group.addTask {
                try await Task.sleep(for: .seconds(seconds))
                throw TimedOut(description: "waited \(seconds) s for: \(what)")
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    func result(of id: Int64 = 1) async throws -> AgentV1.ResultRequest {
        try await wait("the result of step \(id)") { $0.results[ID(id)]?.isEmpty == false }
        guard let result = now.results[ID(id)]?.last else { throw TimedOut(description: "no result") }
        return result
    }

    func log(of id: Int64 = 1) -> String {
        String(decoding: now.logs[ID(id)] ?? [], as: UTF8.self)
    }

    /// Serves on a free port while `body` runs; `body` gets the address.
    static func serve<Value: Sendable>(
        _ body: @escaping @Sendable (FakeNode, String) async throws -> Value
    ) async throws -> Value {
        let node = FakeNode()
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var logger = Logger(label: "fake-node")
                logger.logLevel = .error
                let application = Application(
                    router: node.router(),
                    configuration: .init(address: .hostname("127.0.0.1", port: 0)),
                    onServerRunning: { channel in continuation.yield(channel.localAddress?.port ?? 0) },
                    logger: logger
                )
                let services = ServiceGroup(services: [application], logger: logger)
                try await services.run()
            }
            defer { group.cancelAll() }
            var iterator = ports.makeAsyncIterator()
            guard let port = await iterator.next() else { throw TimedOut(description: "no port") }
            return try await body(node, "http://127.0.0.1:\(port)")
        }
    }
}
