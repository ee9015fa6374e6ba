import HTTPTypes
import Hummingbird
import NIOCore

/// Server-sent events, as the HTML standard §9.2 defines them.
struct ServerSentEvents {
    /// A line nobody reads keeps proxies from closing a quiet connection.
    static let keepAlive = Duration.seconds(15)

    private var writer: any ResponseBodyWriter
    private var lastWrite = ContinuousClock.now

    static func response(_ run: @escaping @concurrent @Sendable (inout ServerSentEvents) async throws -> Void)
        -> Response
    {
        let body = ResponseBody { writer in
            var events = ServerSentEvents(writer: writer)
            try await events.write("retry: 1000\n\n")
            try await run(&events)
            try await events.writer.finish(nil)
        }
        let headers: HTTPFields = [
            .contentType: "text/event-stream", .cacheControl: "no-store", .xAccelBuffering: "no",
        ]
        return Response(status: .ok, headers: headers, body: body)
    }

    private init(writer: any ResponseBodyWriter) {
        self.writer = writer
    }

    /// `data` has no line break: JSON as this node writes it has none.
    static func text(event: String, id: String?, data: String) -> String {
        (id.map { "id: \($0)\n" } ?? "") + "event: \(event)\ndata: \(data)\n\n"
    }

    @concurrent mutating func write(_ text: String) async throws {
        try await writer.write(ByteBuffer(string: text))
        lastWrite = .now
    }

    @concurrent mutating func keepAliveIfQuiet() async throws {
        guard ContinuousClock.now - lastWrite >= Self.keepAlive else { return }
        try await write(": still here\n\n")
    }
}

extension HTTPField.Name {
    static let xAccelBuffering = HTTPField.Name("X-Accel-Buffering") ?? .via
}
