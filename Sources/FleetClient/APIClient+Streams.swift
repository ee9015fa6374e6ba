internal import AsyncHTTPClient
internal import FleetModel
internal import NIOCore
internal import NIOHTTP1
internal import _NIOFileSystem

extension APIClient {
    /// Follows a `text/event-stream`. Its reader sets the pace: nothing is buffered beyond the piece in hand.
    ///
    /// - Parameter lastID: resumes after that event.
    package func events(
        _ path: String,
        query: [String: String] = [:],
        after lastID: String? = nil
    ) async throws -> EventStream {
        var headers = [("Accept", "text/event-stream")]
        if let lastID { headers.append(("Last-Event-ID", lastID)) }
        return EventStream(base: try await text(path, query: query, headers: headers))
    }

    /// A body as it comes, for plain text of any length.
    package func text(
        _ path: String,
        query: [String: String] = [:],
        headers: [(String, String)] = [("Accept", "text/plain")]
    ) async throws -> TextStream {
        let request = request("GET", path, query: query, headers: headers)
        let response = try await transport.send(request, timeout: timeout)
        guard (200..<300).contains(Int(response.status.code)) else {
            let bytes = try await collect(response, request.url)
            throw Self.problem(response, bytes, request.url) ?? ClientError.badURL(request.url)
        }
        return TextStream(base: response.body, url: request.url)
    }

    /// Uploads a file piece by piece. Not repeated by itself: a caller that shows progress wants to say so.
    ///
    /// - Parameter progress: bytes handed over so far, and of how many.
    package func upload<Answer: Decodable>(
        file: String,
        to path: String,
        headers: [(String, String)] = [],
        progress: @escaping @Sendable (Int64, Int64) -> Void = { _, _ in }
    ) async throws -> Answer {
        let handle: ReadFileHandle
        do {
            handle = try await FileSystem.shared.openFile(forReadingAt: FilePath(file), options: .init())
        } catch {
            throw ClientError.file(path: file, reason: "\(error)")
        }
        return try await withThrowing(closing: handle) {
            let size = try await handle.info().size
            var request = request("PUT", path, headers: headers)
            request.headers.replaceOrAdd(name: "Content-Type", value: "application/gzip")
            let pieces = UploadPieces(
                base: handle.readChunks(chunkLength: .kibibytes(256)),
                total: size,
                progress: progress
            )
            request.body = .stream(pieces, length: .known(size))
            let response = try await transport.send(request, timeout: .seconds(3600))
            let bytes = try await collect(response, request.url)
            if let problem = Self.problem(response, bytes, request.url) { throw problem }
            return try decode(bytes, path)
        }
    }

    private func withThrowing<Value>(
        closing handle: ReadFileHandle,
        _ body: () async throws -> Value
    ) async throws -> Value {
        do {
            let value = try await body()
            try await handle.close()
            return value
        } catch {
            try? await handle.close()
            throw error
        }
    }
}

/// The pieces of a file on their way up, counted as they go.
private struct UploadPieces: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let base: FileChunks
    let total: Int64
    let progress: @Sendable (Int64, Int64) -> Void

    struct Iterator: AsyncIteratorProtocol {
        var base: FileChunks.AsyncIterator
        let total: Int64
        let progress: @Sendable (Int64, Int64) -> Void
        var sent: Int64 = 0

        @concurrent
        mutating func next() async throws -> ByteBuffer? {
            guard let piece = try await base.next() else { return nil }
            sent += Int64(piece.readableBytes)
            progress(sent, total)
            return piece
        }
    }

    func makeAsyncIterator() -> Iterator {
        Iterator(base: base.makeAsyncIterator(), total: total, progress: progress)
    }
}
