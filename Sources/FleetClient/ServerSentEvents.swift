/// One event of a `text/event-stream`.
package struct ServerSentEvent: Sendable, Equatable {
    package var id: String?
    package var event: String
    package var data: String

    package init(id: String?, event: String, data: String) {
        self.id = id
        self.event = event
        self.data = data
    }
}

/// Reads `text/event-stream` from pieces of any size; bounded, since a server that never ends a line must not fill
/// the memory. Source: WHATWG HTML, "Server-sent events"; a lone CR as line end is not supported.
package struct ServerSentEventParser: Sendable {
    package static let eventBytes = 1024 * 1024

    private var line: [UInt8] = []
    private var size = 0
    private var data: [String] = []
    private var event = "message"
    private var id: String?

    package init() {}

    package struct Oversized: Error, CustomStringConvertible {
        package var description: String { "an event over \(ServerSentEventParser.eventBytes) bytes" }
    }

    /// The events that `bytes` completes.
    package mutating func read(_ bytes: some Sequence<UInt8>) throws(Oversized) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                line.append(byte)
                size += 1
                guard size <= Self.eventBytes else { throw Oversized() }
                continue
            }
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            let text = String(decoding: line, as: UTF8.self)
            line.removeAll(keepingCapacity: true)
            if let finished = take(text) { events.append(finished) }
        }
        return events
    }

    private mutating func take(_ text: String) -> ServerSentEvent? {
        guard !text.isEmpty else { return dispatch() }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        var value = parts.count > 1 ? String(parts[1]) : ""
        if value.hasPrefix(" ") { value.removeFirst() }
        switch parts[0] {
        case "data": data.append(value)
        case "event": event = value
        case "id": id = value
        default: break  // comments (an empty name) and fields of later versions
        }
        return nil
    }

    private mutating func dispatch() -> ServerSentEvent? {
        defer {
            data = []
            event = "message"
            size = 0
        }
        return data.isEmpty ? nil : ServerSentEvent(id: id, event: event, data: data.joined(separator: "\n"))
    }
}
