import FleetModel
import FleetStore
import HTTPAPI
import HTTPTypes
import Hummingbird

/// Lets a request through to a page: who it is, whether it may, and that it was sent from a page of ours.
struct Guardian: Sendable {
    let web: WebContext

    func admit(_ request: Request, _ context: APIRequestContext, to page: Page) async throws -> PageRequest {
        let site = Site(request)
        let session = try await session(request, site, page)
        try checkRate(of: session?.session, request, context)
        if page.access != .open, session == nil {
            throw SignInFirst(next: page.method == .get ? request.uri.string : "/")
        }
        if case .needs(let right) = page.access, let principal = session?.session.principal {
            try await web.api.refusals.recording(principal, at: page.route, in: web.api.store) {
                try principal.require(right, at: right.isOfTheWhole ? .everywhere : .somewhere)
            }
        }
        let form = page.method == .post ? try await Form(request) : Form()
        let arrived = PageRequest(
            request: request,
            context: context,
            site: site,
            session: session?.session,
            formToken: session.map { FormToken.of(session: $0.secret) } ?? "",
            form: form
        )
        // The sign-in form has no session to take its token from, and checks one of its own.
        if page.method == .post, page.access != .open {
            try FormToken.check(form[FormToken.field], is: arrived.formToken, request)
        }
        return arrived
    }

    /// A page with its refreshes is a few requests a second; whoever asks for hundreds keeps the others waiting.
    private func checkRate(of session: WebSession?, _ request: Request, _ context: APIRequestContext) throws {
        if let session {
            try web.api.limits.keys.take(of: session.principal.actor)
        } else {
            try web.api.limits.addresses.take(of: request.origin(context.remote))
        }
    }

    private func session(
        _ request: Request,
        _ site: Site,
        _ page: Page
    ) async throws -> (session: WebSession, secret: String)? {
        guard page.access != .open, let secret = SiteCookie.session.value(in: request, site),
            let session = try await web.api.store.webSession(secret)
        else { return nil }
        return (session, secret)
    }
}

/// Nobody is signed in, or no more.
struct SignInFirst: Error {
    /// Where to go on afterwards.
    let next: String
}
