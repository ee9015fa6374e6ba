internal import FleetModel
internal import Glibc

/// Takes one step from its place in the journal to its result in the journal; after a restart it goes on from there.
struct StepRunner: Sendable {
    let directory: DataDirectory
    let journal: Journal
    let scripts: ScriptRunner
    let installer: PackageInstaller
    let secrets: SecretsFetcher
    /// The agent's own environment, from which a script gets the few allowed names.
    let own: [String: String]

    /// - Throws: only when the agent stops; the step can then be taken up again. Whatever else goes wrong is a result.
    func run(_ record: JournalRecord) async throws -> AgentV1.ResultRequest {
        let assignment = record.assignment
        if case .finished(let result) = record.phase { return result }
        var end: StepEnd
        do {
            end = try await perform(record)
        } catch let error as CancellationError {
            throw error
        } catch {
            try Task.checkCancellation()
            end = StepEnd(.failed, "\(error)")
        }
        let folder = directory.step(assignment.stepRunID)
        end = try await Blocking.run { [secrets, end] in secrets.close(end, of: assignment, in: folder) }
        let log = StepLog(folder: folder)
        try await log.write(String(end.message.prefix(Limits.messageLength)))
        let result = AgentV1.ResultRequest(
            fence: assignment.fence,
            outcome: end.outcome,
            exitCode: end.exitCode,
            message: String(end.message.prefix(Limits.messageLength)),
            logBytes: try await log.length(),
            logDroppedBytes: Int64(end.droppedBytes),
            inventory: try await Blocking.run { [directory] in try Inventory.read(directory) }
        )
        try await Blocking.run { [journal] in
            try journal.write(JournalRecord(assignment: assignment, phase: .finished(result)))
        }
        return result
    }

    private func perform(_ record: JournalRecord) async throws -> StepEnd {
        let assignment = record.assignment
        let project = try directory.project(assignment.project)
        let folder = directory.step(assignment.stepRunID)
        try await Blocking.run {
            try project.make()
            try Disk.makeFolder(folder.path)
        }
        let end: StepEnd
        switch assignment.step.action {
        case .manual, .healthCheck:
            return StepEnd(.failed, "the step is the whole deployment's, and not for a machine to run")
        case .script(let text): end = try await runScript(text, record, project, folder)
        case .package(let install):
            try await Blocking.run { _ = try project.update { $0.begin(assignment) } }
            do {
                end = try await installer.run(install, record, project, folder) {
                    releaseFolder,
                    previousFolder in
                    try await check(install, assignment, project, releaseFolder, previousFolder)
                }
            } catch let error where !(error is PackageInstaller.Stuck) {
                // Stopped with the agent: it goes on. Failed: what failed left nothing.
                try Task.checkCancellation()
                try await Blocking.run { _ = try project.update { $0.withdrew(assignment) } }
                throw error
            }
            if end.outcome != .succeeded {
                try await Blocking.run { _ = try project.update { $0.withdrew(assignment) } }
            }
        }
        if end.outcome == .succeeded {
            try await Blocking.run { _ = try project.update { $0.succeeded(assignment) } }
        }
        return end
    }

    private func runScript(
        _ text: String,
        _ record: JournalRecord,
        _ project: ProjectFolder,
        _ folder: StepFolder
    ) async throws -> StepEnd {
        let assignment = record.assignment
        let timeout = assignment.step.timeoutSeconds
        try await prepare(text, assignment, in: folder) { secretsFolder in
            let state = try project.loadState()
            let current = try project.currentFolder()
            // Before the release's own package step there is only the folder that it will get.
            let isInstalled = state.run?.deploymentID == assignment.deploymentID && state.run?.package != nil
            let release = isInstalled ? current : nil
            return try order(
                text,
                assignment,
                project,
                releaseFolder: release ?? "\(assignment.releaseID)",
                previousFolder: isInstalled ? state.previousFolder : current,
                secretsFolder: secretsFolder,
                timeoutSeconds: timeout
            )
        }
        try await Blocking.run { _ = try project.update { $0.begin(assignment) } }
        let exit = try await scripts.run(in: folder)
        return StepEnd(exit, of: "script", timeoutSeconds: timeout)
    }

    /// Prepares the check of a package; false: it has none.
    private func check(
        _ install: PackageInstall,
        _ assignment: AgentV1.Assignment,
        _ project: ProjectFolder,
        _ releaseFolder: String,
        _ previousFolder: String?
    ) async throws -> Bool {
        guard let text = install.check else { return false }
        try await prepare(text, assignment, in: directory.step(assignment.stepRunID)) { secretsFolder in
            try order(
                text,
                assignment,
                project,
                releaseFolder: releaseFolder,
                previousFolder: previousFolder,
                secretsFolder: secretsFolder,
                timeoutSeconds: install.checkTimeoutSeconds
            )
        }
        return true
    }

    /// Secrets first, then the order that names them. A script that was started has its own already.
    private func prepare(
        _ text: String,
        _ assignment: AgentV1.Assignment,
        in folder: StepFolder,
        _ order: @escaping @Sendable (String?) throws -> SupervisorOrder
    ) async throws {
        if Disk.exists(folder.claim) { return }
        let secretsFolder = try await secrets.fetch(for: assignment, in: folder)
        try await Blocking.run { [scripts, secrets] in
            try scripts.prepare(text, order: order(secretsFolder), in: folder)
            try secrets.removeOlder(than: secretsFolder, of: assignment, in: folder)
        }
    }

    private func order(
        _ text: String,
        _ assignment: AgentV1.Assignment,
        _ project: ProjectFolder,
        releaseFolder: String,
        previousFolder: String?,
        secretsFolder: String?,
        timeoutSeconds: Int
    ) throws -> SupervisorOrder {
        let folder = directory.step(assignment.stepRunID)
        return SupervisorOrder(
            command: Shebang.command(script: text, path: folder.script),
            directory: project.path,
            environment: try ScriptEnvironment.build(
                assignment,
                folder: project,
                releaseFolder: releaseFolder,
                previousFolder: previousFolder,
                secretsFolder: secretsFolder,
                own: own
            ),
            timeoutSeconds: timeoutSeconds,
            logBytes: Limits.logBytes - StepLog.reservedBytes,
            secretsFolder: secretsFolder
        )
    }
}
