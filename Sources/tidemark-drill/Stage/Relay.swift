import NIOCore
import NIOPosix

/// A TCP relay that holds every byte for a while: a database that is far away.
struct Relay: Sendable {
    private let channels: [any Channel]
    /// In the order of the ports that it leads to.
    let ports: [String]

    static func start(to ports: [String], delay: Duration) async throws -> Relay {
        let amount = TimeAmount.nanoseconds(Int64(delay / .nanoseconds(1)))
        var channels: [any Channel] = []
        for port in ports {
            let target = Int(port) ?? 0
            let server = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .childChannelOption(.autoRead, value: false)
                .childChannelInitializer { incoming in
                    ClientBootstrap(group: incoming.eventLoop)
                        .connect(host: "127.0.0.1", port: target)
                        .flatMap { outgoing in
                            incoming.pipeline.addHandler(DelayingHandler(partner: outgoing, delay: amount))
                                .and(
                                    outgoing.pipeline.addHandler(
                                        DelayingHandler(partner: incoming, delay: amount)
                                    )
                                )
                                .flatMap { _ in incoming.setOption(.autoRead, value: true) }
                        }
                }
            channels.append(try await server.bind(host: "0.0.0.0", port: 0).get())
        }
        return Relay(channels: channels, ports: channels.map { "\($0.localAddress?.port ?? 0)" })
    }

    func stop() async {
        for channel in channels { try? await channel.close() }
    }
}

/// Both channels are on one event loop, so what is written later arrives later.
private final class DelayingHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let partner: any Channel
    private let delay: TimeAmount

    init(partner: any Channel, delay: TimeAmount) {
        self.partner = partner
        self.delay = delay
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        let partner = partner
        context.eventLoop.scheduleTask(in: delay) { partner.writeAndFlush(bytes, promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        partner.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
