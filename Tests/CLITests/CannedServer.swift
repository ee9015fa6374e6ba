import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A real HTTP server on a free port that gives prepared answers and keeps what it was asked.
final class CannedServer: Sendable {
    struct Answer: Sendable {
        var status = 200
        var type = "application/json"
        var body: String
        /// Answers after the first; the last one stays.
        var next: [String] = []
    }

    struct Request: Sendable, Equatable {
        var method: String
        var uri: String
        var headers: [String: String]
        var body: String
    }

    private let answers: Mutex<[String: Answer]>
    private let seen = Mutex<[Request]>([])
    private let channel: any Channel

    /// - Parameter answers: by method and path, such as `GET /api/v1/machines`.
    private init(answers: [String: Answer], channel: any Channel) {
        self.answers = Mutex(answers)
        self.channel = channel
    }

    static func with<Value>(
        _ answers: [String: Answer],
        _ body: (CannedServer) async throws -> Value
    ) async throws -> Value {
        let box = Mutex<CannedServer?>(nil)
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 16)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(
                        CannedHandler { request in box.withLock { $0 }?.answer(request) }
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = CannedServer(answers: answers, channel: channel)
        box.withLock { $0 = server }
        do {
            let value = try await body(server)
            try await channel.close()
            return value
        } catch {
            try? await channel.close()
            throw error
        }
    }

    var url: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    var requests: [Request] { seen.withLock { $0 } }

    fileprivate func answer(_ request: Request) -> Answer {
        seen.withLock { $0.append(request) }
        let key = request.method + " " + String(request.uri.prefix { $0 != "?" })
        return answers.withLock { answers in
            guard let answer = answers[key] else {
                let body =
                    #"{"type":"/problems/not-found","title":"Not found","status":404,"detail":"no \#(key)"}"#
                return Answer(status: 404, type: "application/problem+json", body: body)
            }
            if let next = answer.next.first {
                answers[key]?.body = next
                answers[key]?.next.removeFirst()
            }
            return answer
        }
    }
}

private final class CannedHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let answer: @Sendable (CannedServer.Request) -> CannedServer.Answer?
    private var request: CannedServer.Request?

    init(answer: @escaping @Sendable (CannedServer.Request) -> CannedServer.Answer?) {
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            let headers = Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { $1 }
            request = CannedServer.Request(
                method: head.method.rawValue,
                uri: head.uri,
                headers: headers,
                body: ""
            )
        case .body(let buffer): request?.body += String(buffer: buffer)
        case .end:
            guard let request, let answer = answer(request) else { return }
            let body = ByteBuffer(string: answer.body)
            var head = HTTPResponseHead(
                version: .http1_1,
                status: HTTPResponseStatus(statusCode: answer.status)
            )
            head.headers.add(name: "Content-Type", value: answer.type)
            head.headers.add(name: "Date", value: Samples.httpNow)
            if answer.status != 204 {
                head.headers.add(name: "Content-Length", value: String(body.readableBytes))
            }
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
