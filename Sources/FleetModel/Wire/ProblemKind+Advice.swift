/// What `/problems/NAME` and docs/problems.md say about each kind.
extension ProblemKind {
    /// What has happened, and whether anything was done.
    package var meaning: String {
        switch self {
        case .badRequest:
            "The node could not make out what is asked: the body is not JSON, a field has the wrong type, a parameter is not "
                + "one of the route's or has no possible value. Nothing was done."
        case .invalid:
            "The request can be read, and what it says cannot be: a name that breaks the rules, a number out of bounds, a "
                + "reference to something that is not there, an unknown field. Nothing was done."
        case .unauthenticated:
            "The request carries no credentials, or some that the cluster does not know (any more)."
        case .clockSkew:
            "The agent signed with a time that is too far from the cluster's. A signature is good for a short time only, so "
                + "that nobody uses it again."
        case .forbidden:
            "Who asks is known, and has no right to this. Refusals are events, so that attempts are seen."
        case .notFound:
            "There is no such thing, or no longer, or no route of that path."
        case .methodNotAllowed:
            "The path is a route's, and it does not take this method; the header Allow lists those that it takes."
        case .conflict:
            "The state of things forbids it now: something is still used, still running, or has ended already. Nothing was done."
        case .superseded:
            "A newer session was opened with the same agent's key. Either the agent was started again, or two machines have "
                + "copies of one identity."
        case .staleFence:
            "The step was given out again, or taken back, since this agent took it. What it reports no longer counts."
        case .preconditionFailed:
            "The thing is not, or no longer, what If-Match, If-None-Match or `expected` says: somebody changed it after it was "
                + "read. The detail says who and when. Nothing was done."
        case .tooLarge:
            "The body is longer than the route takes."
        case .range:
            "The header Range asks for bytes that the package does not have."
        case .idempotencyKeyReused:
            "The same Idempotency-Key came with another request within 24 hours. Nothing was done."
        case .tooManyRequests:
            "This key, agent or address sends more requests than a node takes from one. Nothing was done."
        case .internal:
            "The node met something that it was not made for. Whatever it had begun was rolled back."
        case .unavailable:
            "The node is starting, stopping or overloaded, or the database cannot be reached. Unless the detail says "
                + "otherwise, nothing was done."
        case .secretsUnavailable:
            "The node was started without a file of keys for secrets, or without the key that a secret was sealed with, or what the "
                + "database has of a secret is not what a node sealed there. Nothing was done."
        }
    }

    /// What to do.
    package var advice: String {
        switch self {
        case .badRequest, .invalid:
            "`errors` names every field that is wrong, and why: correct them and send the request again. /openapi.json has the "
                + "shape of every body."
        case .unauthenticated:
            "Send `Authorization: Bearer KEY`. A key that was revoked or has expired does not come back: have another one made."
        case .clockSkew: "Set the machine's clock, and keep it set (NTP). The agent tries again by itself."
        case .forbidden: "Ask whoever administers the cluster for the right, or use another key."
        case .notFound: "Check the name; lists show what is there. /openapi.json lists the routes."
        case .methodNotAllowed: "Use one of the methods in Allow."
        case .conflict: "The detail says what stands in the way. When that is over, send the request again."
        case .superseded:
            "If the agent was started twice, end one. If the machine was cloned, remove the agent's folder on the copy and let "
                + "it join again."
        case .staleFence: "Nothing: the agent drops the result and goes on."
        case .preconditionFailed:
            "Read it again, look at what changed, and send the change with the new ETag if it is still meant."
        case .tooLarge: "The detail says the limit. Split documents over several requests."
        case .range: "Ask without Range, or for a part that there is: Content-Range has the length."
        case .idempotencyKeyReused:
            "Send a new key with a new request, and the same key only with the same one."
        case .tooManyRequests:
            "Wait as many seconds as Retry-After says. A program that needs more should read pages of 1000, or the event "
                + "stream; the limits are settings of the node."
        case .internal:
            "Send the request again. If it fails again, the node's log has the reason under the request id and trace id that the "
                + "answer carries."
        case .unavailable:
            "Send the request again after as many seconds as Retry-After says; with an Idempotency-Key it is safe."
        case .secretsUnavailable:
            "The detail says which of these it is. Give every node the same TIDEMARK_SECRETS_KEY_FILE, and start it again; a secret "
                + "that cannot be opened is to be set again."
        }
    }
}
