internal import FleetClient
internal import FleetModel
internal import Logging

/// The long poll: one request after the other to any node, each with what is here, answered with work.
struct Poller: Sendable {
    /// Least time between two polls when the first brought nothing to start: an answer that comes at once again and
    /// again, as from a node that drains, must not become a storm.
    private static let pause = Duration.milliseconds(250)
    /// After a plain "no": only a person can change it.
    private static let refusedPause = Duration.seconds(60)

    let directory: DataDirectory
    let node: NodeLink
    let task: StepTask
    let checks: CheckTask
    let logger: Logger
    private let inHand = StepsInHand()

    init(directory: DataDirectory, node: NodeLink, task: StepTask, checks: CheckTask, logger: Logger) {
        self.directory = directory
        self.node = node
        self.task = task
        self.checks = checks
        self.logger = logger
    }

    /// Runs until cancelled.
    func run(resuming records: [JournalRecord]) async {
        await withDiscardingTaskGroup { group in
            for record in records {
                inHand.resume(record.assignment.stepRunID, project: record.assignment.project)
                start(record, in: &group)
            }
            var backoff = Backoff(base: .milliseconds(500), cap: .seconds(60))
            while !Task.isCancelled {
                let wait: Duration
                do {
                    wait = try await pollOnce(in: &group) ? .zero : Self.pause
                    backoff.succeeded()
                } catch {
                    guard !Task.isCancelled else { break }
                    wait = pause(after: error, backoff: &backoff)
                }
                // Cancelled while it sleeps: the loop's condition sees it.
                try? await Task.sleep(for: wait)
            }
            group.cancelAll()
        }
    }

    /// true: a step was started.
    private func pollOnce(in group: inout DiscardingTaskGroup) async throws -> Bool {
        let session = try await node.current()
        // In this order: a step that ends in between makes the inventory newer than `running` says, never older.
        let running = inHand.ids
        let inventory = try await Blocking.run { [directory] in try Inventory.read(directory) }
        let clock = ContinuousClock()
        let begin = clock.now
        let answer: AgentV1.PollResponse
        do {
            answer = try await session.client.poll(
                AgentV1.PollRequest(inventory: inventory, running: running, checks: checks.inHand),
                holdSeconds: session.pollSeconds
            )
        } catch let problem as Problem where NodeLink.endsSession(problem) {
            // Another task of this agent may have opened the next session meanwhile: then all is well.
            guard await node.drop(session) else { return true }
            throw problem
        }
        for id in answer.cancellations {
            let folder = directory.step(id)
            try await Blocking.run { try ScriptRunner.requestStop(in: folder) }
        }
        if let check = answer.check, checks.take(check) {
            let checks = checks
            group.addTask { await checks.run(check) }
        }
        var isStarted = answer.check != nil
        for assignment in answer.assignments {
            isStarted = try await take(assignment, in: &group) || isStarted
        }
        return isStarted || clock.now - begin > .seconds(1)
    }

    private func take(
        _ assignment: AgentV1.Assignment,
        in group: inout DiscardingTaskGroup
    ) async throws -> Bool {
        guard inHand.take(assignment.stepRunID, project: assignment.project) else { return false }
        do {
            let record = try await node.accept(assignment)
            logger.info(
                "step accepted",
                metadata: [
                    "step": "\(assignment.stepRunID)", "project": "\(assignment.project)",
                    "release": "\(assignment.release)", "name": "\(assignment.step.name)",
                ]
            )
            start(record, in: &group)
            return true
        } catch let problem as Problem where NodeLink.isStale(problem) {
            inHand.give(back: assignment.stepRunID)
            logger.info("step was no longer offered", metadata: ["step": "\(assignment.stepRunID)"])
            return false
        } catch {
            inHand.give(back: assignment.stepRunID)
            throw error
        }
    }

    private func start(_ record: JournalRecord, in group: inout DiscardingTaskGroup) {
        group.addTask {
            await task.run(record)
            inHand.give(back: record.assignment.stepRunID)
        }
    }

    private func pause(after error: any Error, backoff: inout Backoff) -> Duration {
        let wait = backoff.next(after: error, fraction: .random(in: 0..<1))
        guard let problem = error as? Problem else {
            logger.warning("poll failed", metadata: ["error": "\(error)"])
            return wait
        }
        if NodeLink.isSuperseded(problem) {
            logger.error(
                "another agent uses this machine's key: a copied disk? Join one of them anew with --force",
                metadata: ["why": "\(problem.detail)"]
            )
            return wait
        }
        logger.error("a node refused", metadata: ["status": "\(problem.status)", "why": "\(problem.detail)"])
        return problem.status == 403 ? Self.refusedPause : wait
    }
}
