internal import FleetClient
internal import FleetModel
internal import Logging

/// One step in hand, from the journal to the node's acknowledgement: it runs, its log goes out beside it, then its
/// result, as often as it takes.
struct StepTask: Sendable {
    let journal: Journal
    let runner: StepRunner
    let node: NodeLink
    let logger: Logger

    /// Ends when the step is closed, or with the agent; then the journal has it.
    func run(_ record: JournalRecord) async {
        var logger = logger
        logger[metadataKey: "step"] = "\(record.assignment.stepRunID)"
        if let trace = record.assignment.traceparent.flatMap(TraceParent.init) {
            logger[metadataKey: "traceID"] = "\(trace.traceID)"
        }
        logger[metadataKey: "project"] = "\(record.assignment.project)"
        let folder = journal.directory.step(record.assignment.stepRunID)
        let shipper = LogShipper(record.assignment, log: StepLog(folder: folder), node: node, logger: logger)
        do {
            let result = try await runAndShip(record, shipper, folder)
            logger.info(
                "step ended",
                metadata: ["outcome": "\(result.outcome.rawValue)", "message": "\(result.message)"]
            )
            try await deliver(result, record, shipper, logger)
            let journal = journal
            try await Blocking.run { try journal.remove(record.assignment.stepRunID) }
        } catch is CancellationError {
            logger.info("step left in the journal: the agent stops")
        } catch {
            logger.error(
                "step stays in the journal until the agent starts again",
                metadata: ["error": "\(error)"]
            )
        }
    }

    private func runAndShip(
        _ record: JournalRecord,
        _ shipper: LogShipper,
        _ folder: StepFolder
    ) async throws -> AgentV1.ResultRequest {
        let runner = runner
        return try await withThrowingTaskGroup(of: AgentV1.ResultRequest?.self) { group in
            group.addTask { try await runner.run(record) }
            group.addTask {
                do {
                    try await shipper.follow()
                } catch is LogShipper.Stale {
                    // The node gave the step up: its result will be refused, so it must not go on here.
                    try await Blocking.run { try ScriptRunner.requestStop(in: folder) }
                }
                return nil
            }
            defer { group.cancelAll() }
            while let ended = try await group.next() {
                if let result = ended { return result }
            }
            throw CancellationError()
        }
    }

    /// The whole log, then the result, until it is acknowledged, or refused for good.
    private func deliver(
        _ result: AgentV1.ResultRequest,
        _ record: JournalRecord,
        _ shipper: LogShipper,
        _ logger: Logger
    ) async throws {
        var backoff = Backoff(base: .milliseconds(500), cap: .seconds(60))
        while true {
            do {
                try await shipper.sendAll()
                try await node.call { try await $0.result(record.assignment.stepRunID, result) }
                return
            } catch is LogShipper.Stale {
                return logger.warning("the node gave the step up before its result came")
            } catch let problem as Problem where NodeLink.isStale(problem) || problem.status == 404 {
                return logger.warning("the node refused the result", metadata: ["why": "\(problem.detail)"])
            } catch {
                try Task.checkCancellation()
                logger.warning("result not delivered yet", metadata: ["error": "\(error)"])
                try await Task.sleep(for: backoff.next(after: error, fraction: .random(in: 0..<1)))
            }
        }
    }
}
