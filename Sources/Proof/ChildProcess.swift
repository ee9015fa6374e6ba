import Foundation

/// A process that this one started; nothing else is ever sent a signal.
package final class ChildProcess: Sendable {
    private let process = Process()
    private let exit: AsyncStream<Void>

    /// Starts it. What it prints is appended to the file `log`.
    package init(
        _ executable: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        log: String
    ) throws {
        let (exit, continuation) = AsyncStream.makeStream(of: Void.self)
        self.exit = exit
        if !FileManager.default.fileExists(atPath: log) {
            guard FileManager.default.createFile(atPath: log, contents: nil) else {
                throw ProofError("cannot write \(log)")
            }
        }
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try output.seekToEnd()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        process.terminationHandler = { _ in continuation.finish() }
        try process.run()
        try output.close()
    }

    package var pid: Int32 { process.processIdentifier }
    package var isRunning: Bool { process.isRunning }

    package func signal(_ number: Int32) {
        if process.isRunning { kill(pid, number) }
    }

    /// Waits for its end, and returns its exit code, or the number of the signal that ended it.
    @discardableResult
    package func waitForExit() async -> Int32 {
        for await _ in exit {}
        return process.isRunning ? 0 : process.terminationStatus
    }
}

/// A proof could not be carried out; it says nothing about what was to be proved.
package struct ProofError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
