import ArgumentParser
import FleetClient
import FleetModel
import NIOCore

/// `tidemark event export`: the log to a file, before it is dropped or for a system that keeps logs.
struct EventExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write events as lines of JSON, whole, oldest first.",
        discussion: "tidemark events export --before 2026-01-01T00:00:00Z > 2025.jsonl"
    )

    @OptionGroup var common: CommonOptions
    @Option(
        help: ArgumentHelp(
            "Only what happened before: 2026-01-02T03:04:05Z, or so long ago, such as 90d.",
            valueName: "time"
        )
    )
    var before: String
    @Option(help: ArgumentHelp("Only what happened from then on; the same forms.", valueName: "time"))
    var from: String?

    func validate() throws {
        for (name, text) in [("--before", before), ("--from", from)] {
            guard let text, DurationText(text) == nil, Instant(text) == nil else { continue }
            throw ValidationError(
                "\(name) is '\(text)', and must be a time such as 2026-01-02T03:04:05Z, or 90d"
            )
        }
    }

    func run() async throws {
        try await common.perform { session in
            let now = session.now
            func time(_ text: String) -> String {
                DurationText(text).map { now.adding(seconds: -$0.seconds).description } ?? text
            }
            var lines = LineReader(longest: Self.longestLine)
            var count = 0
            for try await piece in try await session.client.text(
                APIPath.of("events", "export"),
                query: ["before": time(before), "from": from.map(time)].compactMapValues { $0 },
                headers: [("Accept", "application/jsonl")]
            ) {
                for line in lines.read(piece.readableBytesView) {
                    session.printer.write(line)
                    count += 1
                }
            }
            session.printer.say("\(count) events")
        }
    }

    /// A message and a detail at their longest, with every character escaped.
    private static let longestLine = 4 * 1024 * 1024
}
