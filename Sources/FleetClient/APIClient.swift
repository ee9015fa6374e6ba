internal import AsyncHTTPClient
internal import FleetModel
internal import FoundationEssentials
internal import NIOCore

/// The HTTP API from the client's side: JSON in and out, an answer that is an error thrown as `Problem`, a missing
/// answer as `ClientError`.
///
/// Paths are absolute (`/api/v1/projects`) and already percent-encoded: build them with `APIPath`. Whoever makes
/// one closes it.
package struct APIClient: Sendable {
    /// Largest JSON answer that is read: a full page of a list.
    static let answerBytes = 64 * 1024 * 1024

    /// The server, without a trailing slash.
    package let url: String
    package var retries: RetryRule
    package var timeout: Duration
    let transport: Transport
    let key: String?

    /// - Parameters:
    ///   - key: sent as `Authorization: Bearer`; nil for the few open routes.
    ///   - timeout: of one attempt, to the head of its answer.
    ///   - connections: the most at a time; more requests wait for each other.
    package init(
        url: String,
        key: String? = nil,
        retries: RetryRule = .standard,
        timeout: Duration = .seconds(30),
        program: String = "tidemark",
        connections: Int = Transport.fewConnections
    ) throws(ClientError) {
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else { throw .badURL(url) }
        self.url = String(url.reversed().drop { $0 == "/" }.reversed())
        self.key = key
        self.retries = retries
        self.timeout = timeout
        transport = Transport(
            userAgent: "\(program)/\(Version.current)",
            followsRedirects: false,
            connections: connections
        )
    }

    private init(url: String, key: String?, retries: RetryRule, timeout: Duration, transport: Transport) {
        self.url = url
        self.key = key
        self.retries = retries
        self.timeout = timeout
        self.transport = transport
    }

    /// The same connections under another key; only the original is closed.
    package func with(key: String) -> APIClient {
        APIClient(url: url, key: key, retries: retries, timeout: timeout, transport: transport)
    }

    /// Ends the connections. A failure to do so in an orderly way has no consequence, so it is not told.
    package func close() async {
        try? await transport.http.shutdown()
    }

    package func get<Answer: Decodable>(_ path: String, query: [String: String] = [:]) async throws -> Answer
    {
        try await decode(send("GET", path, query: query, mayRepeat: true), path)
    }

    /// Sent with a random `Idempotency-Key`, so that repeating it has no second effect.
    package func post<Answer: Decodable>(
        _ path: String,
        _ body: some Encodable,
        query: [String: String] = [:]
    ) async throws -> Answer {
        let key = [("Idempotency-Key", Self.randomKey())]
        return try await decode(
            send("POST", path, query: query, headers: key, body: encode(body), mayRepeat: true),
            path
        )
    }

    package func put<Answer: Decodable>(_ path: String, _ body: some Encodable) async throws -> Answer {
        try await decode(send("PUT", path, body: encode(body), mayRepeat: false), path)
    }

    package func patch<Answer: Decodable>(_ path: String, _ body: some Encodable) async throws -> Answer {
        try await decode(send("PATCH", path, body: encode(body), mayRepeat: false), path)
    }

    package func delete(_ path: String) async throws {
        _ = try await send("DELETE", path, mayRepeat: false)
    }

    /// A random 128-bit key in hexadecimal.
    package static func randomKey() -> String {
        let halves = [UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max)]
        return halves.map { half in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    func encode(_ body: some Encodable) throws -> [UInt8] {
        try Array(JSONEncoder().encode(body))
    }

    func decode<Answer: Decodable>(_ bytes: [UInt8], _ path: String) throws -> Answer {
        if let nothing = NoContent() as? Answer { return nothing }
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(bytes))
        } catch {
            throw ClientError.unreadable(url: url + path, reason: "\(error)")
        }
    }
}

/// The answer of a request that answers nothing: `let _: NoContent = try await client.post(...)`.
package struct NoContent: Decodable, Sendable {
    package init() {}
    package init(from decoder: any Decoder) throws {}
}
