internal import AsyncHTTPClient
internal import NIOHTTP1

/// Fetches files from addresses that are no Tidemark node: no credentials go out, redirects are followed.
package struct WebClient: Sendable {
    let transport: Transport

    package init() {
        transport = Transport(userAgent: "tidemark-agent", followsRedirects: true)
    }

    package func close() async {
        try? await transport.http.shutdown()
    }

    /// - Parameter tag: strong `ETag` of an earlier, broken-off attempt; without one the file is fetched anew.
    package func file(_ url: String, from offset: Int64, tag: String?) async throws -> RangedBody {
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else { throw ClientError.badURL(url) }
        var request = HTTPClientRequest(url: url)
        let start = tag == nil ? 0 : offset
        for (name, value) in RangedBody.headers(from: start, tag: tag) {
            request.headers.add(name: name, value: value)
        }
        return try await RangedBody.open(request, offset: start, on: transport, timeout: .seconds(30))
    }
}
