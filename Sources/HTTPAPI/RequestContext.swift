import FleetModel
import FleetStore
package import Hummingbird
import Logging
import NIOCore

/// What a request carries through the handlers besides itself.
package struct APIRequestContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Where the request came from, as this node sees it: behind a balancer, the balancer.
    package let remote: String
    /// Who sent it; set by the route's guard.
    var caller: Caller = .nobody

    package init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        remote = source.channel.remoteAddress.map { $0.ipAddress ?? "unix" } ?? "unknown"
    }

    /// Names the request in logs and answers; a logger that keeps no metadata knows none.
    package var requestID: String { logger[metadataKey: "hb.request.id"].map { "\($0)" } ?? "-" }

    package var maxUploadSize: Int { Limits.bodyBytes }
}

/// Who sent a request.
enum Caller: Sendable, Equatable {
    case nobody
    /// The secret is kept for the request: what is derived from it can be repeated.
    case apiKey(Principal, secret: SecretToken)
    case agent(AgentIdentity)

    /// On whose behalf it is handled.
    var principal: Principal {
        switch self {
        case .nobody: .nobody
        case .apiKey(let principal, _): principal
        case .agent(let identity): identity.principal
        }
    }

    /// As events name it.
    var actor: String { principal.actor }
}
