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
        case .public, .provenInBody:
            try checkRate(of: .nobody, context, on: route)
            return .nobody
        case .agentSession:
            let caller = try await counted(context) { .agent(try await agent(request)) }
            try checkRate(of: caller, context, on: route)
            return caller
        case .known:
            return try await known(request, context, to: route)
        case .needs(let right):
            let caller = try await known(request, context, to: route)
            try await api.refusals.recording(
                caller.principal,
                at: "\(route.method) \(route.path)",
                in: api.store
            ) {
                try caller.principal.require(right, at: right.isOfTheWhole ? .everywhere : .somewhere)
            }
            return caller
        }
    }

    private func known(
        _ request: Request,
        _ context: APIRequestContext,
        to route: Route
    ) async throws -> Caller {
        let caller = try await counted(context) { try await apiKey(request) }
        try checkRate(of: caller, context, on: route)
        try checkQuery(of: request, for: route)
        return caller
    }

    /// Who has no credentials that are known here is counted by address: guessing costs the node a look-up each time.
    private func counted(
        _ context: APIRequestContext,
        _ identify: () async throws -> Caller
    ) async throws -> Caller {
        do {
            return try await identify()
        } catch let answer as ProblemAnswer where answer.problem.status == 401 {
            try api.limits.addresses.take(of: context.remote)
            throw answer
        }
    }

    private func checkRate(of caller: Caller, _ context: APIRequestContext, on route: Route) throws {
        switch caller {
        case .apiKey(let identity, _): try api.limits.keys.take(of: identity.actor)
        case .agent(let identity): try api.limits.agents.take(of: identity.actor)
        case .nobody where route.access == .provenInBody: try api.limits.joining.take(of: context.remote)
        case .nobody where route.isAskedAllTheTime: break
        case .nobody: try api.limits.addresses.take(of: context.remote)
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
                .superseded,
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

    /// A misspelt filter would answer with everything, and so would one without its value: better to say so.
    private func checkQuery(of request: Request, for route: Route) throws {
        let parameters = route.parameters.filter { $0.place == .query }
        for parameter in parameters where !parameter.isText {
            guard request.uri.queryParameters[parameter.name[...]] == "" else { continue }
            throw Problem.badRequest("query.\(parameter.name)", "has no value: leave it out, or give it one")
        }
        let known = parameters.map(\.name)
        guard let unknown = request.uri.queryParameters.first(where: { !known.contains(String($0.key)) })
        else { return }
        let list = known.isEmpty ? "it takes none" : "it takes \(known.joined(separator: ", "))"
        throw Problem.badRequest(
            "query.\(unknown.key)",
            "is not a parameter of \(route.method) \(route.path): \(list)"
        )
    }
}
