import ArgumentParser

/// How data is written to standard output; every command knows all four.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// For people: aligned, relative times, fitted to the terminal.
    case table
    /// The API's JSON, one document; one line per item where a command watches.
    case json
    case yaml
    /// One name per line, for `xargs`.
    case name
}
