import ArgumentParser
import FleetClient
import FleetModel
import Foundation
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
        if let tail, !(1...100_000).contains(tail) {
            throw ValidationError("--tail is \(tail), and must be from 1 to 100000")
        }
        if follow, tail != nil { throw ValidationError("--follow shows all lines: leave --tail out") }
    }

    func run() async throws {
        try await common.perform { session in
            if follow {
                let tool = self
                try await Deadline.within(session.limit, orFail: "the time of --timeout is over") {
                    try await tool.follow(in: session)
                }
            } else {
                try await read(in: session)
            }
        }
    }

    private func follow(in session: Session) async throws {
        let writer = LogWriter(printer: session.printer, deployment: id)
        var follower = LogFollower(machine: machine, step: step)
        let path = APIPath.of("deployments", String(id), "log", "stream")
        try await LiveStream.follow(path, query: [:], in: session) { event in
            guard event.event != "end" else { return .end }
            guard event.event == "log" else { return .goOn }
            let piece = try JSONDecoder().decode(LogFollower.Piece.self, from: Data(event.data.utf8))
            for line in follower.read(piece) { try writer.write(line) }
            return .goOn
        }
        for line in follower.rest { try writer.write(line) }
    }

    /// Line by line as it arrives: a log can be larger than the memory.
    private func read(in session: Session) async throws {
        let query = ["machine": machine, "step": step, "tail": tail.map { String($0) }]
        let writer = LogWriter(printer: session.printer, deployment: id)
        var lines = LineReader()
        for try await piece in try await session.client.text(
            APIPath.of("deployments", String(id), "log"),
            query: query.compactMapValues { $0 }
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

    func write(_ line: String) throws {
        let whole = Line(deployment: deployment, line: line)
        switch printer.format {
        case .table, .name: printer.write(Inert.log(line))
        case .json: printer.write(try StructuredText.json(whole, pretty: false))
        case .yaml: printer.write("---\n" + (try StructuredText.yaml(whole)))
        }
    }
}
