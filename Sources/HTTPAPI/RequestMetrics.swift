import HTTPTypes
import Hummingbird
import Synchronization

/// Counts what this node answered, for `/metrics`. Labels are templates of routes and status codes: both are few.
package final class RequestMetrics: Sendable {
    /// From a cached answer to one that is surely too late; seconds.
    private static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    private struct Kind: Hashable {
        let method: String
        let route: String
        let status: Int
    }

    private struct State {
        var answers: [Kind: UInt64] = [:]
        var seconds = MetricsSnapshot.Histogram(bounds: RequestMetrics.bounds)
    }

    private let state = Mutex(State())

    package init() {}

    /// `route` is the template of the route; nil: nothing answers there. `seconds` is nil for what is held on purpose.
    func answered(_ method: String, _ route: String?, status: Int, seconds: Double?) {
        // Who asks for what is not there names neither a route nor a method of ours.
        let kind = Kind(method: route == nil ? "any" : method, route: route ?? "none", status: status)
        state.withLock { state in
            state.answers[kind, default: 0] += 1
            if let seconds { state.seconds.observe(seconds) }
        }
    }

    package var families: [MetricsSnapshot.Family] {
        let (answers, seconds) = state.withLock { ($0.answers, $0.seconds) }
        let samples = answers.map { kind, count in
            MetricsSnapshot.Sample(
                Double(count),
                labels: ["method": kind.method, "route": kind.route, "status": String(kind.status)]
            )
        }
        return [
            MetricsSnapshot.Family(
                "tidemark_http_requests_total",
                help: "Requests that this node answered, by route and status.",
                .counter(samples.sorted { "\($0.labels)" < "\($1.labels)" })
            ),
            MetricsSnapshot.Family(
                "tidemark_http_request_seconds",
                help: "Time from a request to the head of its answer; long polls are left out.",
                .histogram(seconds)
            ),
        ]
    }
}

/// Tells the metrics of every request.
struct RequestMeter: RouterMiddleware {
    typealias Context = APIRequestContext

    let metrics: RequestMetrics

    func handle(
        _ request: Request,
        context: APIRequestContext,
        next: @concurrent (Request, APIRequestContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        let isHeld = context.endpointPath == "/agent/v1/poll"
        metrics.answered(
            request.method.rawValue,
            context.endpointPath,
            status: response.status.code,
            seconds: isHeld ? nil : (ContinuousClock.now - start).inSeconds
        )
        return response
    }
}
