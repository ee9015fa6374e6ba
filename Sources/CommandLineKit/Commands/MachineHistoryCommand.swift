import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark machine history`: what was on a machine at a time, and what had happened to it.
struct MachineHistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Say what was on a machine at a time, and what had happened to it by then.",
        discussion: "Works for deleted machines too, by their name or number."
    )

    @OptionGroup var common: CommonOptions
    @Argument(help: "Its name or number.", completion: NameCompletion.machines) var machine: String
    @Option(
        help: ArgumentHelp(
            "The time: 2026-01-02T03:04:05Z, or how long ago, such as 2h; now unless said.",
            valueName: "time"
        )
    )
    var at: String?
    @Option(help: "How many of the latest entries to show, 1 to 1000.") var limit = 50

    func validate() throws {
        guard (1...Limits.pageSize).contains(limit) else {
            throw ValidationError("--limit is \(limit), and must be from 1 to \(Limits.pageSize)")
        }
        guard let at, DurationText(at) == nil, Instant(at) == nil else { return }
        throw ValidationError("--at is '\(at)', and must be a time such as 2026-01-02T03:04:05Z, or 2h")
    }

    func run() async throws {
        try await common.perform { session in
            let now = session.now
            var query = ["limit": String(limit)]
            query["at"] = at.map { text in
                DurationText(text).map { now.adding(seconds: -$0.seconds).description } ?? text
            }
            let asked = query
            let history: MachineHistory = try await session.withMachine(machine) {
                try await session.client.get(APIPath.of("machines", $0, "history"), query: asked)
            }
            try session.printer.show(history, name: history.name) { palette, width in
                MachineHistoryView(palette: palette, width: width).lines(history)
            }
        }
    }
}
