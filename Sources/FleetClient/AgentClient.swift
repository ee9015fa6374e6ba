internal import AsyncHTTPClient
package import FleetModel
internal import NIOCore
internal import NIOHTTP1

/// The agent's routes, `/agent/v1`: what `AgentV1` describes, as calls.
///
/// Error answers are thrown as `Problem` (401: open a new session; 409: the fence or the session is out of date).
package struct AgentClient: Sendable {
    /// Beyond the hold of a poll, before the node counts as silent.
    static let pollSlackSeconds = 20

    let api: APIClient

    /// - Parameter connections: the most at a time; more requests wait for each other.
    package init(
        url: String,
        timeout: Duration = .seconds(15),
        connections: Int = Transport.fewConnections
    ) throws(ClientError) {
        api = try APIClient(
            url: url,
            retries: .brief,
            timeout: timeout,
            program: "tidemark-agent",
            connections: connections
        )
    }

    private init(api: APIClient) {
        self.api = api
    }

    package var url: String { api.url }

    /// The same connections, with a session's token.
    package func with(session token: String) -> AgentClient {
        AgentClient(api: api.with(key: token))
    }

    package func close() async {
        await api.close()
    }

    package func join(_ request: AgentV1.JoinRequest) async throws -> AgentV1.JoinResponse {
        try await api.post("/agent/v1/join", request)
    }

    /// Never repeated here: each opening is signed over a nonce of its own.
    package func openSession(_ request: AgentV1.SessionRequest) async throws -> AgentV1.SessionResponse {
        var once = api
        once.retries = .never
        return try await once.post("/agent/v1/session", request)
    }

    package func poll(_ request: AgentV1.PollRequest, holdSeconds: Int) async throws -> AgentV1.PollResponse {
        var patient = api
        patient.retries = .never
        patient.timeout = .seconds(holdSeconds + Self.pollSlackSeconds)
        return try await patient.post("/agent/v1/poll", request)
    }

    package func accept(_ step: ID<StepRun>, fence: Int64) async throws {
        let _: NoContent = try await api.post(
            "/agent/v1/steps/\(step)/accept",
            AgentV1.AcceptRequest(fence: fence)
        )
    }

    /// The values of an accepted step's secrets, by name. No error says anything of what a node answered.
    package func secrets(_ step: ID<StepRun>, fence: Int64) async throws -> [String: String] {
        let path = "/agent/v1/steps/\(step)/secrets"
        do {
            let request = AgentV1.SecretsRequest(fence: fence)
            let answer: AgentV1.SecretsResponse = try await api.post(path, request)
            return answer.secrets
        } catch ClientError.unreadable {
            throw ClientError.unreadable(url: url + path, reason: "it is no list of secrets")
        }
    }

    package func result(_ step: ID<StepRun>, _ request: AgentV1.ResultRequest) async throws {
        let _: NoContent = try await api.post("/agent/v1/steps/\(step)/result", request)
    }

    package func checkResult(_ check: ID<HealthCheck>, _ request: AgentV1.CheckResultRequest) async throws {
        let _: NoContent = try await api.post("/agent/v1/checks/\(check)/result", request)
    }

    package func goodbye() async throws {
        let _: NoContent = try await api.post("/agent/v1/goodbye", [String: String]())
    }

    /// Appends `bytes` at `offset`; gives the length that the node has, which may be another than hoped for.
    ///
    /// Not repeated here: after a failure the caller asks again with what it then knows.
    package func appendLog(
        _ step: ID<StepRun>,
        fence: Int64,
        offset: Int64,
        bytes: [UInt8]
    ) async throws -> Int64 {
        let path = "/agent/v1/steps/\(step)/log"
        var request = api.request(
            "PATCH",
            path,
            query: ["fence": "\(fence)", "offset": "\(offset)"],
            headers: [("Content-Type", "application/octet-stream")]
        )
        request.body = .bytes(ByteBuffer(bytes: bytes))
        let response = try await api.transport.send(request, timeout: api.timeout)
        let answer = try await api.collect(response, request.url)
        // 409 means two things: a position (rewind) or a problem (the fence is out of date).
        if response.status.code == 409, let position: AgentV1.LogPosition = try? api.decode(answer, path) {
            return position.length
        }
        if let problem = APIClient.problem(response, answer, request.url) { throw problem }
        let position: AgentV1.LogPosition = try api.decode(answer, path)
        return position.length
    }

    /// A package of the built-in store, from `offset` on.
    package func package(sha256: String, from offset: Int64) async throws -> RangedBody {
        let request = api.request(
            "GET",
            "/agent/v1/packages/\(sha256)",
            headers: RangedBody.headers(from: offset, tag: "\"\(sha256)\"")
        )
        return try await RangedBody.open(request, offset: offset, on: api.transport, timeout: api.timeout)
    }
}

extension RetryRule {
    /// For a machine that has a loop of its own around it.
    static let brief = RetryRule(
        attempts: 3,
        deadline: .seconds(10),
        base: .milliseconds(250),
        cap: .seconds(3)
    )
}
