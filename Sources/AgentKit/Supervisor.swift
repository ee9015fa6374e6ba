internal import Glibc

/// Runs the script of one step, in a process of its own that outlives the agent: `tidemark-agent supervise DIR`.
///
/// However often it is started on a folder, one start runs the script: whoever creates `claim.json` (invariant 3).
/// It blocks; nothing else happens in its process.
package enum Supervisor {
    package static func run(folder path: String) -> ExitStatus {
        let folder = StepFolder(path: path)
        do {
            guard Disk.exists(folder.order) else { return .usage }
            guard try Disk.claim(folder.claim, with: Disk.json(ProcessMark.current())) else { return .busy }
            let exit: StepExit
            do {
                // Not before: until it sees the claim, an agent may give another folder of secrets.
                guard let order = try Disk.readJSON(folder.order, as: SupervisorOrder.self) else {
                    throw AgentError("\(folder.order) is missing")
                }
                exit = try supervise(order, folder)
            } catch {
                let reason = "\(error)"
                exit = StepExit(ending: .notStarted(reason: reason), droppedBytes: 0, outputLeftOpen: false)
            }
            return tell(exit, folder) ? .ok : .failure
        } catch {
            return .failure
        }
    }

    /// A full disk may have room again in a moment; without `exit.json` the outcome would be unknown.
    private static func tell(_ exit: StepExit, _ folder: StepFolder) -> Bool {
        for _ in 0..<60 {
            if (try? Disk.replaceJSON(folder.exit, with: exit)) != nil { return true }
            sleep(1)
        }
        return false
    }

    private static func supervise(_ order: SupervisorOrder, _ folder: StepFolder) throws -> StepExit {
        if Disk.exists(folder.cancel) {
            return StepExit(ending: .cancelled, droppedBytes: 0, outputLeftOpen: false)
        }
        let masker = try order.secretsFolder.map { Masker(Array(try SecretsDirectory.read($0).values)) }
        let spool = try Descriptor(folder.log, flags: O_WRONLY | O_CREAT | O_APPEND, mode: 0o600)
        let room = order.logBytes - Int(try spool.size(path: folder.log))
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw SystemError("pipe", folder.path) }
        let reading = Descriptor(owning: ends[0])
        let writing = Descriptor(owning: ends[1])
        // The script's own end blocks, as every program expects of its output.
        _ = fcntl(reading.number, F_SETFL, O_NONBLOCK)
        umask(0o022)
        let spawn = Spawn(
            command: order.command,
            environment: order.environment,
            directory: order.directory,
            standing: .group,
            output: writing.number
        )
        let pid: pid_t
        do {
            pid = try spawn.start()
        } catch {
            let reason = masker?.masked("\(error)") ?? "\(error)"
            return StepExit(ending: .notStarted(reason: reason), droppedBytes: 0, outputLeftOpen: false)
        }
        close(consume writing)
        if let mark = ProcessMark.of(pid) {
            try? Disk.replaceJSON(folder.child, with: mark)
        }
        var watch = ScriptWatch(
            pid: pid,
            order: order,
            folder: folder,
            masker: masker,
            bound: OutputBound(limit: room)
        )
        return watch.untilEnd(reading: reading, spool: spool)
    }

    /// Ends the writing side here, so that the end of the script's output can be seen.
    private static func close(_ descriptor: consuming Descriptor) {}
}
