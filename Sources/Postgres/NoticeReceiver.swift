import CLibPQ
import Logging
import Synchronization

/// Sends the server's notices to the logger. libpq would print them to standard error.
final class NoticeReceiver: Sendable {
    /// Whether the server said, while nothing was asked of it, that it ends the session.
    let hasEnded = Atomic(false)
    private let logger: Logger

    private init(logger: Logger) {
        self.logger = logger
    }

    /// Returns what the connection refers to: the caller keeps it for as long as the connection lives.
    static func install(on connection: OpaquePointer, logger: Logger) -> NoticeReceiver {
        let receiver = NoticeReceiver(logger: logger)
        _ = PQsetNoticeReceiver(
            connection,
            { context, result in
                guard let context, let result else { return }
                Unmanaged<NoticeReceiver>.fromOpaque(context).takeUnretainedValue().receive(result)
            },
            Unmanaged.passUnretained(receiver).toOpaque()
        )
        return receiver
    }

    /// A warning of the server is worth a warning here, and so are its last words (FATAL); its notices
    /// ("already exists, skipping") are not.
    private func receive(_ result: OpaquePointer) {
        func field(_ code: Int32) -> String? {
            PQresultErrorField(result, code).map { String(cString: $0) }
        }
        let message =
            field(Diagnostic.message)
            ?? String(cString: PQresultErrorMessage(result)).trimmingTrailingWhitespace()
        let severity = field(Diagnostic.severity) ?? ""
        if severity == "FATAL" || severity == "PANIC" { hasEnded.store(true, ordering: .relaxed) }
        var metadata: Logger.Metadata = [:]
        metadata["sqlstate"] = field(Diagnostic.sqlState).map { .string($0) }
        metadata["detail"] = field(Diagnostic.detail).map { .string($0) }
        logger.log(
            level: ["WARNING", "FATAL", "PANIC"].contains(severity) ? .warning : .debug,
            "postgres: \(message)",
            metadata: metadata
        )
    }
}
