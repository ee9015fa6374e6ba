internal import AsyncHTTPClient
internal import FleetModel
internal import NIOCore
internal import NIOHTTP1

/// Small exchanges with servers that are no Tidemark node: all of one within a time and a size, and no redirect is followed.
/// Whoever makes one closes it.
package struct BoundedClient: Sendable {
    private let transport: Transport

    package struct Answer: Sendable {
        package let status: Int
        package let body: [UInt8]
    }

    package init(program: String, connections: Int = 4) {
        transport = Transport(
            userAgent: "\(program)/\(Version.current)",
            followsRedirects: false,
            connections: connections
        )
    }

    package func close() async {
        try? await transport.http.shutdown()
    }

    /// - Parameters:
    ///   - bytes: the longest body that is read; a longer one is an error.
    ///   - limit: for all of it, the body as well: a server that sends a byte now and then does not hold us.
    package func send(
        _ method: String,
        _ url: String,
        headers: [(String, String)],
        body: [UInt8]?,
        upTo bytes: Int,
        within limit: Duration
    ) async throws -> Answer {
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else { throw ClientError.badURL(url) }
        return try await withThrowingTaskGroup(of: Answer.self) { group in
            group.addTask {
                try await exchange(method, url, headers: headers, body: body, upTo: bytes, within: limit)
            }
            group.addTask {
                try await Task.sleep(for: limit)
                throw ClientError.unreachable(
                    url: Transport.withoutQuery(url),
                    reason: "no whole answer in time"
                )
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() else { throw CancellationError() }
            return answer
        }
    }

    private func exchange(
        _ method: String,
        _ url: String,
        headers: [(String, String)],
        body: [UInt8]?,
        upTo bytes: Int,
        within limit: Duration
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = HTTPMethod(rawValue: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(body) }
        let response = try await transport.send(request, timeout: limit)
        do {
            let content = try await response.body.collect(upTo: bytes)
            return Answer(status: Int(response.status.code), body: Array(content.readableBytesView))
        } catch is NIOTooManyBytesError {
            throw ClientError.unreadable(
                url: Transport.withoutQuery(url),
                reason: "it is longer than \(bytes) bytes"
            )
        } catch {
            throw Transport.translate(error, url: url)
        }
    }
}
