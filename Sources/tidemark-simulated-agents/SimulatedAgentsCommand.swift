import ArgumentParser
import Foundation
import Logging
import ServiceLifecycle
import SimulatedAgents
import UnixSignals

/// Many agents in one process, for `make bench` and for whoever wants to see what a node of theirs can carry.
@main
struct SimulatedAgentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tidemark-simulated-agents",
        abstract:
            "Joins many machines that exist only here and does nothing for what they are told to deploy; until SIGTERM.",
        discussion: "The join token is read from TIDEMARK_TOKEN. At the end a JSON object says what was done."
    )

    @Option(help: "A node or its balancer; may be given again, for agents to spread over.")
    var url: [String]
    @Option(help: "How many machines.")
    var count = 100
    @Option(help: "What the machines are called, before a number.")
    var prefix = "simulated"
    @Option(help: "Seconds that the joins are spread over.")
    var joinWithin = 0.0
    @Option(help: "Seconds that a step takes.")
    var stepSeconds = 0.0

    func run() async throws {
        guard let token = ProcessInfo.processInfo.environment["TIDEMARK_TOKEN"] else {
            throw ValidationError("TIDEMARK_TOKEN is to hold a join token that lasts for all machines")
        }
        try OpenFiles.allow(count * url.count + 200)
        signal(SIGPIPE, SIG_IGN)
        var settings = SimulatedFleet.Settings(urls: url, token: token, count: count)
        settings.prefix = prefix
        settings.joinWithin = .seconds(joinWithin)
        settings.stepTakes = .seconds(stepSeconds)
        let fleet = try SimulatedFleet(settings)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: fleet)],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "simulated-agents") { _ in SwiftLogNoOpLogHandler() }
            )
        )
        try await group.run()
        let report = try JSONEncoder().encode(SimulationReport(fleet.journal))
        print(String(decoding: report, as: UTF8.self))
    }
}

/// What is printed at the end.
struct SimulationReport: Codable {
    let joined: Int
    let started: Int
    let startedTwice: Int
    let results: Int
    let polls: Int
    let failures: Int
    /// The longest time from joining to the first step; nil when no step came.
    let longestWaitSeconds: Double?

    init(_ journal: SimulatedJournal) {
        joined = journal.joined
        started = journal.starts.count
        startedTwice = journal.startedTwice.count
        results = journal.results
        polls = journal.polls
        failures = journal.failures
        longestWaitSeconds = journal.waitsForFirstStep.max().map { $0 / .seconds(1) }
    }
}
