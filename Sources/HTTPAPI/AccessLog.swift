import HTTPTypes
import Hummingbird
import Logging

/// One line for each request, with what tells requests apart and without what is secret: no header, no query,
/// no body.
struct AccessLog: RouterMiddleware {
    typealias Context = APIRequestContext

    func handle(
        _ request: Request,
        context: APIRequestContext,
        next: @concurrent (Request, APIRequestContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        var context = context
        context.join(request.headers[.traceparent])
        var response = try await next(request, context)
        response.headers[.requestID] = context.requestID
        context.logger.log(
            level: level(of: context.endpointPath),
            "request",
            metadata: [
                "method": "\(request.method.rawValue)",
                "path": "\(request.uri.path.prefix(200))",
                "status": "\(response.status.code)",
                "seconds": "\((ContinuousClock.now - start).inSeconds)",
                "remote": "\(context.remote)",
            ]
        )
        return response
    }

    /// Balancers, monitoring and idle agents ask all the time.
    private func level(of path: String?) -> Logger.Level {
        switch path {
        case "/livez", "/readyz", "/leader", "/metrics", "/agent/v1/poll": .debug
        default: .info
        }
    }
}

extension HTTPField.Name {
    static let requestID = HTTPField.Name("X-Request-Id") ?? .via
}

extension Duration {
    /// In seconds, for logs.
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
