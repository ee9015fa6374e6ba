package import Logging

/// How a program writes its log: for people, or a JSON object a line for programs that collect logs.
package enum LogFormat: String, CaseIterable, Sendable {
    case text, json

    /// A logger to standard error, so that standard output holds data alone.
    package func logger(_ label: String, level: Logger.Level = .info) -> Logger {
        var logger = Logger(label: label) { handler($0) }
        logger.logLevel = level
        return logger
    }

    private func handler(_ label: String) -> any LogHandler {
        switch self {
        case .text: StreamLogHandler.standardError(label: label)
        case .json: JSONLogHandler(label: label)
        }
    }
}
