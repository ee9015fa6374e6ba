import HTTPTypes
import Hummingbird

/// The cookies of the pages. Over https they carry the prefix `__Host-`, which browsers accept only with Secure, for this
/// host alone and for all its paths; over plain http, where they would refuse that, the plain name.
enum SiteCookie: String, Sendable {
    case session = "tidemark_session"
    /// Ties the sign-in form to the browser that it was sent to.
    case signIn = "tidemark_sign_in"

    func name(_ site: Site) -> String { site.isSecure ? "__Host-\(rawValue)" : rawValue }

    func value(in request: Request, _ site: Site) -> String? {
        request.cookies[name(site)]?.value
    }

    /// The header that sets it; without a `value`, the one that removes it.
    func header(_ value: String?, _ site: Site) -> String {
        let secure = site.isSecure ? "; Secure" : ""
        let age = value == nil ? "; Max-Age=0" : ""
        return "\(name(site))=\(value ?? ""); Path=/; HttpOnly; SameSite=Lax\(secure)\(age)"
    }
}
