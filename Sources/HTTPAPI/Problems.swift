import FleetModel
import HTTPTypes

/// A problem with headers of its own.
struct ProblemAnswer: Error {
    let problem: Problem
    var headers: HTTPFields = [:]

    static func unauthenticated(_ detail: String) -> ProblemAnswer {
        ProblemAnswer(
            problem: Problem(
                type: "/problems/unauthenticated",
                title: "Not authenticated",
                status: 401,
                detail: detail
            ),
            headers: [.wwwAuthenticate: "Bearer realm=\"tidemark\""]
        )
    }

    /// Something that should soon be better.
    static func unavailable(_ detail: String) -> ProblemAnswer {
        ProblemAnswer(
            problem: Problem(
                type: "/problems/unavailable",
                title: "Not available now",
                status: 503,
                detail: detail
            ),
            headers: [.retryAfter: "1"]
        )
    }
}

extension Problem {
    /// The request itself cannot be read; `field` says where: `query.limit`, `body.roles[0]`, a header's
    /// name.
    static func badRequest(_ field: String, _ message: String) -> Problem {
        Problem(
            type: "/problems/bad-request",
            title: "The request cannot be read",
            status: 400,
            detail: "\(field) \(message)",
            errors: [Fault(field: field, message: message)]
        )
    }

    static func invalid(_ faults: [Fault]) -> Problem {
        Problem(
            type: "/problems/invalid",
            title: "The request cannot be carried out as it is",
            status: 422,
            detail: faults.map { "\($0.field) \($0.message)" }.joined(separator: "\n"),
            errors: faults
        )
    }

    static func notFound(_ detail: String) -> Problem {
        Problem(type: "/problems/not-found", title: "Not found", status: 404, detail: detail)
    }

    static func conflict(_ detail: String) -> Problem {
        Problem(
            type: "/problems/conflict",
            title: "In conflict with the state of things",
            status: 409,
            detail: detail
        )
    }

    static func forbidden(_ detail: String) -> Problem {
        Problem(type: "/problems/forbidden", title: "Not allowed", status: 403, detail: detail)
    }

    static func preconditionFailed(_ detail: String) -> Problem {
        Problem(
            type: "/problems/precondition-failed",
            title: "Changed meanwhile",
            status: 412,
            detail: detail
        )
    }

    static func tooLarge(_ most: Int64) -> Problem {
        Problem(
            type: "/problems/too-large",
            title: "The request is too large",
            status: 413,
            detail: "the body may have at most \(most) bytes"
        )
    }

    static func keyReused(_ detail: String) -> Problem {
        Problem(
            type: "/problems/idempotency-key-reused",
            title: "The Idempotency-Key belongs to another request",
            status: 422,
            detail: detail
        )
    }

    static func staleFence(_ detail: String) -> Problem {
        Problem(type: "/problems/stale-fence", title: "The fence is out of date", status: 409, detail: detail)
    }

    /// Nothing of the inside is said; the log has it under the request id.
    static func inner(requestID: String) -> Problem {
        Problem(
            type: "/problems/internal",
            title: "The node failed",
            status: 500,
            detail: "the node's log has more under request id \(requestID)"
        )
    }
}
