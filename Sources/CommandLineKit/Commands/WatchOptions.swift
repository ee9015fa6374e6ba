import ArgumentParser
import FleetModel

/// `--watch`: the same again and again, until Ctrl-C or `--timeout`.
struct WatchOptions: ParsableArguments {
    static let standardInterval = Duration.seconds(2)

    @Flag(name: [.customShort("w"), .long], help: "Show it again whenever it has changed. Ends with Ctrl-C.")
    var watch = false

    @Option(help: ArgumentHelp("How often --watch looks; 2s unless set.", valueName: "time"))
    var interval: DurationText?

    func validate() throws {
        if let interval, interval.milliseconds < 100 {
            throw ValidationError("--interval is below 100ms, which would only keep the nodes busy")
        }
    }

    /// Runs a command's body as `CommonOptions.perform` does; with `--watch` over and over. On a terminal it is drawn in
    /// place; elsewhere it is written again, after an empty line, when something is different.
    func perform(_ common: CommonOptions, _ body: @escaping @Sendable (Session) async throws -> Void)
        async throws
    {
        guard watch else { return try await common.perform(body) }
        let pause = interval?.duration ?? Self.standardInterval
        try await common.perform { session in
            try await Deadline.within(session.limit, orFail: "the time of --timeout is over") {
                try await Self.repeating(body, every: pause, in: session)
            }
        }
    }

    private static func repeating(
        _ body: @Sendable (Session) async throws -> Void,
        every pause: Duration,
        in session: Session
    ) async throws {
        var last: String?
        while true {
            let page = Page()
            var paged = session
            paged.printer.page = page
            try await body(paged)
            let text = page.text
            if text != last {
                if session.printer.terminal.width != nil, session.printer.format == .table {
                    session.printer.redraw(text)
                } else {
                    if last != nil, session.printer.format == .table { session.printer.write("") }
                    text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().forEach {
                        session.printer.write(String($0))
                    }
                }
                last = text
            }
            try await Task.sleep(for: pause)
        }
    }
}
