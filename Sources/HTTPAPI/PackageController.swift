import FleetModel
import FleetStore
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// The built-in package store: pushed by people, fetched by agents.
struct PackageController: Sendable {
    let api: APIContext

    @Sendable func push(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        if let length = request.headers[.contentLength].flatMap({ Int64($0) }), length > Limits.packageBytes {
            throw Problem.tooLarge(Limits.packageBytes)
        }
        let limit = ByteLimit(Limits.packageBytes)
        let body = request.body.map { buffer in
            try limit.count(buffer.readableBytes)
            return buffer.readableBytesView
        }
        let pushed = try await api.store.pushPackage(
            name: try context.parameter("name"),
            version: try context.parameter("version"),
            expectedSHA256: try ContentDigest.sha256(of: request),
            body: body,
            by: context.caller.principal
        )
        switch pushed {
        case .created(let package): return try .json(package, status: .created)
        case .alreadyThere(let package): return try .json(package)
        }
    }

    @Sendable func list(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let paging = try Paging(request, list: "packages")
        let after = try paging.number(or: 0)
        let name = request.query("name")
        let rows = try await api.store.read { tx in
            try PackageRows.list(name: name, after: after, limit: paging.fetch, in: tx)
        }
        return try .json(paging.page(rows) { String($0.id) })
    }

    /// For agents: whole, or from where a download broke off.
    @Sendable func fetch(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        guard case .agent(let agent) = context.caller else {
            throw ProblemAnswer.unauthenticated("no session")
        }
        let sha256 = try context.parameter("sha256")
        let stored = try await AgentAudit(store: api.store, refusals: api.refusals).recording(agent) {
            try await api.store.storedPackage(sha256: sha256, for: agent)
        }
        return try download(stored, for: request)
    }

    private func download(_ stored: StoredPackage, for request: Request) throws -> Response {
        let tag = "\"\(stored.sha256)\""
        var headers: HTTPFields = [
            .eTag: tag, .acceptRanges: "bytes", .contentType: "application/gzip",
            .cacheControl: "private, immutable",
        ]
        // A range of other bytes than those the agent has the start of would spoil its file.
        let wantsRange = request.headers[.ifRange].map { $0 == tag } ?? true
        guard wantsRange, let header = request.headers[.range] else {
            return Response(status: .ok, headers: headers, body: body(of: stored, 0..<stored.sizeBytes))
        }
        switch ByteRange.read(header, size: stored.sizeBytes) {
        case .whole:
            return Response(status: .ok, headers: headers, body: body(of: stored, 0..<stored.sizeBytes))
        case .part(let range):
            headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(stored.sizeBytes)"
            return Response(status: .partialContent, headers: headers, body: body(of: stored, range))
        case .unsatisfiable:
            throw ProblemAnswer(
                problem: Problem(
                    .range,
                    "the package has \(stored.sizeBytes) bytes, and '\(header.prefix(100))' asks for none of them"
                ),
                headers: [.contentRange: "bytes */\(stored.sizeBytes)"]
            )
        }
    }

    /// One piece at a time: neither the package nor a transaction is held while a slow agent reads.
    private func body(of stored: StoredPackage, _ range: Range<Int64>) -> ResponseBody {
        ResponseBody(contentLength: Int(range.count)) { [store = api.store] writer in
            var offset = range.lowerBound
            while offset < range.upperBound {
                let piece = try await store.packageBytes(stored, from: offset)
                let wanted = piece.prefix(Int(range.upperBound - offset))
                try await writer.write(ByteBuffer(bytes: wanted))
                offset += Int64(wanted.count)
            }
            try await writer.finish(nil)
        }
    }
}

/// `bytes=N-`, `bytes=N-M` and `bytes=-N` of RFC 9110 §14. Anything else, several ranges too, is answered
/// with the whole.
enum ByteRange: Equatable {
    case whole
    case part(Range<Int64>)
    case unsatisfiable

    static func read(_ header: String, size: Int64) -> ByteRange {
        guard header.hasPrefix("bytes=") else { return .whole }
        let ends = header.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2 else { return .whole }
        let last = Int64(ends[1])
        guard ends[1].isEmpty || last.map({ $0 >= 0 }) == true else { return .whole }
        if ends[0].isEmpty {
            guard let last else { return .whole }
            return last == 0 || size == 0 ? .unsatisfiable : .part(max(0, size - last)..<size)
        }
        guard let first = Int64(ends[0]), first >= 0 else { return .whole }
        if let last, last < first { return .whole }
        guard first < size else { return .unsatisfiable }
        return .part(first..<(last.map { min($0, size - 1) } ?? size - 1) + 1)
    }
}

/// `Content-Digest: sha-256=:base64:` of RFC 9530.
enum ContentDigest {
    /// The SHA-256 that the sender announces, in hexadecimal; nil: it announces none.
    static func sha256(of request: Request) throws -> String? {
        guard let header = request.headers[.contentDigest] else { return nil }
        let members = header.split(separator: ",").map { $0.drop { $0 == " " } }
        guard let member = members.first(where: { $0.lowercased().hasPrefix("sha-256=:") }) else {
            return nil
        }
        let encoded = member.dropFirst("sha-256=:".count).prefix { $0 != ":" }
        guard let digest = Data(base64Encoded: String(encoded)), digest.count == 32 else {
            throw Problem.badRequest(
                "Content-Digest",
                "has a sha-256 that is not 32 bytes in base64 between colons"
            )
        }
        return Hexadecimal.text(digest)
    }
}

/// Ends a body with an error when it is longer than it may be.
private final class ByteLimit: Sendable {
    private let most: Int64
    private let received = Atomic<Int64>(0)

    init(_ most: Int64) {
        self.most = most
    }

    func count(_ bytes: Int) throws {
        let total = received.add(Int64(bytes), ordering: .relaxed).newValue
        guard total <= most else { throw Problem.tooLarge(most) }
    }
}
