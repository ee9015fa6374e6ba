@preconcurrency import Dispatch
import Logging

/// One connection that LISTENs until it breaks. No thread waits for it: a dispatch source watches its socket.
actor ListeningSession {
    private let executor: QueueExecutor
    private let stream: NotificationStream
    private var buffer: NotificationBuffer
    private var handle: Handle?
    private var sources: [any DispatchSourceProtocol] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Returns when LISTEN is in force. The elements end when the connection breaks; who stops reading ends
    /// it.
    static func open(
        for stream: NotificationStream
    ) async throws(PostgresError) -> AsyncStream<NotificationStream.Element> {
        let (elements, buffer) = NotificationBuffer.make(size: stream.options.bufferSize)
        try await ListeningSession(stream, buffer).start()
        return elements
    }

    private init(_ stream: NotificationStream, _ buffer: NotificationBuffer) {
        self.stream = stream
        self.buffer = buffer
        executor = QueueExecutor(label: "postgres.listen")
    }

    private func start() throws(PostgresError) {
        let handle = try Handle(connectingTo: stream.configuration, logger: stream.logger)
        for channel in stream.channels { _ = try handle.execute("LISTEN \(identifier: channel)") }
        self.handle = handle
        buffer.yield(.reconnected)
        watch(handle)
        buffer.whenAbandoned {
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
        while let notification = handle.nextNotification() { buffer.yield(notification) }
        if !isConnected { end(because: handle.errorMessage) }
    }

    private func end(because reason: String? = nil) {
        guard handle != nil else { return }
        if let reason {
            stream.logger.warning("the listening connection broke", metadata: ["reason": "\(reason)"])
        }
        for source in sources { source.cancel() }
        sources = []
        handle = nil
        buffer.finish()
    }
}

extension Duration {
    fileprivate var dispatchInterval: DispatchTimeInterval {
        let (seconds, attoseconds) = components
        return .milliseconds(max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)))
    }
}
