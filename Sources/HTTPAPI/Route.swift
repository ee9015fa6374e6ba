import FleetModel
import HTTPTypes
import Hummingbird

/// One route: what it is called, who may use it, what goes in and out, and what handles it. The router, the
/// guard and the OpenAPI document are made from the same value, so none of them can know a route that the
/// others do not.
struct Route: Sendable {
    typealias Handler = @Sendable (Request, APIRequestContext) async throws -> Response

    /// Who may use a route. There is no default: a route without an answer to this cannot be written down.
    enum Access: Sendable, Equatable {
        /// Anybody: the published few.
        case `public`
        /// Whoever says who he is, and asks about himself alone.
        case known
        /// Whoever has this right. Somewhere: whether it reaches the thing itself, the command asks that changes it.
        case needs(Right)
        /// An agent with an open session.
        case agentSession
        /// Whoever proves in the body that it may: a join token, or a signature of the machine's key.
        case provenInBody

        /// Whether people and their tools ask for it, with an API key.
        var isForPeople: Bool {
            switch self {
            case .known, .needs: true
            case .public, .agentSession, .provenInBody: false
            }
        }
    }

    let method: HTTPRequest.Method
    /// With parameters in braces: `/api/v1/machines/{machine}`.
    let path: String
    let access: Access
    /// Unique; clients generated from the document name their functions after it.
    let id: String
    let summary: String
    var parameters: [Parameter] = []
    var body: Body?
    /// What is answered when all is well.
    let answers: [Answer]
    /// That it goes away, and when; nil: it stays.
    let deprecation: Deprecation?
    let handler: Handler

    init(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ access: Access,
        _ id: String,
        _ summary: String,
        parameters: [Parameter] = [],
        body: Body? = nil,
        answers: [Answer],
        deprecation: Deprecation? = nil,
        handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.id = id
        self.summary = summary
        self.parameters = parameters
        self.body = body
        self.answers = answers
        self.deprecation = deprecation
        self.handler = handler
    }

    /// A parameter in the query or a header; those of the path are read from the path.
    struct Parameter: Sendable {
        enum Place: String, Sendable {
            case query, header
        }

        let name: String
        let place: Place
        let description: String
        let schema: JSONValue
        var isRequired = false

        /// Whether it may be any text, and so an empty one, which is as good as none.
        var isText: Bool { schema == ["type": "string"] }
    }

    /// What the request carries.
    enum Body: Sendable {
        /// A JSON value of the named schema.
        case json(String)
        /// Raw bytes.
        case bytes(mediaType: String)
    }

    /// One way in which the route answers.
    struct Answer: Sendable {
        enum Content: Sendable {
            case none
            case json(String)
            /// A page of a list of the named schema.
            case page(String)
            case other(mediaType: String)
        }

        let status: Int
        let content: Content
        let description: String

        static func json(_ status: Int, _ schema: String, _ description: String) -> Answer {
            Answer(status: status, content: .json(schema), description: description)
        }

        static func page(_ schema: String, _ description: String) -> Answer {
            Answer(status: 200, content: .page(schema), description: description)
        }

        static func text(_ status: Int, _ mediaType: String, _ description: String) -> Answer {
            Answer(status: status, content: .other(mediaType: mediaType), description: description)
        }

        static func nothing(_ description: String) -> Answer {
            Answer(status: 204, content: .none, description: description)
        }
    }

    /// Names of the parameters in the path, in order.
    var pathParameters: [String] {
        path.split(separator: "/").compactMap { part in
            part.hasPrefix("{") && part.hasSuffix("}") ? String(part.dropFirst().dropLast()) : nil
        }
    }

    /// Whether balancers and monitoring ask it all the time, which must not count against anybody.
    var isAskedAllTheTime: Bool { ["/livez", "/readyz", "/leader", "/metrics"].contains(path) }

    /// Whether a request's path is one of this route's.
    func matches(path requested: String) -> Bool {
        let own = path.split(separator: "/")
        let other = requested.split(separator: "/")
        return own.count == other.count && zip(own, other).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }
}
