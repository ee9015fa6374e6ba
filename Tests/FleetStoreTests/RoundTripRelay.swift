import NIOCore
import NIOPosix
import Postgres
import Synchronization
import TestSupport

/// Stands between a session and PostgreSQL, and counts how often the session waited for an answer. It does not ask the program:
/// whenever the server has answered all that it was sent it says ReadyForQuery, and sessions send no more before they have read it.
final class RoundTripRelay: Sendable {
    private let channel: any Channel
    private let answers: Answers

    /// Leads to the database of the test.
    let configuration: ConnectionConfiguration

    fileprivate final class Answers: Sendable {
        let count = Atomic(0)
    }

    static func start() async throws -> RoundTripRelay {
        var configuration = try TestDatabase.current.configuration
        let host = configuration[parameter: "host"] ?? "127.0.0.1"
        let port = configuration[parameter: "port"].flatMap(Int.init) ?? 5432
        let answers = Answers()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { incoming in
                ClientBootstrap(group: incoming.eventLoop).connect(host: host, port: port).flatMap {
                    outgoing in
                    incoming.pipeline.addHandler(Forwarder(to: outgoing))
                        .and(outgoing.pipeline.addHandler(Forwarder(to: incoming, counting: answers)))
                        .flatMap { _ in incoming.setOption(.autoRead, value: true) }
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        configuration[parameter: "host"] = "127.0.0.1"
        configuration[parameter: "port"] = "\(channel.localAddress?.port ?? 0)"
        configuration[parameter: "sslmode"] = "disable"
        configuration[parameter: "gssencmode"] = "disable"
        return RoundTripRelay(channel: channel, answers: answers, configuration: configuration)
    }

    private init(channel: any Channel, answers: Answers, configuration: ConnectionConfiguration) {
        self.channel = channel
        self.answers = answers
        self.configuration = configuration
    }

    /// Since it was started, with the one at the end of each session's beginning.
    var roundTrips: Int { answers.count.load(ordering: .relaxed) }

    func stop() async throws { try await channel.close() }
}

/// Both channels are on one event loop, on which alone it is used.
private final class Forwarder: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer

    private static let readyForQuery = UInt8(ascii: "Z")

    private let partner: any Channel
    private let answers: RoundTripRelay.Answers?
    private var unread = ByteBuffer()

    init(to partner: any Channel, counting answers: RoundTripRelay.Answers? = nil) {
        self.partner = partner
        self.answers = answers
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if let answers {
            var copy = bytes
            unread.writeBuffer(&copy)
            count(in: answers)
        }
        partner.writeAndFlush(bytes, promise: nil)
        bytes.clear()
    }

    /// A message of the server is a letter, its length with the length itself, and that many bytes.
    private func count(in answers: RoundTripRelay.Answers) {
        while let letter: UInt8 = unread.getInteger(at: unread.readerIndex),
            let length: UInt32 = unread.getInteger(at: unread.readerIndex + 1),
            unread.readableBytes > Int(length)
        {
            unread.moveReaderIndex(forwardBy: Int(length) + 1)
            if letter == Self.readyForQuery { answers.count.add(1, ordering: .relaxed) }
        }
        unread.discardReadBytes()
    }

    func channelInactive(context: ChannelHandlerContext) {
        partner.close(promise: nil)
    }
}
