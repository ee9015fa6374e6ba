internal import AsyncHTTPClient
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// One HTTP exchange with a time limit on everything, and transport failures told in one clear way.
package struct Transport: Sendable {
    /// Enough for one machine or one person.
    package static let fewConnections = 8
    /// Longest silence inside an answer. Longer than the poll hold and the keep-alives of event streams.
    static let idleSeconds: Int64 = 90
    static let connectSeconds: Int64 = 5

    let http: HTTPClient
    let userAgent: String

    init(userAgent: String, followsRedirects: Bool, connections: Int = fewConnections) {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: followsRedirects ? .follow(max: 5, allowCycles: false) : .disallow,
            timeout: .init(
                connect: .seconds(Self.connectSeconds),
                read: .seconds(Self.idleSeconds),
                write: .seconds(Self.idleSeconds)
            )
        )
        // The callers repeat requests by their own rule; a second, hidden one would only delay the message.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        self.userAgent = userAgent
    }

    /// - Parameter timeout: to the head of the answer; the body is bound by `idleSeconds` of silence.
    func send(_ request: HTTPClientRequest, timeout: Duration) async throws -> HTTPClientResponse {
        var request = request
        request.headers.replaceOrAdd(name: "User-Agent", value: userAgent)
        do {
            return try await http.execute(request, timeout: TimeAmount(timeout))
        } catch {
            throw Self.translate(error, url: request.url)
        }
    }

    /// A transport error as `ClientError`; a cancellation stays one.
    static func translate(_ error: any Error, url: String) -> any Error {
        if error is CancellationError || error is ClientError || Task.isCancelled { return error }
        if let known = error as? HTTPClientError {
            switch known {
            case .cancelled: return CancellationError()
            case .invalidURL, .emptyHost, .emptyScheme: return ClientError.badURL(withoutQuery(url))
            default: break
            }
        }
        return ClientError.unreachable(url: withoutQuery(url), reason: reason(error))
    }

    /// Queries may hold the secret of a signed address: they are never shown.
    static func withoutQuery(_ url: String) -> String {
        String(url.prefix { $0 != "?" })
    }

    private static func reason(_ error: any Error) -> String {
        switch error as? HTTPClientError {
        case .connectTimeout: return "no connection within \(connectSeconds) s"
        case .deadlineExceeded: return "no answer in time"
        case .readTimeout: return "it went silent for \(idleSeconds) s"
        case .writeTimeout: return "it took nothing for \(idleSeconds) s"
        case .remoteConnectionClosed: return "it closed the connection"
        default: break
        }
        if let failure = error as? NIOConnectionError {
            if let last = failure.connectionErrors.last { return reason(last.error) }
            return "the name '\(failure.host)' does not resolve"
        }
        if let failure = error as? IOError { return String(cString: strerror(failure.errnoCode)) }
        return "\(error)"
    }
}
