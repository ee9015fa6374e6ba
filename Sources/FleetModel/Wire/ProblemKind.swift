/// The kinds of problems that a node answers with. Their names are stable: programs decide by `type`, which is also the
/// address of a page on every node that says what is in this table.
package enum ProblemKind: String, CaseIterable, Sendable {
    case badRequest = "bad-request"
    case invalid
    case unauthenticated
    case clockSkew = "clock-skew"
    case forbidden
    case notFound = "not-found"
    case methodNotAllowed = "method-not-allowed"
    case conflict
    case superseded
    case staleFence = "stale-fence"
    case preconditionFailed = "precondition-failed"
    case tooLarge = "too-large"
    case range
    case idempotencyKeyReused = "idempotency-key-reused"
    case tooManyRequests = "too-many-requests"
    case `internal`
    case unavailable
    case secretsUnavailable = "secrets-unavailable"

    /// Of a problem's `type`; nil for what this version does not know.
    package init?(type: String) {
        guard type.hasPrefix(Self.prefix) else { return nil }
        self.init(rawValue: String(type.dropFirst(Self.prefix.count)))
    }

    private static let prefix = "/problems/"

    package var type: String { Self.prefix + rawValue }

    /// The status that it is answered with, as a rule: what the router refuses may have another one of the same class.
    package var status: Int {
        switch self {
        case .badRequest: 400
        case .unauthenticated, .clockSkew: 401
        case .forbidden: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .conflict, .superseded, .staleFence: 409
        case .preconditionFailed: 412
        case .tooLarge: 413
        case .range: 416
        case .invalid, .idempotencyKeyReused: 422
        case .tooManyRequests: 429
        case .internal: 500
        case .unavailable, .secretsUnavailable: 503
        }
    }

    package var title: String {
        switch self {
        case .badRequest: "The request cannot be read"
        case .invalid: "The request cannot be carried out as it is"
        case .unauthenticated: "Not authenticated"
        case .clockSkew: "The clock is off"
        case .forbidden: "Not allowed"
        case .notFound: "Not found"
        case .methodNotAllowed: "Method not allowed"
        case .conflict: "In conflict with the state of things"
        case .superseded: "Another session is newer"
        case .staleFence: "The fence is out of date"
        case .preconditionFailed: "Changed meanwhile"
        case .tooLarge: "The request is too large"
        case .range: "Range not satisfiable"
        case .idempotencyKeyReused: "The Idempotency-Key belongs to another request"
        case .tooManyRequests: "Too many requests"
        case .internal: "The node failed"
        case .unavailable: "Not available now"
        case .secretsUnavailable: "Secrets are not available on this node"
        }
    }
}

extension Problem {
    package init(_ kind: ProblemKind, _ detail: String, errors: [Fault]? = nil) {
        self.init(type: kind.type, title: kind.title, status: kind.status, detail: detail, errors: errors)
    }
}
