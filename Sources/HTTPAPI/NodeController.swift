import Cluster
import FleetModel
import FleetStore
import HTTPTypes
import Hummingbird

/// What balancers, monitoring and people ask of one node.
struct NodeController: Sendable {
    let api: APIContext

    @Sendable func cluster(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        try .json(try await api.store.clusterStatus())
    }

    @Sendable func drain(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        try await setDrained(true, request, context)
    }

    @Sendable func undrain(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        try await setDrained(false, request, context)
    }

    private func setDrained(
        _ isDrained: Bool,
        _ request: Request,
        _ context: APIRequestContext
    ) async throws -> Response {
        let name = try context.parameter("node")
        return try await api.answer(Command(request, context), status: .ok) { tx, changes in
            try NodeCommands.setDrained(isDrained, name, in: tx, &changes)
        }
    }

    @Sendable func livez(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        .text("alive\n")
    }

    @Sendable func readyz(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let status = api.status.snapshot
        let answer = Readiness(
            node: api.store.node,
            ready: status.isReady,
            reason: reason(status),
            schemaVersion: status.schemaVersion
        )
        return try .json(answer, status: answer.ready ? .ok : .serviceUnavailable)
    }

    /// The same words from every node; the status says whether this one leads.
    @Sendable func leader(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        guard let leader = try await api.store.read({ try ClusterRows.leader(in: $0) }) else {
            throw ProblemAnswer.unavailable("nobody leads at the moment")
        }
        let status = api.status.snapshot
        let leads = status.leads?.term == leader.term && !status.isDraining
        return try .json(leader, status: leads ? .ok : .serviceUnavailable)
    }

    /// For anybody to read: why exactly the database does not answer is in the log.
    private func reason(_ status: NodeStatus.Snapshot) -> String? {
        switch status.phase {
        case .starting:
            "the node is starting" + (status.databaseProblem == nil ? "" : " and waits for the database")
        case .draining: "the node is draining"
        case .ready where status.databaseProblem != nil: "the database does not answer"
        case .ready: status.drainedBy.map { "the node is drained by \($0)" }
        }
    }

    @Sendable func version(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        try .json(ProgramVersion(version: Version.current, agentProtocol: Version.agentProtocol))
    }

    @Sendable func metrics(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let node = await api.metrics()
        let snapshot = MetricsSnapshot(families: node.families + api.requests.families)
        return .text(PrometheusText.write(snapshot), type: PrometheusText.contentType)
    }

    @Sendable func openAPI(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        try .json(OpenAPIDocument.of(Routes.all(api)))
    }
}

/// Answer of `/readyz`.
struct Readiness: Codable, Sendable {
    let node: String
    let ready: Bool
    /// Why not.
    let reason: String?
    let schemaVersion: Int
}

/// Answer of `/version`.
struct ProgramVersion: Codable, Sendable {
    let version: String
    let agentProtocol: Int
}
