import FleetModel
import HTTPTypes
import Hummingbird
import NIOCore

/// The page of each kind of problem, at the address that its `type` is.
struct ProblemController: Sendable {
    @Sendable func index(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let items = ProblemKind.allCases.map {
            "<li><a href=\"\($0.type)\"><code>\($0.rawValue)</code></a>: \(Self.escaped($0.title))</li>"
        }
        return page("Problems", "<h1>Problems</h1><ul>\(items.joined())</ul>")
    }

    @Sendable func show(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let name = try context.parameter("problem")
        guard let kind = ProblemKind(rawValue: name) else {
            throw Problem.notFound(
                "there is no kind of problem '\(name.prefix(100))': GET /problems lists them"
            )
        }
        return page(
            kind.title,
            """
            <h1>\(Self.escaped(kind.title))</h1>\
            <p><code>\(kind.type)</code>, as a rule with status \(kind.status)</p>\
            <h2>What it means</h2><p>\(Self.escaped(kind.meaning))</p>\
            <h2>What to do</h2><p>\(Self.escaped(kind.advice))</p>\
            <p><a href="/problems">All problems</a></p>
            """
        )
    }

    private func page(_ title: String, _ body: String) -> Response {
        let text = """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>\(Self.escaped(title)) - Tidemark</title>\
            <meta name="viewport" content="width=device-width"></head><body><main>\(body)</main></body></html>

            """
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/html; charset=utf-8", .cacheControl: "max-age=3600",
                .xContentTypeOptions: "nosniff", .contentSecurityPolicy: "default-src 'none'",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }

    /// `code` stays marked as such.
    private static func escaped(_ text: String) -> String {
        let safe = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(
            ">",
            with: "&gt;"
        )
        return safe.split(separator: "`", omittingEmptySubsequences: false).enumerated().map { index, part in
            index.isMultiple(of: 2) ? String(part) : "<code>\(part)</code>"
        }.joined()
    }
}
