import FleetStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import TestSupport

/// A receiver of webhooks: real HTTP, which answers as it is told to.
final class TestReceiver: Sendable {
    struct Received: Sendable {
        let path: String
        let headers: HTTPFields
        let body: String

        var id: String { headers[.init("webhook-id") ?? .via] ?? "" }
    }

    enum Answer: Sendable {
        case status(Int, headers: HTTPFields = [:])
        /// None at all until the test is over.
        case hang
        /// A body without end, piece by piece.
        case drip
    }

    let received = Signal("a delivery", of: Received.self)
    /// Never sent: whoever waits for it is cancelled when the test is over.
    private let over = Signal("the end of the test", of: Void.self)
    private struct NoPort: Error {}

    private let bound = Mutex(0)
    private let answers = Mutex<[Answer]>([])
    private let standing = Mutex(Answer.status(204))

    var port: Int { bound.withLock { $0 } }

    /// How the next ones are answered, before the standing answer comes again.
    func answerNext(_ next: [Answer]) {
        answers.withLock { $0 += next }
    }

    func answerAlways(_ answer: Answer) {
        standing.withLock { $0 = answer }
    }

    private func answer() -> Answer {
        answers.withLock { $0.isEmpty ? nil : $0.removeFirst() } ?? standing.withLock { $0 }
    }

    private func handle(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: 1 << 20)
        received.send(
            Received(path: request.uri.path, headers: request.headers, body: String(buffer: body))
        )
        switch answer() {
        case .status(let status, let headers):
            return Response(status: .init(code: status), headers: headers)
        case .hang:
            try await over.wait(within: .seconds(600))
            return Response(status: .ok)
        case .drip:
            return Response(
                status: .ok,
                body: ResponseBody { writer in
                    while !Task.isCancelled {
                        try await writer.write(ByteBuffer(string: "drop"))
                        // The pace is what is tested: no silence is long enough to be taken for the end.
                        try await Task.sleep(for: .milliseconds(20))
                    }
                }
            )
        }
    }

    /// Serves on a free port of 127.0.0.1 while `body` runs.
    static func serve<Value: Sendable>(
        _ body: @escaping @Sendable (TestReceiver) async throws -> Value
    ) async throws -> Value {
        let receiver = TestReceiver()
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let router = Router()
                router.post("**") { request, _ in try await receiver.handle(request) }
                let application = Application(
                    router: router,
                    configuration: .init(address: .hostname("127.0.0.1", port: 0)),
                    onServerRunning: { channel in continuation.yield(channel.localAddress?.port ?? 0) },
                    logger: .quiet
                )
                try await ServiceGroup(services: [application], logger: .quiet).run()
            }
            defer { group.cancelAll() }
            var iterator = ports.makeAsyncIterator()
            guard let port = await iterator.next() else { throw NoPort() }
            receiver.bound.withLock { $0 = port }
            return try await body(receiver)
        }
    }
}
