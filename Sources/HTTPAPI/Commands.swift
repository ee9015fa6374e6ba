import Crypto
import FleetModel
import FleetStore
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Postgres

/// One request that changes something, with what makes it the same request when it comes again.
struct Command: Sendable {
    let caller: Caller
    let trace: TraceParent
    let bytes: ByteBuffer
    /// nil: the caller sent no Idempotency-Key.
    let key: IdempotencyKey?

    init(_ request: Request, _ context: APIRequestContext) async throws {
        caller = context.caller
        trace = context.trace
        bytes = try await request.bytes()
        key = try Self.key(of: request, bytes, caller)
    }

    /// For an answer that hands out a secret of which only the hash is kept: with an Idempotency-Key it is derived from the
    /// caller's own API key, so that repeating the request shows the same one.
    func newSecret(_ kind: SecretToken.Kind) -> SecretToken {
        guard let key, case .apiKey(_, let own) = caller else { return SecretToken(random: kind) }
        return SecretToken(kind, derivedFrom: own, context: Array(key.key.utf8) + [0] + key.fingerprint)
    }

    private static func key(
        of request: Request,
        _ bytes: ByteBuffer,
        _ caller: Caller
    ) throws -> IdempotencyKey? {
        guard let header = request.headers[.idempotencyKey] else { return nil }
        // The draft of the header makes it a string in quotes; many clients send it without.
        let isQuoted = header.count >= 2 && header.hasPrefix("\"") && header.hasSuffix("\"")
        let text = isQuoted ? String(header.dropFirst().dropLast()) : header
        guard (1...255).contains(text.utf8.count) else {
            throw Problem.badRequest("Idempotency-Key", "must have 1 to 255 characters")
        }
        var hasher = SHA256()
        hasher.update(data: Array("\(request.method.rawValue) \(request.uri.string)\n".utf8))
        hasher.update(data: Array(bytes.readableBytesView))
        return IdempotencyKey(principal: caller.actor, key: text, fingerprint: Array(hasher.finalize()))
    }
}

extension APIContext {
    /// Carries a command out, once for its key; the answer is stored in the transaction of the effect.
    func answer<Value: Encodable & Sendable>(
        _ command: Command,
        status: HTTPResponse.Status,
        _ work: @escaping @Sendable (borrowing Transaction, inout Changes) throws -> Value
    ) async throws -> Response {
        let answer = try await stored(command, status: status, work)
        return .json(text: answer.body, status: HTTPResponse.Status(code: answer.status))
    }

    func stored<Value: Encodable & Sendable>(
        _ command: Command,
        status: HTTPResponse.Status,
        _ work: @escaping @Sendable (borrowing Transaction, inout Changes) throws -> Value
    ) async throws -> StoredAnswer {
        do {
            return try await store.unitOfWork(
                by: command.caller.principal,
                once: command.key,
                trace: command.trace
            ) { tx, changes in
                StoredAnswer(status: status.code, body: try JSONText.encode(try work(tx, &changes)))
            }
        } catch let error as PostgresError where command.key != nil && error.sqlState == "55P03" {
            throw Problem.conflict(
                "a request with the same Idempotency-Key is still being carried out: ask again later"
            )
        }
    }
}

extension HTTPField.Name {
    static let idempotencyKey = HTTPField.Name("Idempotency-Key") ?? .via
    static let contentDigest = HTTPField.Name("Content-Digest") ?? .via
    static let lastEventID = HTTPField.Name("Last-Event-ID") ?? .via
}
