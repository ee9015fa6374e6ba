import HTTPTypes
import Hummingbird
import NIOCore

/// Server-sent events, as the HTML standard §9.2 defines them.
struct ServerSentEvents {
    /// A line nobody reads keeps proxies from closing a quiet connection.
    static let keepAlive = Duration.seconds(15)

    static let comment = ": still here\n\n"

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

    /// No event, but an id to come again with.
    static func text(id: String) -> String { "id: \(id)\n\n" }

    @concurrent mutating func write(_ text: String) async throws {
        try await writer.write(ByteBuffer(string: text))
        lastWrite = .now
    }

    var isQuiet: Bool { ContinuousClock.now - lastWrite >= Self.keepAlive }

    @concurrent mutating func keepAliveIfQuiet() async throws {
        guard isQuiet else { return }
        try await write(Self.comment)
    }
}

extension HTTPField.Name {
    static let xAccelBuffering = HTTPField.Name("X-Accel-Buffering") ?? .via
}
