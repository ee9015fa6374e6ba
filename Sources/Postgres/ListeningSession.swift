@preconcurrency import Dispatch
import Logging

/// One connection that LISTENs until it breaks. No thread waits for it: a dispatch source watches its socket.
actor ListeningSession {
    private let executor: QueueExecutor
    private let stream: NotificationStream
    private let elements: AsyncStream<NotificationStream.Element>.Continuation
    private var handle: Handle?
    private var sources: [any DispatchSourceProtocol] = []
    /// Elements yielded since the last `.reconnected`.
    private var yieldedSinceMark = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Returns when LISTEN is in force. The elements end when the connection breaks; who stops reading ends it.
    static func open(
        for stream: NotificationStream
    ) async throws(PostgresError) -> AsyncStream<NotificationStream.Element> {
        let (elements, continuation) = AsyncStream<NotificationStream.Element>.makeStream(
            bufferingPolicy: .bufferingNewest(stream.options.bufferSize)
        )
        let session = ListeningSession(stream, continuation)
        try await session.start()
        return elements
    }

    private init(
        _ stream: NotificationStream,
        _ elements: AsyncStream<NotificationStream.Element>.Continuation
    ) {
        self.stream = stream
        self.elements = elements
        executor = QueueExecutor(label: "postgres.listen")
    }

    private func start() throws(PostgresError) {
        let handle = try Handle(connectingTo: stream.configuration, logger: stream.logger)
        for channel in stream.channels { _ = try handle.execute("LISTEN \(identifier: channel)") }
        self.handle = handle
        elements.yield(.reconnected)
        watch(handle)
        elements.onTermination = { _ in
            self.executor.queue.async { self.assumeIsolated { $0.end() } }
        }
        receive()
    }

    /// The handlers keep this session alive until `end`.
    private func watch(_ handle: Handle) {
        let arrivals = DispatchSource.makeReadSource(fileDescriptor: handle.socket, queue: executor.queue)
        arrivals.setEventHandler { self.assumeIsolated { $0.receive() } }
        // Because: the socket may be closed only when the source has let go of it.
        arrivals.setCancelHandler { withExtendedLifetime(handle) {} }
        let pings = DispatchSource.makeTimerSource(queue: executor.queue)
        let interval = stream.options.pingInterval.dispatchInterval
        pings.schedule(deadline: .now() + interval, repeating: interval)
        pings.setEventHandler { self.assumeIsolated { $0.ping() } }
        sources = [arrivals, pings]
        arrivals.resume()
        pings.resume()
    }

    /// An answer that does not come breaks the connection after its `tcp_user_timeout`.
    private func ping() {
        guard let handle else { return }
        do throws(PostgresError) {
            _ = try handle.execute("SELECT 1")
            receive()
        } catch {
            end(because: "\(error)")
        }
    }

    private func receive() {
        guard let handle else { return }
        let isConnected = handle.isStillConnected
        while let notification = handle.nextNotification() { yield(notification) }
        if !isConnected { end(because: handle.errorMessage) }
    }

    /// When the buffer overflows, what was dropped is older than everything in it. So one mark in it is enough to
    /// tell the consumer; it is still there as long as fewer elements came after it than the buffer holds.
    private func yield(_ element: NotificationStream.Element) {
        yieldedSinceMark += 1
        guard case .dropped = elements.yield(element), yieldedSinceMark >= stream.options.bufferSize else { return }
        yieldedSinceMark = 0
        elements.yield(.reconnected)
    }

    private func end(because reason: String? = nil) {
        guard handle != nil else { return }
        if let reason {
            stream.logger.warning("the listening connection broke", metadata: ["reason": "\(reason)"])
        }
        for source in sources { source.cancel() }
        sources = []
        handle = nil
        elements.finish()
    }
}

extension Duration {
    fileprivate var dispatchInterval: DispatchTimeInterval {
        let (seconds, attoseconds) = components
        return .milliseconds(max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)))
    }
}
