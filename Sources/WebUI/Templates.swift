import HTTPTypes
import Hummingbird
import Mustache
import NIOCore

/// The pages' templates, read once. Mustache escapes whatever `{{ }}` puts into them; a test sees to it that none uses the
/// form that does not.
struct Templates: Sendable {
    static let suffix = ".mustache"

    private let library: MustacheLibrary

    init() throws {
        var library = MustacheLibrary()
        for file in EmbeddedWeb.files where file.name.hasSuffix(Self.suffix) {
            try library.register(file.text, named: String(file.name.dropLast(Self.suffix.count)))
        }
        self.library = library
    }

    func page(_ name: String, _ view: Any, status: HTTPResponse.Status = .ok) throws -> Response {
        guard let text = library.render(view, withTemplate: name) else { throw UnknownTemplate(name: name) }
        return Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}

/// A page names a template that is not there.
struct UnknownTemplate: Error {
    let name: String
}
