import Crypto
import FleetStore
import HTTPAPI
import HTTPTypes
import Hummingbird
import NIOCore

/// Style, script and picture of the pages: embedded, so that nothing comes from elsewhere.
struct Assets: Sendable {
    private struct Asset {
        let type: String
        let text: String
        let tag: String
    }

    private static let types = [
        "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
    ]

    private let assets: [String: Asset]

    init() {
        var assets: [String: Asset] = [:]
        for file in EmbeddedWeb.files {
            guard let ending = file.name.split(separator: ".").last, let type = Self.types[String(ending)]
            else {
                continue
            }
            let digest = SHA256.hash(data: Array(file.text.utf8)).prefix(8).map { String($0, radix: 16) }
                .joined()
            assets[file.name] = Asset(type: type, text: file.text, tag: "\"\(digest)\"")
        }
        self.assets = assets
    }

    /// Browsers keep them and ask each time whether they are still the same: nodes of two versions may answer in turn.
    @Sendable func answer(_ request: PageRequest) async throws -> Response {
        let name = try request.context.parameter("asset")
        guard let asset = assets[name] else { throw StoreError.notFound(what: "file", which: name) }
        let headers: HTTPFields = [.contentType: asset.type, .cacheControl: "no-cache", .eTag: asset.tag]
        guard request.request.headers[.ifNoneMatch] != asset.tag else {
            return Response(status: .notModified, headers: headers)
        }
        return Response(
            status: .ok,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: asset.text))
        )
    }
}
