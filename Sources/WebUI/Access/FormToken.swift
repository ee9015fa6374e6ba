import Crypto
import FleetModel
import HTTPTypes
import Hummingbird

/// Proves that a form was sent from a page of ours: another site can make a browser send a request with its cookies, but
/// cannot read what is in the page.
///
/// The token is derived from the cookie, which no script can read and the database does not hold, so it needs no row.
enum FormToken {
    static let field = "token_of_form"

    static func of(session secret: String) -> String { derive(secret, "form") }

    static func of(signIn secret: String) -> String { derive(secret, "sign-in") }

    /// Browsers also say by themselves whether a request comes from another site.
    static func check(_ presented: String?, is expected: String, _ request: Request) throws {
        let site = request.headers[.secFetchSite] ?? "same-origin"
        guard let presented, !expected.isEmpty, site == "same-origin" || site == "none",
            SHA256.hash(data: Array(presented.utf8)) == SHA256.hash(data: Array(expected.utf8))
        else {
            throw Problem(
                type: "/problems/forbidden",
                title: "Not sent from this page",
                status: 403,
                detail:
                    "nothing was done: the form is out of date, or another site sent it. Go back, reload and try again"
            )
        }
    }

    private static func derive(_ secret: String, _ purpose: String) -> String {
        let key = SymmetricKey(data: Array(secret.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Array(purpose.utf8), using: key)
        let digits = Array("0123456789abcdef")
        return code.map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined()
    }
}
