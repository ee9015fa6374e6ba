/// Keeps the newest elements for a slow consumer, and tells it when older ones were dropped.
struct NotificationBuffer: Sendable {
    typealias Element = NotificationStream.Element

    private let continuation: AsyncStream<Element>.Continuation
    private let size: Int
    /// Elements yielded after the last `.reconnected`.
    private var yieldedSinceMark = 0

    static func make(size: Int) -> (AsyncStream<Element>, NotificationBuffer) {
        let size = max(2, size)
        let (elements, continuation) = AsyncStream<Element>.makeStream(
            bufferingPolicy: .bufferingNewest(size)
        )
        return (elements, NotificationBuffer(continuation: continuation, size: size))
    }

    private init(continuation: AsyncStream<Element>.Continuation, size: Int) {
        self.continuation = continuation
        self.size = size
    }

    /// A full buffer holds just the last `size` elements, so a `.reconnected` among them comes after all that
    /// was dropped, and one is enough.
    mutating func yield(_ element: Element) {
        let result = continuation.yield(element)
        yieldedSinceMark = element == .reconnected ? 0 : yieldedSinceMark + 1
        guard case .dropped = result, yieldedSinceMark >= size else { return }
        yield(.reconnected)
    }

    func finish() {
        continuation.finish()
    }

    /// Calls `action` when the consumer has gone, or after `finish`.
    func whenAbandoned(_ action: @escaping @Sendable () -> Void) {
        continuation.onTermination = { _ in action() }
    }
}
