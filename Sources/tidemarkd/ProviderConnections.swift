import FleetClient
import OpenIDConnect
import ServiceLifecycle
import WebUI

/// The connections to the OpenID provider, which end after the server that needs them.
struct ProviderConnections: Service {
    private let client = BoundedClient(program: "tidemarkd")

    func door(_ settings: SignInSettings) -> ProviderDoor {
        ProviderDoor(
            settings.provider,
            publicURL: settings.publicURL,
            transport: HTTPProviderTransport(client)
        )
    }

    func run() async throws {
        try? await gracefulShutdown()
        await client.close()
    }
}
