import ArgumentParser
import Cluster
import FleetStore
import Foundation
import Logging
import Proof

/// Proves on real processes that whatever happens to nodes, network and database, nothing is missed, done twice or lost.
@main
struct DrillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tidemark-drill",
        abstract:
            "Does harm to a real cluster under load, and counts what was missed, done twice, lost, and late.",
        discussion: """
            PostgreSQL with a synchronous standby, three nodes, HAProxy and four agents, all in one folder. Exit code 0: \
            nothing was wrong; times are shown beside their targets and do not count.
            """
    )

    @Option(help: "How often every fault is done.")
    var rounds = 2
    @Option(help: "The seed of the load, the order of the faults and their moments.")
    var seed: UInt64 = 1
    @Option(help: "Only these faults or families of faults, separated by commas: see --list.")
    var only: String?
    @Option(help: "Where tidemarkd, tidemark and tidemark-agent are; beside this program unless said.")
    var programs: String?
    @Option(help: "Where servers, agents and logs are; removed at the end unless something was wrong.")
    var folder = ".drill"
    @Option(help: "Where the results go, as JSON lines.")
    var results = ".drill-results"
    @Flag(help: "List the faults and their targets.")
    var list = false
    @Flag(
        help: "Give the auditor readers that are known to be wrong instead, and see that it finds them out."
    )
    var auditorCheck = false
    @Option(
        help:
            "Soak for so many minutes instead: a steady load, a fault now and then, and a look at what grows."
    )
    var soakMinutes: Int?
    @Option(help: "Seconds between two faults of a soak.")
    var soakFaultSeconds = 45

    func validate() throws {
        if let only, Fault.named(words(of: only)).isEmpty {
            throw ValidationError("--only \(only) names no fault: see --list")
        }
        if let soakMinutes, soakMinutes < 1 { throw ValidationError("--soak-minutes is at least 1") }
    }

    func run() async throws {
        if list {
            for fault in Fault.all {
                say("\(fault.name): median \(fault.target.median) s, most \(fault.target.most) s")
            }
            return
        }
        guard try await Interruptible.run({ try await prove() }) else { throw ExitCode.failure }
    }

    private func prove() async throws -> Bool {
        let logger = Logger(label: "drill") { _ in SwiftLogNoOpLogHandler() }
        if auditorCheck { return try await AuditorCheck(folder: folder, seed: seed, logger: logger).run() }
        let outbox = Announcer.Outbox(work: WorkSignals(), cluster: ClusterSignals())
        let ownFolder = Bundle.main.executableURL?.deletingLastPathComponent().path ?? ".build/debug"
        let builder = StageBuilder(
            programs: StageBuilder.Programs(folder: programs ?? ownFolder),
            folder: folder,
            seed: seed,
            hint: outbox.add,
            logger: logger
        )
        let stage = try await builder.build()
        let proved: Bool
        do {
            let workers = Workers(stage, outbox: outbox, seed: seed, logger: logger)
            if let soakMinutes {
                let soak = Soak(stage: stage, minutes: soakMinutes, faultEvery: .seconds(soakFaultSeconds))
                proved = try await soak.run(workers)
            } else {
                proved = try await drill(stage, workers)
            }
        } catch {
            await stage.takeDown()
            throw error
        }
        await stage.takeDown()
        if proved { try? FileManager.default.removeItem(atPath: folder) }
        return proved
    }

    private func drill(_ stage: Stage, _ workers: Workers) async throws -> Bool {
        let wanted = Fault.named(words(of: only ?? ""))
        let omitted = wanted.compactMap { fault in
            fault.need.flatMap(stage.surroundings.lacks).map { (fault: fault, reason: $0) }
        }
        let faults = wanted.filter { fault in !omitted.contains { $0.fault.name == fault.name } }
        var drill = Drill(stage: stage, faults: faults, rounds: rounds)
        let started = ContinuousClock.now
        try await workers.work { try await drill.run() }
        let findings = try await drill.settle()
        let machines = try await drill.auditMachines()
        let summary = Summary(
            trials: drill.trials,
            omitted: omitted,
            findings: findings,
            machines: machines,
            counts: stage.load.ledger.counts,
            lost: try await stage.load.ledger.lost(in: stage.servers.database),
            took: .now - started
        )
        summary.print()
        say("drill: written to \(try Results.write(drill.trials, seed: seed, to: results))")
        return summary.isProved
    }

    private func words(of text: String) -> [String] {
        text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
