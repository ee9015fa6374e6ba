import FleetModel
import HTTPAPI
import HTTPTypes
import Hummingbird
import Logging

/// Turns errors into pages, and adds to every answer the headers that keep a page to itself.
struct PageErrors: RouterMiddleware {
    typealias Context = APIRequestContext

    let templates: Templates
    let node: String

    private struct View {
        let frame: Frame
        let title: String
        let detail: String
        let status: Int
        let requestID: String
        let isRefusal: Bool
    }

    func handle(
        _ request: Request,
        context: APIRequestContext,
        next: @concurrent (Request, APIRequestContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as SignInFirst {
            response = signInFirst(error, request)
        } catch {
            response = try page(of: error, request, context)
        }
        for (name, value) in PageHeaders.all { response.headers[name] = value }
        return response
    }

    /// Streams cannot follow to a page.
    private func signInFirst(_ error: SignInFirst, _ request: Request) -> Response {
        guard !request.uri.path.hasPrefix("/live/") else { return Response(status: .unauthorized) }
        let next = LocalPath.checked(error.next)
        return .seeOther(next == "/" ? "/sign-in" : Link("/sign-in", [("next", next)]).text)
    }

    private func page(
        of error: any Error,
        _ request: Request,
        _ context: APIRequestContext
    ) throws -> Response {
        let problem = ErrorInWords.problem(of: error, requestID: context.requestID)
        if problem.status >= 500 {
            context.logger.error(
                "page failed",
                metadata: ["path": "\(request.uri.path)", "error": "\(error)"]
            )
        }
        let view = View(
            frame: Frame(bare: problem.title, node: node),
            title: problem.title,
            detail: problem.detail,
            status: problem.status,
            requestID: context.requestID,
            isRefusal: problem.status == 403
        )
        var answer = try templates.page("error", view, status: HTTPResponse.Status(code: problem.status))
        answer.headers[.retryAfter] = problem.retryAfterSeconds.map { String($0) }
        return answer
    }
}

/// What every answer of the pages carries.
enum PageHeaders {
    static let all: [(HTTPField.Name, String)] = [
        (
            .contentSecurityPolicy,
            """
            default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
            form-action 'self'; base-uri 'none'; frame-ancestors 'none'
            """
        ),
        (.xContentTypeOptions, "nosniff"),
        // Not "no-referrer": browsers would then hide where a form comes from, from us too.
        (HTTPField.Name("Referrer-Policy") ?? .via, "same-origin"),
        (HTTPField.Name("Cross-Origin-Opener-Policy") ?? .via, "same-origin"),
        (HTTPField.Name("X-Frame-Options") ?? .via, "DENY"),
    ]
}
