import FleetModel
import FleetStore
import HTTPAPI
import HTTPTypes
import Hummingbird
import Logging
import OpenIDConnect

/// Signing in with an OpenID provider: sends the browser there, and takes what it brings back, to whichever node.
struct ProviderPages: Sendable {
    let web: WebContext

    private var store: Store { web.api.store }
    private var door: SignInPages { SignInPages(web: web) }

    /// Why somebody is not let in, as the page says it, and as the event does.
    private struct Refusal: Error {
        let words: String
        var event: String?
    }

    /// Begins an attempt, bound to this browser by a cookie.
    @Sendable func begin(_ request: PageRequest) async throws -> Response {
        let way = try way()
        let next = LocalPath.checked(request.request.query("next"))
        if let answer = try door.tooMany(request, next: next) { return answer }
        let secrets = AttemptSecrets.random()
        let browser = door.browser(of: request)
        let address: String
        do throws(ProviderFault) {
            address = try await way.provider.authorizationAddress(for: secrets)
        } catch {
            return try unusable(error, request, next: next)
        }
        try await store.beginProviderSignIn(
            state: secrets.state,
            browser: browser,
            nonce: secrets.nonce,
            verifier: secrets.verifier,
            next: next,
            remote: request.request.origin(request.context.remote)
        )
        var answer = Response.seeOther(address)
        answer.headers[.setCookie] = SiteCookie.signIn.header(browser, request.site)
        return answer
    }

    /// The browser comes back. Whatever it brings, the attempt is spent.
    @Sendable func callback(_ request: PageRequest) async throws -> Response {
        let way = try way()
        if let answer = try door.tooMany(request, next: "/") { return answer }
        do {
            let attempt = try await attempt(request, way)
            let session = try await session(request, attempt, way)
            return try await open(session, request, next: attempt.next, way)
        } catch let fault as ProviderFault where fault.isOfProvider {
            return try unusable(fault, request, next: "/")
        } catch let fault as ProviderFault {
            return try await refuse(Refusal(words: "\(fault)"), request)
        } catch let refusal as Refusal {
            return try await refuse(refusal, request)
        }
    }

    /// Somebody who was let in, and has nothing to see yet.
    @Sendable func noRole(_ request: PageRequest) async throws -> Response {
        guard let principal = request.session?.principal, principal.grants.isEmpty else {
            return .seeOther("/")
        }
        struct View {
            let frame: Frame
            let name: String
        }
        let name = principal.actor.split(separator: ":", maxSplits: 1).last.map(String.init) ?? ""
        return try web.templates.page("no-role", View(frame: Frame("No role yet", request, web), name: name))
    }

    private func way() throws -> ProviderDoor {
        guard let way = web.provider else { throw StoreError.notFound(what: "page", which: "/sign-in/oidc") }
        return way
    }

    private func attempt(_ request: PageRequest, _ way: ProviderDoor) async throws -> ProviderAttempt {
        let browser = SiteCookie.signIn.value(in: request.request, request.site) ?? ""
        let state = request.request.query("state") ?? ""
        guard !browser.isEmpty, state.utf8.count <= 200,
            let attempt = try await store.takeProviderSignIn(state: state, browser: browser)
        else {
            throw Refusal(
                words: """
                    This answer of \(way.label) belongs to no sign-in that this browser began within the last ten minutes, \
                    or it was used already. Begin again.
                    """,
                event: "an answer of the provider belongs to no attempt of this browser"
            )
        }
        return attempt
    }

    private func session(
        _ request: PageRequest,
        _ attempt: ProviderAttempt,
        _ way: ProviderDoor
    ) async throws -> ProviderSession {
        if let error = request.request.query("error") {
            let isWord =
                error.utf8.count <= 50 && error.utf8.allSatisfy { (97...122).contains($0) || $0 == 95 }
            let word = isWord ? error : "it gave no word for it"
            throw Refusal(words: "\(way.label) did not sign you in: \(word)")
        }
        return try await way.provider.session(
            code: request.request.query("code") ?? "",
            issuer: request.request.query("iss"),
            of: AttemptSecrets(state: "", nonce: attempt.nonce, verifier: attempt.verifier),
            now: attempt.now
        )
    }

    private func open(
        _ session: ProviderSession,
        _ request: PageRequest,
        next: String,
        _ way: ProviderDoor
    ) async throws -> Response {
        let remote = request.request.origin(request.context.remote)
        let identity = session.identity
        switch try await store.signIn(identity, endAddress: session.endAddress, remote: remote) {
        case .opened(let secret, let person):
            return door.entered(secret, request, next: person.grants.isEmpty ? "/no-role" : next)
        case .refused(.disabled(let name)):
            throw Refusal(
                words: "Person \(name) is disabled here; an administrator can enable it.",
                event: "person \(name) is disabled"
            )
        case .refused(.nameTaken(let name)):
            throw Refusal(
                words: """
                    There is a person \(name) here already who is not linked to your account at \(way.label). If that is you, \
                    ask an administrator for: \(link(name, identity))
                    """,
                event: "there is a person \(name), not linked to \(identity.subject) at \(identity.issuer)"
            )
        case .refused(.noName(let name)):
            let what = name.map { "'\($0)', which can be no name here" } ?? "by no name"
            throw Refusal(
                words: """
                    \(way.label) calls you \(what). An administrator can make a person for you and link it: \
                    \(link("NAME", identity))
                    """,
                event: "\(identity.subject) at \(identity.issuer) has no name that can be one here"
            )
        }
    }

    private func link(_ name: String, _ identity: ProviderIdentity) -> String {
        "tidemark user link \(name) --issuer '\(identity.issuer)' --subject '\(identity.subject)'"
    }

    /// Not the browser's fault: it is not slowed down for it.
    private func unusable(_ fault: ProviderFault, _ request: PageRequest, next: String) throws -> Response {
        request.context.logger.warning("sign-in with the provider failed", metadata: ["error": "\(fault)"])
        return try door.page(
            request,
            next: next,
            problem: "Signing in this way does not work at the moment: \(fault).",
            status: .badGateway
        )
    }

    private func refuse(_ refusal: Refusal, _ request: PageRequest) async throws -> Response {
        try await door.refuse(request, refusal.event ?? refusal.words)
        return try door.page(request, next: "/", problem: refusal.words, status: .forbidden)
    }
}

extension ProviderFault {
    /// The provider could not be asked, or is set up wrongly; what the browser brought was not looked at.
    var isOfProvider: Bool {
        switch self {
        case .unreachable, .status, .unreadable, .otherIssuer, .unsupported: true
        case .answerFromElsewhere, .token, .anotherPerson: false
        // Codes come from the browser, the client's secret from an administrator.
        case .codeRefused(let word): word == "invalid_client" || word == "unauthorized_client"
        }
    }
}
