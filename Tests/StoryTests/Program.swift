import Foundation
import TestSupport

/// A real process of the product, its output in a file.
final class Program: Sendable {
    private let process: Process
    let log: URL
    private let exited: Signal<Int32>

    /// Starts `name`, from the folder that the tests were built into unless said.
    init(
        _ name: String,
        _ arguments: [String],
        environment: [String: String],
        from programs: URL = folder,
        log: URL
    ) throws {
        process = Process()
        process.executableURL = programs.appending(path: name)
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": "/tmp"].merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        if !FileManager.default.fileExists(atPath: log.path) { try Data().write(to: log) }
        let output = try FileHandle(forWritingTo: log)
        try output.seekToEnd()
        process.standardOutput = output
        process.standardError = output
        self.log = log
        let exited = Signal<Int32>("\(name) ends", of: Int32.self)
        self.exited = exited
        process.terminationHandler = { exited.send($0.terminationStatus) }
        try process.run()
    }

    static let folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    var pid: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }

    func signal(_ number: Int32) {
        kill(pid, number)
    }

    /// Waits for the end, and returns the exit code.
    @discardableResult
    func ended(within limit: Duration = .seconds(30)) async throws -> Int32 {
        try await exited.wait(within: limit)
    }

    /// Ends it at once, if it still runs.
    func end() async {
        guard isRunning else { return }
        signal(SIGCONT)
        signal(SIGKILL)
        _ = try? await ended(within: .seconds(10))
    }

    var output: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// Runs it to its end, and returns the exit code and what it printed.
    static func run(
        _ name: String,
        _ arguments: [String],
        environment: [String: String],
        from programs: URL = folder,
        in folder: URL
    ) async throws -> (code: Int32, output: String, errors: String) {
        let id = UUID().uuidString
        let (out, err) = (folder.appending(path: "\(id).out"), folder.appending(path: "\(id).err"))
        let words = [name] + arguments
        let script = "exec \"$@\" >\"$OUT\" 2>\"$ERR\" </dev/null"
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", script, "sh", programs.appending(path: name).path] + words.dropFirst()
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": "/tmp", "OUT": out.path, "ERR": err.path]
            .merging(environment) { $1 }
        let exited = Signal<Int32>("\(words.joined(separator: " ")) ends", of: Int32.self)
        process.terminationHandler = { exited.send($0.terminationStatus) }
        try process.run()
        let code: Int32
        do {
            code = try await exited.wait(within: .seconds(30))
        } catch {
            kill(process.processIdentifier, SIGKILL)
            let said = (try? String(contentsOf: err, encoding: .utf8)) ?? ""
            throw StoryError("\(words) did not end: \(said.suffix(500))")
        }
        return (
            code, try String(contentsOf: out, encoding: .utf8), try String(contentsOf: err, encoding: .utf8)
        )
    }
}
