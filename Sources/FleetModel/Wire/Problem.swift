/// An error answer of the HTTP API: `application/problem+json` of RFC 9457.
package struct Problem: Codable, Sendable, Equatable, Error {
    /// A stable name of the kind of problem, such as `/problems/not-found`.
    package var type: String
    package var title: String
    package var status: Int
    /// What exactly, and what to do.
    package var detail: String
    /// Every fault of the input, when there are several.
    package var errors: [Fault]?
    /// The trace that the request belongs to (W3C Trace Context): the node's log has it, too.
    package var traceID: String?
    /// What is not there, of a problem of type `/problems/not-found`: so that a program can look for what was meant.
    package var missing: Missing?
    /// How long not to ask again, as the header `Retry-After` said; it is no part of the document.
    package var retryAfterSeconds: Int?

    private enum CodingKeys: String, CodingKey {
        case type, title, status, detail, errors, traceID, missing
    }

    package struct Missing: Codable, Sendable, Equatable {
        /// Such as `project`.
        package var what: String
        /// The name or number that was asked for.
        package var which: String

        package init(what: String, which: String) {
            self.what = what
            self.which = which
        }
    }

    /// One fault in the input.
    package struct Fault: Codable, Sendable, Equatable {
        /// Where: `documents[2].process[0].timeout`.
        package var field: String
        package var message: String

        package init(field: String, message: String) {
            self.field = field
            self.message = message
        }
    }

    package init(type: String, title: String, status: Int, detail: String, errors: [Fault]? = nil) {
        self.type = type
        self.title = title
        self.status = status
        self.detail = detail
        self.errors = errors
    }
}
