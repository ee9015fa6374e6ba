import ArgumentParser
import Foundation
import Proof

/// Measures what the design promises, each figure as a ratio to a baseline of the same run.
@main
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tidemark-bench",
        abstract: "Measures Tidemark on a private PostgreSQL, each figure against a baseline of the same run."
    )

    @Option(help: "Only these parts, with commas between them; --list names them.")
    var only = PartList(parts: Part.allCases)
    @Option(help: "small: does it work; standard; full: with ten million events of history.")
    var size = Size.standard
    @Flag(help: "Say what the parts are, and measure nothing.")
    var list = false
    @Option(help: "Where PostgreSQL and results.jsonl are.")
    var folder = ".bench"
    @Option(help: "Where tidemarkd and the other programs are; beside this one unless said.")
    var programs: String?

    func run() async throws {
        guard !list else {
            for part in Part.allCases {
                say(part.rawValue.padding(toLength: 10, withPad: " ", startingAt: 0) + part.summary)
            }
            return
        }
        signal(SIGPIPE, SIG_IGN)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let beside = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
        let stage = Stage(programs: programs ?? beside, folder: folder, size: size)
        let figures = Figures()
        for part in only.parts {
            let started = ContinuousClock.now
            say("bench: \(part.rawValue): \(part.summary)")
            do {
                try await part.measure(on: stage, into: figures)
            } catch {
                figures.failed(part, because: "\(error)")
            }
            say("bench: \(part.rawValue) took \((ContinuousClock.now - started).inSeconds.digits(0)) s")
        }
        figures.printTable()
        try figures.write(to: "\(folder)/results.jsonl")
        say("bench: written to \(folder)/results.jsonl")
        guard figures.isWhole else { throw ExitCode.failure }
    }
}
