import Cluster
import Crypto
import FleetModel
import FleetStore
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Postgres
import TestSupport

@testable import HTTPAPI

/// A node's API on the database of the running test, through the real router.
struct APIFixture: Sendable {
    let store: Store
    let status = NodeStatus()
    let work = WorkSignals()
    let key: SecretToken
    let api: APIContext
    private let server: APIServer

    init(
        pollSeconds: Int = 1,
        limits: RateLimits = RateLimits(),
        arrivals: Arrivals = Arrivals(),
        secretKeys: SecretKeyRing? = nil,
        database: Database? = nil,
        logger: Logger = .quiet
    ) async throws {
        store = Store(database: try database ?? TestDatabase.current.database, node: "test-node")
        key = try await store.createAPIKey(name: "tester", by: "test")
        status.databaseAnswered(nil)
        status.enter(.ready)
        api = APIContext(
            store: store,
            status: status,
            work: work,
            cluster: ClusterSignals(),
            presence: PresenceBatch(),
            pollSeconds: pollSeconds,
            limits: limits,
            arrivals: arrivals,
            hasher: PasswordHasher(cost: .least),
            secretKeys: secretKeys,
            metrics: { MetricsSnapshot() }
        )
        server = APIServer(api, host: "127.0.0.1", port: 0, logger: logger)
    }

    func run(_ body: @escaping @Sendable (APIClient) async throws -> Void) async throws {
        let key = key
        try await server.application.test(.router) { client in
            try await body(APIClient(client: client, bearer: key.text))
        }
    }

    func count(_ sql: SQL) async throws -> Int {
        try await store.database.query(sql)[0]["count"]
    }

    func events(_ category: EventCategory) async throws -> Int {
        try await count("SELECT count(*) AS count FROM event WHERE category = \(category)")
    }
}

/// Sends requests with an API key or another bearer.
struct APIClient: Sendable {
    let client: any TestClientProtocol
    var bearer: String?

    struct Answer: Sendable {
        let status: Int
        let headers: HTTPFields
        let body: ByteBuffer

        var text: String { String(buffer: body) }

        func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
            try JSONText.decode(Value.self, from: text)
        }

        /// The kind of problem; nil when it is none.
        var problem: String? {
            guard headers[.contentType] == "application/problem+json" else { return nil }
            return try? decode(Problem.self).type
        }

        /// The fields that a problem names.
        var faults: [String] { (try? decode(Problem.self).errors?.map(\.field)) ?? [] }
    }

    func with(bearer: String?) -> APIClient { APIClient(client: client, bearer: bearer) }

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        headers: HTTPFields = [:],
        bytes: [UInt8]? = nil
    ) async throws -> Answer {
        var headers = headers
        if let bearer { headers[.authorization] = "Bearer \(bearer)" }
        let response = try await client.executeRequest(
            uri: path,
            method: method,
            headers: headers,
            body: bytes.map { ByteBuffer(bytes: $0) }
        )
        return Answer(status: response.status.code, headers: response.headers, body: response.body)
    }

    func get(_ path: String, headers: HTTPFields = [:]) async throws -> Answer {
        try await send(.get, path, headers: headers)
    }

    func post(_ path: String, _ json: String, headers: HTTPFields = [:]) async throws -> Answer {
        try await send(.post, path, headers: headers, bytes: Array(json.utf8))
    }

    func post(_ path: String, _ value: some Encodable) async throws -> Answer {
        try await post(path, try JSONText.encode(value))
    }
}

/// A machine's side of joining and sessions.
struct TestAgent: Sendable {
    let key = Curve25519.Signing.PrivateKey()
    let name: String

    func join(token: String) throws -> AgentV1.JoinRequest {
        let publicKey = key.publicKey.rawRepresentation.base64EncodedString()
        let statement = AgentV1.joinStatement(token: token, name: name, publicKey: publicKey)
        return AgentV1.JoinRequest(
            token: token,
            name: name,
            publicKey: publicKey,
            signature: try key.signature(for: Data(statement.utf8)).base64EncodedString(),
            facts: ["hostName": name]
        )
    }

    func session(
        _ machine: ID<Machine>,
        bootID: String = "boot-1",
        nonce: String = UUID().uuidString,
        secondsOff: Int = 0
    ) throws -> AgentV1.SessionRequest {
        let now = Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)).adding(
            seconds: secondsOff
        )
        let statement = AgentV1.sessionStatement(machineID: machine, time: now, nonce: nonce, bootID: bootID)
        return AgentV1.SessionRequest(
            machineID: machine,
            time: now,
            nonce: nonce,
            bootID: bootID,
            journal: [],
            inventory: [],
            facts: [:],
            signature: try key.signature(for: Data(statement.utf8)).base64EncodedString()
        )
    }

    /// Joins, opens a session and returns its token.
    func connect(_ client: APIClient, token: String) async throws -> (machine: ID<Machine>, session: String) {
        let joined: AgentV1.JoinResponse = try await client.post("/agent/v1/join", try join(token: token))
            .decode()
        let opened: AgentV1.SessionResponse =
            try await client.post("/agent/v1/session", try session(joined.machineID)).decode()
        return (joined.machineID, opened.token)
    }
}

extension APIClient {
    /// Applies environments by name.
    func applyEnvironments(_ names: String...) async throws {
        let documents = names.map { #"{"kind":"Environment","name":"\#($0)"}"# }.joined(separator: ",")
        _ = try await post("/api/v1/apply", #"{"documents":[\#(documents)]}"#)
    }

    func joinToken(_ environment: String, roles: [String] = ["web"], uses: Int? = nil) async throws -> String
    {
        let request = APIV1.TokenRequest(environment: environment, roles: roles, ttlSeconds: nil, uses: uses)
        let token: APIV1.Token = try await post("/api/v1/tokens", request).decode()
        return token.token ?? ""
    }
}
