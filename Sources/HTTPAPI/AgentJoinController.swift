import Cluster
import Crypto
import FleetModel
import FleetStore
import FoundationEssentials
import Hummingbird
import NIOCore

/// How an agent gets in: joins once with a token, then opens sessions with its key.
struct AgentJoinController: Sendable {
    let api: APIContext

    @Sendable func join(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        // Read before it is let in: who sends slowly keeps nobody out.
        let bytes = try await request.bytes()
        return try await api.arrivals.admit { try await join(bytes) }
    }

    @Sendable func session(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let bytes = try await request.bytes()
        return try await api.arrivals.admit { try await session(bytes, from: context.remote) }
    }

    private func join(_ bytes: ByteBuffer) async throws -> Response {
        let body = try JSONBody.decode(AgentV1.JoinRequest.self, from: bytes)
        let key = try AgentKey(base64: body.publicKey)
        let statement = AgentV1.joinStatement(token: body.token, name: body.name, publicKey: body.publicKey)
        guard key.signed(statement, signature: body.signature) else {
            throw ProblemAnswer.unauthenticated(
                "the signature is not that of the key over token, name and key"
            )
        }
        return try .json(try await api.store.join(body, publicKey: key.bytes), status: .created)
    }

    private func session(_ bytes: ByteBuffer, from remote: String) async throws -> Response {
        let body = try JSONBody.decode(AgentV1.SessionRequest.self, from: bytes)
        let challenge = try await api.store.sessionChallenge(of: body.machineID)
        guard let publicKey = challenge.publicKey else {
            throw ProblemAnswer.unauthenticated(
                "machine \(body.machineID) is not known here, or it was deleted: join again"
            )
        }
        let statement = AgentV1.sessionStatement(
            machineID: body.machineID,
            time: body.time,
            nonce: body.nonce,
            bootID: body.bootID
        )
        guard try AgentKey(publicKey).signed(statement, signature: body.signature) else {
            throw ProblemAnswer.unauthenticated(
                "the signature is not that of the key of machine \(body.machineID)"
            )
        }
        try checkClock(body.time, now: challenge.now)
        let token = SecretToken(random: .session)
        let agent = try await api.store.openSession(body, token: token, remote: remote)
        api.presence.heard(agent.machineID)
        return try .json(
            AgentV1.SessionResponse(
                token: token.text,
                epoch: agent.epoch,
                expiresInSeconds: SessionLifetime.seconds,
                pollSeconds: api.pollSeconds,
                serverTime: challenge.now
            )
        )
    }

    /// A signature is good for a short time only, by the database's clock: that of a node may be off too.
    private func checkClock(_ time: Instant, now: Instant) throws {
        let off = time.seconds(since: now)
        guard abs(off) > Double(SessionLifetime.clockWindowSeconds) else { return }
        let direction = off > 0 ? "ahead of" : "behind"
        throw ProblemAnswer(
            problem: Problem(
                .clockSkew,
                """
                the agent's clock is \(Int(abs(off))) s \(direction) the cluster's, which is \(now): set it, and keep it \
                set (NTP)
                """
            ),
            headers: [.wwwAuthenticate: "Bearer realm=\"tidemark\""]
        )
    }
}

/// The public half of an agent's Ed25519 key.
struct AgentKey {
    let bytes: [UInt8]
    private let key: Curve25519.Signing.PublicKey

    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        do {
            key = try Curve25519.Signing.PublicKey(rawRepresentation: bytes)
        } catch {
            throw Problem.invalid([
                Problem.Fault(field: "publicKey", message: "is no Ed25519 public key of 32 bytes")
            ])
        }
    }

    init(base64 text: String) throws {
        guard let data = Data(base64Encoded: text), data.count == 32 else {
            throw Problem.invalid([
                Problem.Fault(field: "publicKey", message: "is no Ed25519 public key of 32 bytes in base64")
            ])
        }
        try self.init(Array(data))
    }

    func signed(_ statement: String, signature: String) -> Bool {
        guard let signature = Data(base64Encoded: signature) else { return false }
        return key.isValidSignature(signature, for: Data(statement.utf8))
    }
}
