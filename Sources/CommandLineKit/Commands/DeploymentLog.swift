import ArgumentParser
import FleetClient
import FleetModel
import NIOCore

/// `tidemark deployment log`: what the steps printed, made unable to command this terminal.
struct DeploymentLog: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "What the steps of a deployment printed.",
        discussion: "Each line begins with its machine and step, unless both are chosen."
    )

    @OptionGroup var common: CommonOptions
    @Argument(help: "The deployment's number.") var id: Int64
    @Option(help: "Only this machine.") var machine: String?
    @Option(help: "Only this step.") var step: String?
    @Option(help: "Only the last so many lines of each step.") var tail: Int?
    @Flag(help: "Go on until the deployment ends.") var follow = false

    func validate() throws {
        if let tail, tail < 0 { throw ValidationError("--tail is \(tail), and must not be negative") }
        if follow, tail != nil { throw ValidationError("--follow shows all lines: leave --tail out") }
    }

    func run() async throws {
        try await common.perform { session in
            let query = ["machine": machine, "step": step, "tail": tail.map { String($0) }]
                .compactMapValues { $0 }
            if follow {
                let tool = self
                try await Deadline.within(session.limit, orFail: "the time of --timeout is over") {
                    try await tool.follow(query, in: session)
                }
            } else {
                try await read(query, in: session)
            }
        }
    }

    private func follow(_ query: [String: String], in session: Session) async throws {
        let writer = LogWriter(printer: session.printer, deployment: id)
        try await LiveStream.follow(
            APIPath.of("deployments", String(id), "log", "stream"),
            query: query,
            in: session,
            isOver: {
                let detail: APIV1.DeploymentDetail = try await session.client.get(
                    APIPath.of("deployments", String(id))
                )
                return !detail.deployment.state.isOpen
            },
            writer.write
        )
    }

    /// Line by line as it arrives: a log can be larger than the memory.
    private func read(_ query: [String: String], in session: Session) async throws {
        let writer = LogWriter(printer: session.printer, deployment: id)
        var lines = LineReader()
        for try await piece in try await session.client.text(
            APIPath.of("deployments", String(id), "log"),
            query: query
        ) {
            for line in lines.read(piece.readableBytesView) { try writer.write(line) }
        }
        if let rest = lines.rest { try writer.write(rest) }
    }
}

/// Lines of a log in the asked format: as they are, or one JSON or YAML document each.
struct LogWriter {
    let printer: Printer
    let deployment: Int64

    /// One line of a log for programs.
    struct Line: Codable, Equatable {
        var deployment: Int64
        var line: String
    }

    func write(_ event: ServerSentEvent) throws {
        for line in event.data.split(separator: "\n", omittingEmptySubsequences: false) {
            try write(String(line))
        }
    }

    func write(_ line: String) throws {
        let whole = Line(deployment: deployment, line: line)
        switch printer.format {
        case .table, .name: printer.write(Inert.log(line))
        case .json: printer.write(try StructuredText.json(whole, pretty: false))
        case .yaml: printer.write("---\n" + (try StructuredText.yaml(whole)))
        }
    }
}
