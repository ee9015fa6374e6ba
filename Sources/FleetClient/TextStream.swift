internal import AsyncHTTPClient
package import NIOCore

/// A body as its pieces arrive; transport failures in the middle become `ClientError`.
package struct TextStream: AsyncSequence, Sendable {
    package typealias Element = ByteBuffer

    let base: HTTPClientResponse.Body
    let url: String

    package struct Iterator: AsyncIteratorProtocol {
        var base: HTTPClientResponse.Body.AsyncIterator
        let url: String

        @concurrent
        package mutating func next() async throws -> ByteBuffer? {
            do {
                return try await base.next()
            } catch {
                throw Transport.translate(error, url: url)
            }
        }
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(base: base.makeAsyncIterator(), url: url)
    }
}

/// The events of a `text/event-stream` as they arrive.
package struct EventStream: AsyncSequence, Sendable {
    package typealias Element = ServerSentEvent

    let base: TextStream

    package struct Iterator: AsyncIteratorProtocol {
        var base: TextStream.Iterator
        let url: String
        var parser = ServerSentEventParser()
        var ready: [ServerSentEvent] = []

        @concurrent
        package mutating func next() async throws -> ServerSentEvent? {
            while ready.isEmpty {
                guard let piece = try await base.next() else { return nil }
                do {
                    ready = try parser.read(piece.readableBytesView)
                } catch {
                    throw ClientError.unreadable(url: Transport.withoutQuery(url), reason: "\(error)")
                }
            }
            return ready.removeFirst()
        }
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(base: base.makeAsyncIterator(), url: base.url)
    }
}
