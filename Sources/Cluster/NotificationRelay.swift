import FleetModel
package import Logging
package import Postgres
import ServiceLifecycle

/// Hears what other nodes announce and wakes those who wait on this one. After every reconnection it wakes everybody:
/// what was announced in between is not known.
package struct NotificationRelay: Service {
    private let configuration: ConnectionConfiguration
    private let channels: Channels
    private let work: WorkSignals
    private let cluster: ClusterSignals
    private let logger: Logger

    package init(
        configuration: ConnectionConfiguration,
        channels: Channels,
        work: WorkSignals,
        cluster: ClusterSignals,
        logger: Logger
    ) {
        var configuration = configuration
        configuration.applicationName += " listener"
        self.configuration = configuration
        self.channels = channels
        self.work = work
        self.cluster = cluster
        self.logger = logger
    }

    package func run() async throws {
        let stream = try NotificationStream(configuration, channels: channels.all, logger: logger)
        await cancelWhenGracefulShutdown {
            for await element in stream {
                switch element {
                case .reconnected:
                    work.fireAll()
                    cluster.fireAll()
                case .notification(channels.events, _): cluster.fire([.events])
                case .notification(channels.lease, _): cluster.fire([.leaseFree])
                case .notification(channels.nodes, _): cluster.fire([.drains])
                case .notification(channels.work, let payload): work.fire(Channels.machines(from: payload))
                case .notification: break
                }
            }
        }
    }
}
