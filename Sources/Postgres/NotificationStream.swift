package import Logging

/// What other sessions announce with NOTIFY, on a connection of its own that is made again whenever it
/// breaks.
///
/// Notifications are hints: they are lost while the connection is down and when the consumer is too slow.
/// Each time that may have happened, and at the start, the stream yields `.reconnected`: look at everything
/// now. The stream ends when the task that reads it is cancelled, and for no other reason. Each iteration has
/// its own connection.
package struct NotificationStream: AsyncSequence, Sendable {
    package enum Element: Sendable, Equatable {
        case notification(channel: String, payload: String)
        /// Everything announced from here on will be yielded; what was announced before may have been missed.
        case reconnected
    }

    let configuration: ConnectionConfiguration
    let channels: [String]
    let options: Options
    let logger: Logger

    package struct Options: Sendable {
        /// Notifications kept for a slow consumer; beyond them the oldest are dropped.
        package var bufferSize = 4096
        /// How often the idle connection is asked whether it is still there.
        package var pingInterval: Duration = .seconds(5)

        package init(bufferSize: Int = 4096, pingInterval: Duration = .seconds(5)) {
            self.bufferSize = bufferSize
            self.pingInterval = pingInterval
        }
    }

    /// Channel names are case-sensitive, as in `pg_notify('name', ...)`.
    package init(
        _ configuration: ConnectionConfiguration,
        channels: [String],
        options: Options = Options(),
        logger: Logger
    ) throws(PostgresError) {
        for channel in channels where !(1...63).contains(channel.utf8.count) {
            throw PostgresError(.invalidConfiguration, "channel '\(channel)': a name has 1 to 63 bytes")
        }
        self.configuration = configuration
        self.channels = channels
        self.options = options
        self.logger = logger
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(stream: self) }

    package struct AsyncIterator: AsyncIteratorProtocol {
        private static let backoff = RetryBackoff(first: .milliseconds(50), longest: .seconds(2))

        let stream: NotificationStream
        private var elements: AsyncStream<Element>.AsyncIterator?
        private var failures = 0

        init(stream: NotificationStream) {
            self.stream = stream
        }

        package mutating func next() async -> Element? {
            while !Task.isCancelled {
                if let element = await elements?.next(isolation: #isolation) { return element }
                elements = nil
                await connect()
            }
            return nil
        }

        /// The new session's first element is `.reconnected`. A failure is reported once, not at every
        /// attempt.
        private mutating func connect() async {
            if failures > 0 {
                try? await ContinuousClock().sleep(for: Self.backoff.delay(after: failures))
                if Task.isCancelled { return }
            }
            do throws(PostgresError) {
                elements = try await ListeningSession.open(for: stream).makeAsyncIterator()
                if failures > 0 { stream.logger.info("listening for notifications again") }
                failures = 0
            } catch {
                failures += 1
                stream.logger.log(
                    level: failures == 1 ? .warning : .debug,
                    "cannot listen for notifications; trying again",
                    metadata: ["attempt": "\(failures)", "reason": "\(error)"]
                )
            }
        }
    }
}
