import ArgumentParser
import Foundation

/// What the two output streams can show, found out once at the start.
struct Terminal: Equatable, Sendable {
    /// Columns of the terminal on standard output; nil: not a terminal, and nothing is cut.
    var width: Int?
    var outputColour: Bool
    /// Standard error is a terminal: progress may be drawn in place.
    var isInteractive: Bool
    var messageColour: Bool

    /// Unless `--color` says: `NO_COLOR` (any text), `CLICOLOR=0` and `TERM=dumb` turn colour off; `CLICOLOR_FORCE` and
    /// `FORCE_COLOR` (anything but 0) turn it on where there is no terminal. `COLUMNS` goes before the measured width.
    init(
        environment: [String: String],
        colour: ColourChoice = .auto,
        outputIsTerminal: Bool,
        messagesAreTerminal: Bool,
        measuredWidth: Int?
    ) {
        let isRefused =
            environment["NO_COLOR"]?.isEmpty == false || environment["CLICOLOR"] == "0"
            || environment["TERM"] == "dumb"
        let isForced = ["CLICOLOR_FORCE", "FORCE_COLOR"].contains { name in
            environment[name].map { !$0.isEmpty && $0 != "0" } ?? false
        }
        let isWanted: (Bool) -> Bool = { isTerminal in
            switch colour {
            case .always: true
            case .never: false
            case .auto: !isRefused && (isTerminal || isForced)
            }
        }
        outputColour = isWanted(outputIsTerminal)
        messageColour = isWanted(messagesAreTerminal)
        isInteractive = messagesAreTerminal && environment["TERM"] != "dumb"
        let asked = environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        width = outputIsTerminal ? max(40, asked ?? measuredWidth ?? 80) : nil
    }

    static func current(colour: ColourChoice = .auto) -> Terminal {
        Terminal(
            environment: ProcessInfo.processInfo.environment,
            colour: colour,
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

/// `--color`
enum ColourChoice: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// On terminals, as the environment says.
    case auto
    case always, never
}
