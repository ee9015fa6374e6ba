package import FleetModel
import FleetStore
package import Hummingbird
import Logging
import NIOCore

/// What a request carries through the handlers besides itself.
package struct APIRequestContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Where the request came from, as this node sees it: behind a balancer, the balancer.
    package let remote: String
    /// The trace that it belongs to: the sender's, or one that begins with it.
    package internal(set) var trace: TraceParent
    /// Who sent it; set by the route's guard.
    var caller: Caller = .nobody

    package init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        remote = source.channel.remoteAddress.map { $0.ipAddress ?? "unix" } ?? "unknown"
        trace = TraceParent(random: .random(in: .min ... .max), .random(in: .min ... .max), span: Self.span)
    }

    /// Goes on with the sender's trace, if it names one.
    mutating func join(_ header: String?) {
        if let parent = header.flatMap(TraceParent.init) { trace = parent.passed(by: Self.span) }
        logger[metadataKey: "traceID"] = "\(trace.traceID)"
    }

    private static var span: UInt64 { .random(in: 1 ... .max) }

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

    /// The API key that it was sent with; nil: with none.
    var secret: SecretToken? { if case .apiKey(_, let secret) = self { secret } else { nil } }

    /// As events name it.
    var actor: String { principal.actor }
}
