import FleetModel
import FleetStore
import HTTPAPI
import HTTPTypes
import Hummingbird

/// A request that the guard let through to a page.
struct PageRequest: Sendable {
    let request: Request
    let context: APIRequestContext
    let site: Site
    /// nil on open pages alone.
    let session: WebSession?
    /// For the forms of the page.
    let formToken: String
    let form: Form

    /// On whose behalf it is handled: commands ask what it may.
    var principal: Principal { session?.principal ?? .nobody }
    /// Somebody signed in himself, and not with a key.
    var isPerson: Bool { if case .person = principal.identity { true } else { false } }
    /// As events name it.
    var actor: String { principal.actor }
    /// The database's time when the session was looked up.
    var now: Instant { session?.now ?? Instant(microseconds: 0) }

    /// A parameter of the query without white space around it; empty counts as absent.
    func query(_ name: String) -> String? {
        guard let text = request.query(name) else { return nil }
        let trimmed = text.drop(while: \.isWhitespace)
        guard let last = trimmed.lastIndex(where: { !$0.isWhitespace }) else { return nil }
        guard trimmed.utf8.count <= 200 else { return String(trimmed.prefix(50)) }
        return String(trimmed[...last])
    }

    /// The fields of a form that stands in the address.
    var queryForm: Form {
        let pairs = request.uri.queryParameters.map { (String($0.key), String($0.value)) }
        return Form(Dictionary(pairs, uniquingKeysWith: { first, _ in first }))
    }

    func number(_ name: String) -> Int64? { query(name).flatMap { Int64($0) } }
}

extension Response {
    /// Sends the browser to another page after something was done.
    static func seeOther(_ path: String) -> Response {
        Response(status: .seeOther, headers: [.location: path, .cacheControl: "no-store"])
    }
}
