package import FleetModel
import FleetStore
package import Hummingbird

/// The streams as the pages use them: the same as the API's, for somebody whom the pages' own guard let in.
package struct LiveStreams: Sendable {
    /// A stream goes on for so long; the browser comes again by itself, and is asked again who it is.
    private static let longest = Duration.seconds(60)

    private let api: APIContext

    package init(api: APIContext) {
        self.api = api
    }

    /// Every event that `principal` sees, as it commits.
    package func events(
        _ request: Request,
        _ context: APIRequestContext,
        as principal: Principal
    ) async throws -> Response {
        try await EventController(api: api).stream(
            request,
            context,
            for: StillAllowed(principal, api.store),
            until: ContinuousClock.now + Self.longest
        )
    }

    /// What one step of a deployment writes, from a byte on.
    package func log(
        of deployment: ID<Deployment>,
        step: ID<StepRun>,
        from offset: Int64,
        _ request: Request,
        _ context: APIRequestContext,
        as principal: Principal
    ) async throws -> Response {
        let logs = try await api.store.stepLogs(of: deployment, machine: nil, step: nil, as: principal)
        var stream = LogStream(
            api: api,
            deployment: deployment,
            listener: StillAllowed(principal, api.store),
            logger: context.logger
        )
        stream.only = step
        stream.until = ContinuousClock.now + Self.longest
        stream.begin(step, at: offset)
        stream.resume(from: request.headers[.lastEventID], steps: logs)
        return ServerSentEvents.response(stream.run)
    }

    /// The whole log of a step, as text.
    package func wholeLog(
        _ request: Request,
        _ context: APIRequestContext,
        as principal: Principal
    ) async throws -> Response {
        try await DeploymentController(api: api).log(request, context, as: principal)
    }
}

/// What any error is to whoever sent the request, as the API would answer it.
package enum ErrorInWords {
    package static func problem(of error: any Error, requestID: String) -> Problem {
        ErrorAnswers.answer(to: error, requestID: requestID).problem
    }
}
