import Cluster
import FleetModel
import FleetRules
import FleetStore
import Foundation
import HTTPAPI
import Logging
import Postgres
import ServiceLifecycle
import StructuredLogs
import UnixSignals
import WebUI
import Webhooks

/// Puts a node together. The order of the services is the order in which they start; they stop in the reverse
/// order.
struct Build {
    private static let longestShutdown = Duration.seconds(30)
    private static let databaseConnections = 16

    private let settings: Settings
    private let logger: Logger

    init(_ settings: Settings) {
        self.settings = settings
        logger = settings.database.logFormat.logger("tidemarkd", level: settings.database.logLevel)
    }

    func run() async throws {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: try services().map { .init(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            ).withLongestShutdown(Self.longestShutdown)
        )
        do {
            try await group.run()
        } catch {
            throw AddressInUse(error, address: settings.listen) ?? error
        }
    }

    private func services() throws -> [any Service] {
        let connection = settings.database.connection
        let database = Database(connection, maxConnections: Self.databaseConnections, logger: logger)
        let status = NodeStatus()
        let work = WorkSignals()
        let cluster = ClusterSignals()
        let presence = PresenceBatch()
        let outbox = Announcer.Outbox(work: work, cluster: cluster)
        let store = Store(database: database, node: settings.nodeName, hint: outbox.add)
        let channels = Channels(schema: connection.searchPath ?? "public")
        let scans = ScanMetrics()
        let deliveries = WebhookMetrics()
        let gate = Gate()
        let api = APIContext(
            store: store,
            status: status,
            work: work,
            cluster: cluster,
            presence: presence,
            pollSeconds: settings.pollSeconds,
            silenceSeconds: settings.agentSilenceSeconds,
            limits: settings.limits,
            secretKeys: settings.secretKeys,
            metrics: NodeMetrics(
                database: database,
                store: store,
                status: status,
                work: work,
                scans: scans,
                deliveries: deliveries
            ).snapshot
        )
        let identity = NodeRows.Identity(
            version: Version.current,
            address: settings.listen.description,
            pid: ProcessInfo.processInfo.processIdentifier
        )
        let leader = LeaderContext(
            store: store,
            settings: LeaseSettings(
                ttlMilliseconds: settings.leaseTTLMilliseconds,
                scanInterval: settings.scanInterval,
                scanWake: settings.scanWake,
                agentSilenceSeconds: settings.agentSilenceSeconds
            ),
            status: status,
            cluster: cluster,
            outbox: outbox,
            channels: channels,
            metrics: scans,
            logger: logger
        )
        let version = try Schema.migrator().version
        let provider = ProviderConnections()
        let web = try WebUI(api: api, provider: settings.signIn.map(provider.door))
        let gated: (any Service) -> any Service = { Gated(gate: gate, service: $0) }
        return [
            Startup(
                connection: connection,
                node: settings.nodeName,
                secretKeys: settings.secretKeys,
                status: status,
                gate: gate,
                logger: logger
            ),
            gated(Announcer(outbox: outbox, database: database, channels: channels, logger: logger)),
            gated(
                NotificationRelay(
                    configuration: connection,
                    channels: channels,
                    work: work,
                    cluster: cluster,
                    logger: logger
                )
            ),
            gated(
                Heartbeat(
                    store: store,
                    identity: identity,
                    presence: presence,
                    status: status,
                    work: work,
                    cluster: cluster,
                    logger: logger
                )
            ),
            provider,
            APIServer(
                api,
                pages: { web.routes },
                host: settings.listen.host,
                port: settings.listen.port,
                logger: logger
            ),
            Settling(),
            gated(
                WebhookSender(
                    store: store,
                    guarding: AddressGuard(allowing: settings.webhookAllowPrivate),
                    metrics: deliveries,
                    logger: logger
                )
            ),
            gated(
                Retention(store: store, settings: settings.retention, status: status, logger: logger)
            ),
            gated(Elector(context: leader, configuration: connection, schemaVersion: version)),
            Draining(status: status, work: work, cluster: cluster, logger: logger),
        ]
    }
}

extension ServiceGroupConfiguration {
    fileprivate func withLongestShutdown(_ duration: Duration) -> Self {
        var configuration = self
        configuration.maximumGracefulShutdownDuration = duration
        return configuration
    }
}
