import CLinux
package import Dispatch
import Foundation
import Glibc
import Synchronization

/// A process that this one started; nothing else is ever sent a signal.
///
/// Spawned by hand, because Foundation's `Process` takes a child for running until its children have ended too, and
/// a script that starts PostgreSQL leaves one.
package final class ChildProcess: Sendable {
    private enum State {
        case running(waiters: [CheckedContinuation<Int32, Never>])
        /// Its exit code, or the number of the signal that ended it.
        case ended(Int32)
    }

    package let pid: Int32
    private let state = Mutex(State.running(waiters: []))

    /// Starts it. What it prints is appended to the file `log`.
    package init(
        _ executable: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        log: String
    ) throws {
        pid = try Self.spawn(executable, arguments, environment: environment, log: log)
        // waitpid blocks, so it has a thread of its own.
        Thread.detachNewThread { [self] in
            var status: Int32 = 0
            while waitpid(pid, &status, 0) == -1 && errno == EINTR {}
            let signal = status & 0x7f
            end(signal == 0 ? (status >> 8) & 0xff : signal)
        }
    }

    /// Runs it to its end, and returns what it printed; any other exit code than 0 is an error that says it. The file
    /// `log` holds that meanwhile.
    package static func output(
        of executable: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        log: String
    ) async throws -> String {
        try? FileManager.default.removeItem(atPath: log)
        let child = try ChildProcess(executable, arguments, environment: environment, log: log)
        let status = await child.waitForExit()
        let output = try String(contentsOfFile: log, encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        try? FileManager.default.removeItem(atPath: log)
        guard status == 0 else {
            throw ProofError("\(([executable] + arguments).joined(separator: " ")) failed: \(output)")
        }
        return output
    }

    package var isRunning: Bool {
        state.withLock { state in
            if case .running = state { return true }
            return false
        }
    }

    package func signal(_ number: Int32) {
        state.withLock { state in
            if case .running = state { kill(pid, number) }
        }
    }

    /// Waits for its end, and returns its exit code, or the number of the signal that ended it. A cancelled task
    /// waits too: who started a process sees to its end.
    @discardableResult
    package func waitForExit() async -> Int32 {
        await withCheckedContinuation { waiter in
            let code = state.withLock { state -> Int32? in
                switch state {
                case .ended(let code): return code
                case .running(let waiters):
                    state = .running(waiters: waiters + [waiter])
                    return nil
                }
            }
            if let code { waiter.resume(returning: code) }
        }
    }

    /// TERM to all of them, KILL to those that are still there after `grace`. A cancelled task does that too.
    package static func stop(_ processes: [ChildProcess], grace: DispatchTimeInterval = .seconds(20)) async {
        for process in processes {
            process.signal(SIGCONT)
            process.signal(SIGTERM)
        }
        DispatchQueue.global().asyncAfter(deadline: .now() + grace) {
            for process in processes { process.signal(SIGKILL) }
        }
        for process in processes { await process.waitForExit() }
    }

    private func end(_ code: Int32) {
        let waiters = state.withLock { state -> [CheckedContinuation<Int32, Never>] in
            defer { state = .ended(code) }
            if case .running(let waiters) = state { return waiters }
            return []
        }
        for waiter in waiters { waiter.resume(returning: code) }
    }

    private static func spawn(
        _ executable: String,
        _ arguments: [String],
        environment: [String: String],
        log: String
    ) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // A socket of this process that a child holds too is not closed by closing it.
        clinux_spawn_add_closefrom(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Threads of Dispatch hold signals back, and this process may ignore some: a child begins as from a shell, or pgbench,
        // for one, would never hear its alarm.
        var none = sigset_t()
        sigemptyset(&none)
        var pipe = sigset_t()
        sigemptyset(&pipe)
        sigaddset(&pipe, SIGPIPE)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &pipe)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let variables = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        let words: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) } + [nil]
        let settings: [UnsafeMutablePointer<CChar>?] =
            variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + settings { free(text) } }
        var pid: Int32 = 0
        let failure = posix_spawn(&pid, executable, &actions, &attributes, words, settings)
        guard failure == 0 else {
            throw ProofError("\(executable) cannot be started: \(String(cString: strerror(failure)))")
        }
        return pid
    }
}

/// A proof could not be carried out; it says nothing about what was to be proved.
package struct ProofError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
