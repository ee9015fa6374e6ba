import FleetModel
import FleetStore
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Postgres

/// Turns every error into one `application/problem+json` answer, and logs what is the node's own fault.
struct ErrorAnswers: RouterMiddleware {
    typealias Context = APIRequestContext

    let routes: [Route]

    func handle(
        _ request: Request,
        context: APIRequestContext,
        next: @concurrent (Request, APIRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            var answer = answer(to: error, request, context)
            answer.problem.traceID = context.trace.traceID
            if answer.problem.status >= 500 {
                context.logger.log(
                    level: level(of: error, answer.problem),
                    "request failed",
                    metadata: ["path": "\(request.uri.path)", "error": "\(error)"]
                )
            }
            return try Self.response(answer)
        }
    }

    private func level(of error: any Error, _ problem: Problem) -> Logger.Level {
        if error is TooManyArrivals { return .debug }
        return problem.status == 500 ? .error : .warning
    }

    static func response(_ answer: ProblemAnswer) throws -> Response {
        var headers = answer.headers
        headers[.contentType] = "application/problem+json"
        headers[.cacheControl] = "no-store"
        return Response(
            status: HTTPResponse.Status(code: answer.problem.status),
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: try JSONText.encode(answer.problem)))
        )
    }

    private func answer(
        to error: any Error,
        _ request: Request,
        _ context: APIRequestContext
    ) -> ProblemAnswer {
        if let error = error as? HTTPError, error.status == .notFound { return unknownRoute(request) }
        return Self.answer(to: error, requestID: context.requestID)
    }

    /// What any error is to whoever sent the request.
    static func answer(to error: any Error, requestID: String) -> ProblemAnswer {
        switch error {
        case let answer as ProblemAnswer: answer
        case let problem as Problem: ProblemAnswer(problem: problem)
        case let refused as TooManyArrivals: refused.answer
        case let error as StoreError: answer(to: error)
        case let error as NotAllowed: ProblemAnswer(problem: .forbidden(error.description))
        case let error as PasswordsBusy: .unavailable(error.description)
        case let error as SecretsUnavailable:
            ProblemAnswer(problem: Problem(.secretsUnavailable, error.description))
        case let error as DocumentFaults: ProblemAnswer(problem: .invalid(error.faults))
        case let error as IdempotencyKeyReused: ProblemAnswer(problem: .keyReused(error.description))
        case let error as VersionMismatch: ProblemAnswer(problem: .preconditionFailed(error.description))
        case let error as ConfigurationChanged:
            ProblemAnswer(
                problem: .preconditionFailed(error.description),
                headers: error.tag.map { [.eTag: "\"\($0)\""] } ?? [:]
            )
        case let error as PostgresError: answer(to: error, requestID)
        case is NIOTooManyBytesError: ProblemAnswer(problem: .tooLarge(Int64(Limits.bodyBytes)))
        case let error as HTTPError where error.status.code < 500:
            ProblemAnswer(
                problem: Problem(
                    type: ProblemKind.badRequest.type,
                    title: error.status.reasonPhrase,
                    status: error.status.code,
                    detail: error.body ?? "the request cannot be read"
                )
            )
        case is CancellationError: .unavailable("the node is stopping: send the request again")
        default: ProblemAnswer(problem: .inner(requestID: requestID))
        }
    }

    private static func answer(to error: StoreError) -> ProblemAnswer {
        switch error {
        case .notFound(let what, let which): .notFound(error.description, what: what, which: which)
        case .conflict(let text): ProblemAnswer(problem: .conflict(text))
        case .invalid(let field, let text):
            ProblemAnswer(problem: .invalid([Problem.Fault(field: field, message: text)]))
        case .faults(let faults):
            ProblemAnswer(
                problem: .invalid(faults.map { Problem.Fault(field: $0.field, message: $0.message) })
            )
        case .unauthenticated(let text): .unauthenticated(text)
        case .forbidden(let text): ProblemAnswer(problem: .forbidden(text))
        }
    }

    private static func answer(to error: PostgresError, _ requestID: String) -> ProblemAnswer {
        switch error.kind {
        case .commitUnknown:
            .unavailable(
                "the database was lost during the commit: look whether it took effect, or repeat with an Idempotency-Key"
            )
        case .poolTimeout, .poolExhausted:
            .unavailable("the node is overloaded: nothing was done, send the request again")
        case .poolClosed, .cancelled:
            .unavailable("the node is stopping: nothing was done, send the request again")
        case .invalidBind:
            ProblemAnswer(problem: .badRequest("body", "holds the character U+0000, which no text may"))
        default: answer(toServer: error, requestID)
        }
    }

    /// 55P03: a lock was not free in time. 57014: the statement took too long. Neither did anything.
    private static func answer(toServer error: PostgresError, _ requestID: String) -> ProblemAnswer {
        if error.isConnectionProblem {
            return .unavailable("the database cannot be reached: nothing was done, send the request again")
        }
        if error.sqlState == "55P03" || error.sqlState == "57014" || error.isSerializationFailure {
            return .unavailable(
                "something else is being done to the same things: nothing was done, send the request again"
            )
        }
        return ProblemAnswer(problem: .inner(requestID: requestID))
    }

    private func unknownRoute(_ request: Request) -> ProblemAnswer {
        let methods = Set(routes.filter { $0.matches(path: request.uri.path) }.map(\.method.rawValue))
            .sorted()
        guard !methods.isEmpty else {
            return ProblemAnswer(
                problem: .notFound(
                    "there is no route \(request.uri.path.prefix(200)): GET /openapi.json lists them"
                )
            )
        }
        let allowed = methods.joined(separator: ", ")
        return ProblemAnswer(
            problem: Problem(
                .methodNotAllowed,
                "\(request.uri.path.prefix(200)) takes \(allowed), not \(request.method.rawValue)"
            ),
            headers: [.allow: allowed]
        )
    }
}
