internal import FleetClient
internal import FleetModel
internal import Glibc
internal import Logging
internal import Synchronization

/// Health checks: each runs under a supervisor like a step, beside whatever else runs, and its result is sent until a node
/// has it. Nothing of it is journalled: a check that an agent forgets is given out again, and running it twice does no harm.
struct CheckTask: Sendable {
    /// Its folder holds script and order; the script itself works in the agent's folder.
    let machine: String
    let directory: DataDirectory
    let scripts: ScriptRunner
    let own: [String: String]
    let node: NodeLink
    let logger: Logger
    private let checks = ChecksInHand()

    init(
        machine: String,
        directory: DataDirectory,
        scripts: ScriptRunner,
        own: [String: String],
        node: NodeLink,
        logger: Logger
    ) {
        self.machine = machine
        self.directory = directory
        self.scripts = scripts
        self.own = own
        self.node = node
        self.logger = logger
    }

    /// What a poll says of checks.
    var inHand: [ID<HealthCheck>] { checks.ids }

    /// false: it is in hand already.
    func take(_ check: AgentV1.Check) -> Bool { checks.take(check.id) }

    static func removeLeftovers(in directory: DataDirectory) throws {
        for name in try Disk.names(in: "\(directory.path)/checks") {
            try Disk.removeTree("\(directory.path)/checks/\(name)")
        }
    }

    /// Ends when a node has the result, or with the agent.
    func run(_ check: AgentV1.Check) async {
        defer { checks.give(back: check.id) }
        do {
            let result = try await result(of: check)
            try await deliver(result, of: check)
        } catch is CancellationError {
            logger.info("health check left: the agent stops", metadata: ["check": "\(check.id)"])
        } catch {
            logger.error("health check", metadata: ["check": "\(check.id)", "error": "\(error)"])
        }
        let path = directory.check(check.id).path
        try? await Blocking.run { try Disk.removeTree(path) }
    }

    private func result(of check: AgentV1.Check) async throws -> AgentV1.CheckResultRequest {
        do {
            let folder = directory.check(check.id)
            let order = SupervisorOrder(
                command: Shebang.command(script: check.script, path: folder.script),
                directory: directory.path,
                environment: ScriptEnvironment.check(machine: machine, own: own),
                timeoutSeconds: check.timeoutSeconds,
                logBytes: Limits.checkReportBytes
            )
            try await Blocking.run {
                // What a run before a lost answer left.
                try Disk.removeTree(folder.path)
                try scripts.prepare(check.script, order: order, in: folder)
            }
            let exit = try await scripts.run(in: folder)
            let end = StepEnd(exit, of: "check", timeoutSeconds: check.timeoutSeconds)
            let log = StepLog(folder: folder)
            let output = try await log.read(
                from: 0,
                count: Int(min(try await log.length(), Int64(Limits.checkReportBytes)))
            )
            return AgentV1.CheckResultRequest(
                fence: check.fence,
                exitCode: end.exitCode,
                timedOut: exit?.ending == .timedOut,
                message: String(end.message.prefix(Limits.messageLength)),
                output: String(decoding: output, as: UTF8.self)
            )
        } catch let error as CancellationError {
            throw error
        } catch {
            try Task.checkCancellation()
            return AgentV1.CheckResultRequest(
                fence: check.fence,
                exitCode: nil,
                timedOut: false,
                message: String("\(error)".prefix(Limits.messageLength)),
                output: ""
            )
        }
    }

    private func deliver(_ result: AgentV1.CheckResultRequest, of check: AgentV1.Check) async throws {
        var backoff = Backoff(base: .milliseconds(500), cap: .seconds(60))
        while true {
            do {
                return try await node.call { try await $0.checkResult(check.id, result) }
            } catch let problem as Problem where NodeLink.isStale(problem) || problem.status == 404 {
                return logger.warning(
                    "the node refused the result of a check",
                    metadata: ["why": "\(problem.detail)"]
                )
            } catch {
                try Task.checkCancellation()
                logger.warning("result of a check not delivered yet", metadata: ["error": "\(error)"])
                try await Task.sleep(for: backoff.next(after: error, fraction: .random(in: 0..<1)))
            }
        }
    }
}

/// Which checks this agent has in hand.
final class ChecksInHand: Sendable {
    private let checks = Mutex<Set<ID<HealthCheck>>>([])

    var ids: [ID<HealthCheck>] { checks.withLock { $0.sorted() } }

    func take(_ id: ID<HealthCheck>) -> Bool { checks.withLock { $0.insert(id).inserted } }

    func give(back id: ID<HealthCheck>) { checks.withLock { _ = $0.remove(id) } }
}

extension ScriptEnvironment {
    /// Of a health check: the few names from the agent's own, and which machine it is.
    static func check(machine: String, own: [String: String]) -> [String: String] {
        var environment = ["PATH": defaultPath].merging(own.filter { inherited.contains($0.key) }) { $1 }
        environment["TIDEMARK_MACHINE"] = machine
        return environment
    }
}
