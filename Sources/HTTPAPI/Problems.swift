import FleetModel
import HTTPTypes

/// A problem with headers of its own.
struct ProblemAnswer: Error {
    var problem: Problem
    var headers: HTTPFields = [:]

    static func unauthenticated(_ detail: String) -> ProblemAnswer {
        ProblemAnswer(
            problem: Problem(.unauthenticated, detail),
            headers: [.wwwAuthenticate: "Bearer realm=\"tidemark\""]
        )
    }

    static func notFound(_ detail: String, what: String, which: String) -> ProblemAnswer {
        var problem = Problem.notFound(detail)
        problem.missing = Problem.Missing(what: what, which: String(which.prefix(200)))
        return ProblemAnswer(problem: problem)
    }

    static func tooManyRequests(_ detail: String, retryAfterSeconds: Int) -> ProblemAnswer {
        var problem = Problem(.tooManyRequests, detail)
        problem.retryAfterSeconds = retryAfterSeconds
        return ProblemAnswer(problem: problem, headers: [.retryAfter: String(retryAfterSeconds)])
    }

    /// Something that should soon be better.
    static func unavailable(_ detail: String) -> ProblemAnswer {
        ProblemAnswer(
            problem: Problem(.unavailable, detail),
            headers: [.retryAfter: "1"]
        )
    }
}

extension Problem {
    /// The request itself cannot be read; `field` says where: `query.limit`, `body.roles[0]`, a header's
    /// name.
    static func badRequest(_ field: String, _ message: String) -> Problem {
        Problem(.badRequest, "\(field) \(message)", errors: [Fault(field: field, message: message)])
    }

    static func invalid(_ faults: [Fault]) -> Problem {
        Problem(
            .invalid,
            faults.map { "\($0.field) \($0.message)" }.joined(separator: "\n"),
            errors: faults
        )
    }

    static func notFound(_ detail: String) -> Problem { Problem(.notFound, detail) }

    static func conflict(_ detail: String) -> Problem { Problem(.conflict, detail) }

    static func forbidden(_ detail: String) -> Problem { Problem(.forbidden, detail) }

    static func preconditionFailed(_ detail: String) -> Problem { Problem(.preconditionFailed, detail) }

    static func tooLarge(_ most: Int64) -> Problem {
        Problem(.tooLarge, "the body may have at most \(most) bytes")
    }

    static func keyReused(_ detail: String) -> Problem { Problem(.idempotencyKeyReused, detail) }

    static func staleFence(_ detail: String) -> Problem { Problem(.staleFence, detail) }

    /// Nothing of the inside is said; the log has it under the request id.
    static func inner(requestID: String) -> Problem {
        Problem(.internal, "the node's log has more under request id \(requestID)")
    }
}
