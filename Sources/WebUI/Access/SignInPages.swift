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
        let provider: Way?
    }

    /// To an OpenID provider.
    private struct Way {
        let name: String
        let href: String
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
        let proof = Proof(request.form)
        let counted = [address] + proof.counted
        if let answer = try tooMany(counted, request, next: next) { return answer }
        let session: SecretToken
        switch try await proof.open(web.api, remote: address) {
        case .opened(let secret): session = secret
        case .refused(let why):
            try await refuse(counted, why, remote: address)
            return try page(request, next: next, problem: proof.problem, status: .forbidden)
        }
        return entered(session, request, next: next)
    }

    @Sendable func signOut(_ request: PageRequest) async throws -> Response {
        let cookie = SiteCookie.session.value(in: request.request, request.site) ?? ""
        var there: String?
        if let session = request.session { there = try await web.api.store.signOut(session, cookie) }
        var answer = try there.flatMap(leave) ?? .seeOther("/sign-in")
        answer.headers[.setCookie] = SiteCookie.session.header(nil, request.site)
        return answer
    }

    /// Sends the browser on to the provider, by a page and not by a redirect: `form-action` holds for all redirects after a
    /// form, and where a provider sends browsers on to is not known here. The page also says what to do when nobody is there.
    private func leave(_ address: String) throws -> Response? {
        guard let provider = web.provider, provider.isToldOfSignOut else { return nil }
        struct View {
            let frame: Frame
            let provider: Way
        }
        let frame = Frame(bare: "Signed out", node: web.api.store.node)
        let way = Way(name: provider.label, href: address)
        var answer = try web.templates.page("signed-out", View(frame: frame, provider: way))
        answer.headers[.refresh] = "0; url=\(address)"
        return answer
    }

    private func refuse(_ counted: [String], _ why: String, remote address: String) async throws {
        // Each of them counts, whether or not it is worth an event.
        let isWorthAnEvent = counted.map { web.throttle.refused($0) }.allSatisfy { $0 }
        guard isWorthAnEvent else { return }
        try await web.api.store.recordRefusedSignIn(why, remote: address)
    }

    /// The answer to an address that was refused too often; nil: it was not.
    func tooMany(_ request: PageRequest, next: String) throws -> Response? {
        try tooMany([request.request.origin(request.context.remote)], request, next: next)
    }

    private func tooMany(_ counted: [String], _ request: PageRequest, next: String) throws -> Response? {
        guard let seconds = counted.compactMap({ web.throttle.wait(of: $0) }).max() else { return nil }
        var answer = try page(
            request,
            next: next,
            problem: "Too many sign-ins were refused. Try again in \(seconds) s.",
            status: .tooManyRequests
        )
        answer.headers[.retryAfter] = String(seconds)
        return answer
    }

    /// Gives the browser its session and sends it on.
    func entered(_ session: SecretToken, _ request: PageRequest, next: String) -> Response {
        var answer = Response.seeOther(next)
        answer.headers[values: .setCookie] = [
            SiteCookie.session.header(session.text, request.site),
            SiteCookie.signIn.header(nil, request.site),
        ]
        return answer
    }

    /// Counts a refusal, and writes it down while there are not too many.
    func refuse(_ request: PageRequest, _ what: String) async throws {
        let address = request.request.origin(request.context.remote)
        try await refuse([address], what, remote: address)
    }

    /// What ties a sign-in to the browser: what its cookie holds already, or something new.
    func browser(of request: PageRequest) -> String {
        let known = SiteCookie.signIn.value(in: request.request, request.site)
        return known.flatMap { SecretToken(.webSession, presented: $0)?.text }
            ?? SecretToken(random: .webSession).text
    }

    func page(
        _ request: PageRequest,
        next: String?,
        problem: String?,
        status: HTTPResponse.Status
    ) throws -> Response {
        let secret = browser(of: request)
        let next = LocalPath.checked(next)
        var answer = try web.templates.page(
            "sign-in",
            View(
                frame: Frame("Sign in", request, web),
                next: next,
                formToken: FormToken.of(signIn: secret),
                problem: problem,
                provider: web.provider.map { Way(name: $0.label, href: $0.start(next: next)) }
            ),
            status: status
        )
        answer.headers[.setCookie] = SiteCookie.signIn.header(secret, request.site)
        return answer
    }
}

/// What somebody shows at the door.
private enum Proof {
    case apiKey(String)
    case password(name: String, password: String)

    init(_ form: Form) {
        if form.exactly("key") != nil {
            self = .apiKey(form["key"] ?? "")
        } else {
            self = .password(name: form["name"] ?? "", password: form.exactly("password") ?? "")
        }
    }

    /// What refusals are counted for besides the address: a name that is tried from many of them.
    var counted: [String] {
        switch self {
        case .apiKey: []
        case .password(let name, _): ["name \(name.lowercased().prefix(100))"]
        }
    }

    var problem: String {
        switch self {
        case .apiKey: "This API key is not known here, or it was revoked."
        case .password: "This name and this password do not belong together."
        }
    }

    func open(_ api: APIContext, remote: String) async throws -> PasswordSignIn {
        switch self {
        case .apiKey(let key):
            let opened = try await api.store.signIn(apiKey: key, remote: remote)
            return opened.map(PasswordSignIn.opened)
                ?? .refused("the API key is not known, or it was revoked")
        case .password(let name, let password):
            return try await api.store.signIn(
                name: name,
                password: password,
                remote: remote,
                api.hasher
            )
        }
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
