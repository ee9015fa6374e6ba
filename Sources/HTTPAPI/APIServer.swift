package import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import ServiceLifecycle

/// The HTTP server of a node, as a service.
package struct APIServer: Service {
    /// How long a connection may be silent between requests. Longer than balancers keep theirs, so that it is
    /// they who close.
    private static let idleTimeout = TimeAmount.seconds(120)
    /// Tokens, cursors and ids of streams are the longest headers.
    private static let headerBytes = 32 * 1024

    /// Makes the routes of the pages, which are served beside the API.
    package typealias Pages = @Sendable () -> RouteCollection<APIRequestContext>

    /// What the handlers use.
    let api: APIContext
    private let pages: Pages?
    private let host: String
    private let port: Int
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void

    /// Port 0 lets the system choose; `onListening` is told which.
    package init(
        _ api: APIContext,
        pages: Pages? = nil,
        host: String,
        port: Int,
        logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.api = api
        self.pages = pages
        self.host = host
        self.port = port
        self.logger = logger
        self.onListening = onListening
    }

    package func run() async throws {
        try await application.run()
    }

    package var application: some ApplicationProtocol {
        Application(
            responder: APIRouter.router(api, routes: Routes.all(api), pages: pages?()).buildResponder(),
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    idleTimeout: Self.idleTimeout,
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: Self.headerBytes,
                        maxHeaderListSize: 2 * Self.headerBytes,
                        maxHeaderFieldCount: 100
                    )
                )
            ),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            onServerRunning: { [port, onListening] channel in
                await onListening(channel.localAddress?.port ?? port)
            },
            logger: logger
        )
    }
}
