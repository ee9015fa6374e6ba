internal import FleetModel

/// The package step: fetch, unpack beside the old release, switch `current`, check, and go back when the check fails.
///
/// Up to the switch it can be done again from the start, so a restart of the agent costs nothing; from the switch on
/// the journal says from where to where, and the check runs once under its supervisor.
struct PackageInstaller: Sendable {
    let journal: Journal
    let fetcher: PackageFetcher
    let scripts: ScriptRunner
    let unpacker: Unpacker

    /// - Parameter prepareCheck: gets the new and the old release folder; false: there is no check.
    func run(
        _ install: PackageInstall,
        _ record: JournalRecord,
        _ project: ProjectFolder,
        _ folder: StepFolder,
        prepareCheck: @escaping @Sendable (String, String?) async throws -> Bool
    ) async throws -> StepEnd {
        let assignment = record.assignment
        let from: String?
        let to: String
        if case .switching(let known, let new) = record.phase {
            (from, to) = (known, new)
        } else {
            let placed = try await StopRace.run(folder, timeoutSeconds: assignment.step.timeoutSeconds) {
                try await place(install, assignment, project, folder)
            }
            switch placed {
            case .done(let name): to = name
            case .cancelled: return StepEnd(.cancelled, "the installation was cancelled; nothing was changed")
            case .timedOut:
                let seconds = assignment.step.timeoutSeconds
                return StepEnd(.failed, "the installation took over \(seconds) s; nothing was changed")
            }
            from = try await Blocking.run { try project.currentFolder() }
            let next = JournalRecord(assignment: assignment, phase: .switching(from: from, to: to))
            try await Blocking.run { [journal] in try journal.write(next) }
        }
        do {
            let end = try await switchAndCheck(install, project, folder, from: from, to: to, prepareCheck)
            if end.outcome == .succeeded {
                try await Blocking.run { try finish(install, assignment, project, from: from, to: to) }
                return end
            }
            return try await goBack(end, project, to: from)
        } catch let error where !(error is Stuck) {
            try Task.checkCancellation()
            return try await goBack(StepEnd(.failed, "\(error)"), project, to: from)
        }
    }

    /// `current` could not be pointed back: it may be anything, so nothing is claimed.
    struct Stuck: Error, CustomStringConvertible {
        let description: String
    }

    private func goBack(_ end: StepEnd, _ project: ProjectFolder, to from: String?) async throws -> StepEnd {
        do {
            try await Blocking.run { try project.point(at: from) }
        } catch {
            throw Stuck(description: "\(end.message); and current could not be pointed back: \(error)")
        }
        var end = end
        end.message +=
            "; current is " + (from.map { "releases/\($0) again" } ?? "gone again: there was none before")
        return end
    }

    private func switchAndCheck(
        _ install: PackageInstall,
        _ project: ProjectFolder,
        _ folder: StepFolder,
        from: String?,
        to: String,
        _ prepareCheck: @escaping @Sendable (String, String?) async throws -> Bool
    ) async throws -> StepEnd {
        let hasCheck = try await prepareCheck(to, from)
        try await Blocking.run { try project.point(at: to) }
        try await StepLog(folder: folder).write("current -> releases/\(to)")
        guard hasCheck else { return StepEnd(.succeeded, "package '\(install.name)' is installed") }
        let exit = try await scripts.run(in: folder)
        return StepEnd(exit, of: "check", timeoutSeconds: install.checkTimeoutSeconds)
    }

    /// Fetches and unpacks; gives the name of the release's folder.
    private func place(
        _ install: PackageInstall,
        _ assignment: AgentV1.Assignment,
        _ project: ProjectFolder,
        _ folder: StepFolder
    ) async throws -> String {
        let state = try await Blocking.run { try project.loadState() }
        if let other = state.run?.package, other != install.name {
            throw AgentError(
                "release \(assignment.release) has installed package '\(other)' on this machine already: "
                    + "a project installs one package per machine, so '\(install.name)' needs a project of its own"
            )
        }
        let log = StepLog(folder: folder)
        let archive = try await fetcher.fetch(install, log: log)
        let unpacker = unpacker
        let (name, summary) = try await Blocking.run(stoppable: { stop in
            let inUse = [try project.currentFolder(), state.previousFolder]
            let plain = "\(assignment.releaseID)"
            // A folder in use is never touched: installing a release again gives it a new one.
            let name = inUse.contains(plain) ? "\(plain).\(assignment.stepRunID)" : plain
            let temporary = project.release(".tmp-\(assignment.stepRunID)")
            try Disk.removeTree(temporary)
            let summary = try unpacker.unpack(archive, into: temporary, stop: stop)
            try Disk.removeTree(project.release(name))
            try Disk.move(temporary, to: project.release(name))
            return (name, summary)
        })
        try await log.write("unpacked \(summary.entries) entries into releases/\(name)")
        return name
    }

    private func finish(
        _ install: PackageInstall,
        _ assignment: AgentV1.Assignment,
        _ project: ProjectFolder,
        from: String?,
        to: String
    ) throws {
        let state = try project.update { state in
            state.run?.package = install.name
            state.installedFolder = to
            if let from, from != to { state.previousFolder = from }
        }
        let inUse = Set([to, state.previousFolder].compactMap(\.self))
        let folders = try Disk.names(in: project.releases)
        for name in Retention.expired(folders, keep: install.keep, inUse: inUse) {
            try Disk.removeTree(project.release(name))
        }
        try fetcher.cache.trim()
    }
}
