internal import FleetModel
internal import Glibc

/// The agent's side of a script: gives the order to a supervisor, and waits for what it says, over restarts.
struct ScriptRunner: Sendable {
    private static let tick = Duration.milliseconds(50)
    private static let attempts = 3

    /// Program and first arguments; the step's folder is added.
    let supervisor: [String]

    /// Writes what the supervisor needs. Repeating it is harmless until the script runs.
    func prepare(_ script: String, order: SupervisorOrder, in folder: StepFolder) throws {
        try Disk.makeFolder(folder.path)
        try Disk.replace(folder.script, with: Array(script.utf8))
        try Disk.replaceJSON(folder.order, with: order)
    }

    /// Starts the script unless it was started, and waits for its end.
    ///
    /// - Returns: nil when the supervisor vanished: then nobody knows how the script ended. What is left of it is
    ///   killed first, so that a repetition does not meet it.
    /// - Throws: `CancellationError`; the script goes on then.
    func run(in folder: StepFolder) async throws -> StepExit? {
        var started: pid_t?
        var starts = 0
        while true {
            let claim = try Disk.readJSON(folder.claim, as: ProcessMark.self)
            // Asked before the exit is looked for: an exit written in between is not missed.
            let isAlive = claim?.isAlive ?? false
            if let exit = try Disk.readJSON(folder.exit, as: StepExit.self) {
                if let started { await collect(started) }
                return exit
            }
            if claim != nil, !isAlive {
                try endLeftovers(in: folder)
                return nil
            }
            if claim == nil, started.map(hasEnded) ?? true {
                guard starts < Self.attempts else {
                    throw AgentError("\(supervisor.joined(separator: " ")) ends without running the script")
                }
                started = try launch(folder)
                starts += 1
            }
            try await Task.sleep(for: Self.tick)
        }
    }

    /// Has a running script stopped: TERM, a grace, KILL.
    static func requestStop(in folder: StepFolder) throws {
        do {
            try Disk.replace(folder.cancel, with: [])
        } catch {
            // When the step was closed meanwhile there is nothing left to stop.
            guard error.code == ENOENT else { throw error }
        }
    }

    private func launch(_ folder: StepFolder) throws -> pid_t {
        try Spawn(
            command: supervisor + [folder.path],
            environment: ["PATH": ScriptEnvironment.defaultPath],
            directory: "/",
            standing: .session,
            output: nil
        ).start()
    }

    private func hasEnded(_ pid: pid_t) -> Bool {
        var status: Int32 = 0
        return waitpid(pid, &status, WNOHANG) != 0
    }

    /// A supervisor that has written its exit is about to end; uncollected it would stay as a zombie.
    private func collect(_ pid: pid_t) async {
        for _ in 0..<100 {
            if hasEnded(pid) { return }
            guard (try? await Task.sleep(for: .milliseconds(10))) != nil else { return }
        }
    }

    private func endLeftovers(in folder: StepFolder) throws {
        guard let child = try Disk.readJSON(folder.child, as: ProcessMark.self),
            try BootID.read() == child.bootID
        else { return }
        // Its leader may be gone and children remain. A number that another process has by now is left alone.
        let present = ProcessMark.of(child.pid)
        if present == nil || present == child { kill(-child.pid, SIGKILL) }
    }
}
