/// Bounds the output of a step: the head as it comes, then only the newest tail, and a count of what was cut.
struct OutputBound: Sendable {
    static let tailBytes = 256 * 1024
    /// Room for the line that says how much was cut.
    private static let noticeBytes = 128

    private let headBytes: Int
    private let tailBytes: Int
    private var written = 0
    private var tail: [UInt8] = []
    /// Bytes that came and are not in the log.
    private(set) var droppedBytes = 0

    /// - Parameter limit: most bytes that all pieces given out have together.
    init(limit: Int) {
        tailBytes = min(Self.tailBytes, max(0, limit - Self.noticeBytes) / 4)
        headBytes = max(0, limit - Self.noticeBytes - tailBytes)
    }

    /// The part of `bytes` to write now; the rest is held back.
    mutating func take(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let head = bytes.prefix(headBytes - written)
        written += head.count
        tail.append(contentsOf: bytes.dropFirst(head.count))
        // Cut in large pieces: shifting the array on each read would be quadratic.
        if tail.count > 2 * tailBytes + 65_536 { trimTail() }
        return head
    }

    /// What to write at the end: the notice, when something was cut, and the tail.
    mutating func finish() -> [UInt8] {
        trimTail()
        defer { tail = [] }
        guard droppedBytes > 0 else { return tail }
        return Array("\n[tidemark: \(droppedBytes) bytes of output were cut here]\n".utf8) + tail
    }

    private mutating func trimTail() {
        let excess = tail.count - tailBytes
        guard excess > 0 else { return }
        tail.removeFirst(excess)
        droppedBytes += excess
    }
}
