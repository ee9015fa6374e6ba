import FleetModel
import FleetStore
import HTTPAPI
import HTTPTypes
import Hummingbird

/// Coming in and going out.
struct SignInPages: Sendable {
    let web: WebContext

    private struct View {
        let frame: Frame
        let next: String
        let formToken: String
        let problem: String?
    }

    @Sendable func form(_ request: PageRequest) async throws -> Response {
        try page(request, next: request.query("next"), problem: nil, status: .ok)
    }

    @Sendable func signIn(_ request: PageRequest) async throws -> Response {
        let secret = SiteCookie.signIn.value(in: request.request, request.site) ?? ""
        let expected = secret.isEmpty ? "" : FormToken.of(signIn: secret)
        try FormToken.check(request.form[FormToken.field], is: expected, request.request)
        let next = LocalPath.checked(request.form["next"])
        let address = request.request.origin(request.context.remote)
        if let seconds = web.throttle.wait(of: address) {
            var answer = try page(
                request,
                next: next,
                problem: "Too many keys were refused from your address. Try again in \(seconds) s.",
                status: .tooManyRequests
            )
            answer.headers[.retryAfter] = String(seconds)
            return answer
        }
        guard let session = try await web.api.store.signIn(apiKey: request.form["key"] ?? "", remote: address)
        else {
            try await refuse(address)
            return try page(
                request,
                next: next,
                problem: "This API key is not known here, or it was revoked.",
                status: .forbidden
            )
        }
        var answer = Response.seeOther(next)
        answer.headers[values: .setCookie] = [
            SiteCookie.session.header(session.text, request.site),
            SiteCookie.signIn.header(nil, request.site),
        ]
        return answer
    }

    @Sendable func signOut(_ request: PageRequest) async throws -> Response {
        if let session = request.session { try await web.api.store.signOut(session) }
        var answer = Response.seeOther("/sign-in")
        answer.headers[.setCookie] = SiteCookie.session.header(nil, request.site)
        return answer
    }

    private func refuse(_ address: String) async throws {
        guard web.throttle.refused(address) else { return }
        try await web.api.store.recordRefusedSignIn(
            "the API key is not known, or it was revoked",
            remote: address
        )
    }

    private func page(
        _ request: PageRequest,
        next: String?,
        problem: String?,
        status: HTTPResponse.Status
    ) throws -> Response {
        let known = SiteCookie.signIn.value(in: request.request, request.site)
        let secret = known.flatMap { $0.utf8.count == 53 ? $0 : nil } ?? SecretToken(random: .webSession).text
        var answer = try web.templates.page(
            "sign-in",
            View(
                frame: Frame("Sign in", request, web),
                next: LocalPath.checked(next),
                formToken: FormToken.of(signIn: secret),
                problem: problem
            ),
            status: status
        )
        answer.headers[.setCookie] = SiteCookie.signIn.header(secret, request.site)
        return answer
    }
}

/// Where to go after signing in: a path of this site and nothing else.
enum LocalPath {
    static func checked(_ path: String?) -> String {
        guard let path, path.utf8.count <= 2000, path.hasPrefix("/"), !path.hasPrefix("//"),
            path.utf8.allSatisfy({ (33...126).contains($0) && $0 != UInt8(ascii: "\\") })
        else { return "/" }
        return path
    }
}
