import Foundation

/// What the two output streams can show, found out once at the start.
struct Terminal: Equatable, Sendable {
    /// Columns of the terminal on standard output; nil: not a terminal, and nothing is cut.
    var width: Int?
    var outputColour: Bool
    /// Standard error is a terminal: progress may be drawn in place.
    var isInteractive: Bool
    var messageColour: Bool

    /// `NO_COLOR` (any text) and `TERM=dumb` turn colour off, `FORCE_COLOR` turns it on; `COLUMNS` goes before the measured width.
    init(
        environment: [String: String],
        outputIsTerminal: Bool,
        messagesAreTerminal: Bool,
        measuredWidth: Int?
    ) {
        let refused = environment["NO_COLOR"].map { !$0.isEmpty } ?? false || environment["TERM"] == "dumb"
        let forced = environment["FORCE_COLOR"].map { !$0.isEmpty && $0 != "0" } ?? false
        outputColour = !refused && (outputIsTerminal || forced)
        messageColour = !refused && (messagesAreTerminal || forced)
        isInteractive = messagesAreTerminal && environment["TERM"] != "dumb"
        let asked = environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        width = outputIsTerminal ? max(40, asked ?? measuredWidth ?? 80) : nil
    }

    static func current() -> Terminal {
        Terminal(
            environment: ProcessInfo.processInfo.environment,
            outputIsTerminal: isatty(STDOUT_FILENO) == 1,
            messagesAreTerminal: isatty(STDERR_FILENO) == 1,
            measuredWidth: measuredWidth()
        )
    }

    private static func measuredWidth() -> Int? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
