internal import FleetClient
internal import FleetModel
package import Logging
internal import ServiceLifecycle

/// The agent: asks a node for work, keeps what it took on in a journal, and goes on where it was after a restart.
package struct Agent: Sendable {
    private let directory: DataDirectory
    private let journal: Journal
    private let secrets: SecretsDirectory
    private let node: NodeLink
    private let web: WebClient
    private let task: StepTask
    private let checks: CheckTask
    private let logger: Logger

    /// - Parameters:
    ///   - supervisor: how to start `tidemark-agent supervise`, without the folder.
    ///   - secrets: where the secrets of steps in hand lie.
    ///   - environment: the agent's own; scripts get a few names of it.
    package init(
        identity: Identity,
        directory: DataDirectory,
        secrets: SecretsDirectory,
        supervisor: [String],
        environment: [String: String],
        logger: Logger
    ) throws {
        self.directory = directory
        self.secrets = secrets
        self.logger = logger
        journal = Journal(directory: directory)
        node = try NodeLink(identity: identity, directory: directory, logger: logger)
        web = WebClient()
        let scripts = ScriptRunner(supervisor: supervisor)
        let fetcher = PackageFetcher(cache: PackageCache(path: directory.cache), node: node, web: web)
        let runner = StepRunner(
            directory: directory,
            journal: journal,
            scripts: scripts,
            installer: PackageInstaller(
                journal: journal,
                fetcher: fetcher,
                scripts: scripts,
                unpacker: Unpacker()
            ),
            secrets: SecretsFetcher(directory: secrets, node: node, logger: logger),
            own: environment
        )
        checks = CheckTask(
            machine: identity.name,
            directory: directory,
            scripts: scripts,
            own: environment,
            node: node,
            logger: logger
        )
        task = StepTask(journal: journal, runner: runner, node: node, logger: logger)
    }

    /// Runs until cancelled or told to shut down. Steps outlive it: their supervisors go on.
    package func run() async throws {
        do {
            try await work()
        } catch {
            await close()
            throw error
        }
        await close()
    }

    private func work() async throws {
        let lock = try RunLock(directory)
        defer { withExtendedLifetime(lock) {} }
        let journal = journal
        let records = try await Blocking.run {
            let records = try journal.load()
            try journal.removeLeftovers(records)
            try CheckTask.removeLeftovers(in: directory)
            return records
        }
        do {
            try await Blocking.run { [secrets] in try secrets.removeLeftovers(records) }
        } catch {
            // Steps that need no secrets go on; one that does says what is wrong.
            logger.error("secrets of earlier steps not removed", metadata: ["error": "\(error)"])
        }
        let poller = Poller(directory: directory, node: node, task: task, checks: checks, logger: logger)
        await cancelWhenGracefulShutdown { await poller.run(resuming: records) }
        // A step in hand means a restart, such as an upgrade of the agent: the machine is not gone.
        let isIdle = try await Blocking.run { [secrets] in
            secrets.leave()
            return try journal.load().isEmpty
        }
        if isIdle, !Task.isCancelled { await Goodbye.say(on: node, logger: logger) }
    }

    private func close() async {
        await node.close()
        await web.close()
    }
}
