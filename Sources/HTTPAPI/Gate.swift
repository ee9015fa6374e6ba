import Cluster
import FleetModel
import FleetStore
import HTTPTypes
import Hummingbird
import Logging

/// Lets a request through to a route, or says why not.
struct Gate: Sendable {
    let api: APIContext

    func admit(_ request: Request, _ context: APIRequestContext, to route: Route) async throws -> Caller {
        switch route.access {
        case .public, .provenInBody: return .nobody
        case .agentSession: return .agent(try await agent(request))
        case .known:
            let caller = try await apiKey(request)
            try checkQuery(of: request, for: route)
            return caller
        case .needs(let right):
            let caller = try await apiKey(request)
            try await api.refusals.recording(
                caller.principal,
                at: "\(route.method) \(route.path)",
                in: api.store
            ) {
                try caller.principal.require(right, at: right.isOfTheWhole ? .everywhere : .somewhere)
            }
            try checkQuery(of: request, for: route)
            return caller
        }
    }

    private func apiKey(_ request: Request) async throws -> Caller {
        let presented = try bearer(
            request,
            "an API key: 'Authorization: Bearer tmk_...'; 'tidemarkd admin create-key' makes one"
        )
        guard let principal = try await api.store.identifyAPIKey(presented),
            let secret = SecretToken(.apiKey, presented: presented)
        else {
            throw ProblemAnswer.unauthenticated(
                "this API key is not known here, was revoked, has expired, or its owner is disabled"
            )
        }
        return .apiKey(principal, secret: secret)
    }

    private func agent(_ request: Request) async throws -> AgentIdentity {
        let presented = try bearer(
            request,
            "the token of an open session: POST /agent/v1/session answers one"
        )
        switch try await api.store.identifyAgent(presented) {
        case .open(let agent):
            api.presence.heard(agent.machineID)
            return agent
        case .superseded:
            throw Problem(
                type: "/problems/superseded",
                title: "Another session is newer",
                status: 409,
                detail:
                    "another session of the same key was opened after this one: end, unless this is the only agent with the key"
            )
        case .none:
            throw ProblemAnswer.unauthenticated("this session is not open: open a new one")
        }
    }

    private func bearer(_ request: Request, _ what: String) throws -> String {
        guard let header = request.headers[.authorization] else {
            throw ProblemAnswer.unauthenticated(
                "the request carries no credentials, and this route needs \(what)"
            )
        }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw ProblemAnswer.unauthenticated(
                "the Authorization header cannot be read, and this route needs \(what)"
            )
        }
        return String(parts[1])
    }

    /// A misspelt filter would answer with everything: better to say so.
    private func checkQuery(of request: Request, for route: Route) throws {
        let known = route.parameters.filter { $0.place == .query }.map(\.name)
        guard let unknown = request.uri.queryParameters.first(where: { !known.contains(String($0.key)) })
        else { return }
        let list = known.isEmpty ? "it takes none" : "it takes \(known.joined(separator: ", "))"
        throw Problem.badRequest(
            "query.\(unknown.key)",
            "is not a parameter of \(route.method) \(route.path): \(list)"
        )
    }
}
