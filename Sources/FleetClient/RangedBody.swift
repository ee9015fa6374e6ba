internal import AsyncHTTPClient
internal import FleetModel
internal import NIOCore
internal import NIOHTTP1

/// The rest of a file from some offset on, for downloads that resume.
package struct RangedBody: Sendable {
    /// Where the body really starts: 0 when the server gave the whole file instead.
    package let offset: Int64
    /// Size of the whole file; nil when the server does not say.
    package let totalBytes: Int64?
    /// For `If-Range` of the next attempt.
    package let tag: String?
    package let body: TextStream

    static func headers(from offset: Int64, tag: String?) -> [(String, String)] {
        var headers = [("Accept", "*/*")]
        guard offset > 0, let tag else { return headers }
        headers.append(("Range", "bytes=\(offset)-"))
        headers.append(("If-Range", tag))
        return headers
    }

    /// - Throws: `Problem` for an error answer; 416 among them, when there is nothing from `offset` on.
    static func open(
        _ request: HTTPClientRequest,
        offset: Int64,
        on transport: Transport,
        timeout: Duration
    ) async throws -> RangedBody {
        let response = try await transport.send(request, timeout: timeout)
        let tag = response.headers.first(name: "ETag").flatMap { $0.hasPrefix("W/") ? nil : $0 }
        let body = TextStream(base: response.body, url: request.url)
        switch response.status.code {
        case 200:
            let length = response.headers.first(name: "Content-Length").flatMap { Int64($0) }
            return RangedBody(offset: 0, totalBytes: length, tag: tag, body: body)
        case 206:
            let range = try contentRange(response, request.url)
            guard range.start == offset else {
                throw ClientError.unreadable(
                    url: Transport.withoutQuery(request.url),
                    reason: "it starts at byte \(range.start), asked for was \(offset)"
                )
            }
            return RangedBody(offset: offset, totalBytes: range.total, tag: tag, body: body)
        default:
            var page: [UInt8] = []
            for try await piece in body where page.count < 65_536 {
                page.append(contentsOf: piece.readableBytesView)
            }
            throw APIClient.problem(response, page, request.url)
                ?? ClientError.unreadable(
                    url: Transport.withoutQuery(request.url),
                    reason: "status \(response.status.code)"
                )
        }
    }

    /// `bytes 100-199/200` or `bytes 100-199/*`.
    private static func contentRange(
        _ response: HTTPClientResponse,
        _ url: String
    ) throws(ClientError) -> (start: Int64, total: Int64?) {
        let text = response.headers.first(name: "Content-Range") ?? ""
        guard text.hasPrefix("bytes "), let dash = text.firstIndex(of: "-"),
            let slash = text.lastIndex(of: "/"), dash < slash,
            let start = Int64(text[text.index(text.startIndex, offsetBy: 6)..<dash])
        else {
            throw .unreadable(url: Transport.withoutQuery(url), reason: "Content-Range '\(text)' is no range")
        }
        return (start, Int64(text[text.index(after: slash)...]))
    }
}
