import Crypto
import FleetModel
import Foundation
import Glibc
import Logging
import Testing

@testable import AgentKit

/// The built `tidemark-agent`, which lies beside the test program.
let agentProgram: String = {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let path = String(decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    return path.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/tidemark-agent"
}()

/// A machine that has joined a fake node, with its agent inside this process or as a process of its own.
struct AgentHarness: Sendable {
    let folder: TemporaryFolder
    let directory: DataDirectory
    let node: FakeNode
    let url: String

    var project: ProjectFolder { ProjectFolder(path: "\(directory.projects)/shop", name: "shop") }

    /// Makes the machine and a node, and runs `body`.
    static func run(_ body: @escaping @Sendable (AgentHarness) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        try await FakeNode.serve { node, url in
            let directory = try DataDirectory("\(folder.path)/data")
            try Identity(url: url, machineID: ID(1), name: "web-1", key: .init()).save(to: directory)
            try await body(AgentHarness(folder: folder, directory: directory, node: node, url: url))
        }
    }

    /// Where the agent of `environment` has its secrets.
    func secrets(_ environment: [String: String] = [:]) throws -> SecretsDirectory {
        try SecretsDirectory(given: nil, environment: environment, directory: directory)
    }

    /// Runs the agent in this process while `body` runs; ends it without a goodbye, as a crash would.
    func withAgent(
        environment: [String: String] = ["PATH": "/usr/bin:/bin"],
        _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        guard let identity = try Identity.load(from: directory) else { throw AgentError("not joined") }
        var logger = Logger(label: "agent", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = .error
        let agent = try Agent(
            identity: identity,
            directory: directory,
            secrets: secrets(environment),
            supervisor: [agentProgram, "supervise"],
            environment: environment,
            logger: logger
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await agent.run() }
            defer { group.cancelAll() }
            try await body()
        }
    }

    /// Gives the step out and waits for its result, with the agent in this process.
    func perform(
        _ assignment: AgentV1.Assignment,
        environment: [String: String] = ["PATH": "/usr/bin:/bin"]
    ) async throws -> AgentV1.ResultRequest {
        node.change { $0.offers.append(assignment) }
        try await withAgent(environment: environment) {
            _ = try await node.result(of: assignment.stepRunID.rawValue)
            try await journalIsEmpty()
        }
        return try await node.result(of: assignment.stepRunID.rawValue)
    }

    func journalIsEmpty() async throws {
        try await eventually("an empty journal") { try Disk.names(in: directory.journal).isEmpty }
    }

    /// Starts a real agent process.
    func startProcess(environment: [String: String] = ["PATH": "/usr/bin:/bin"]) throws -> pid_t {
        try Spawn(
            command: [agentProgram, "run", "--data-dir", directory.path],
            environment: environment,
            directory: "/",
            standing: .group,
            output: nil
        ).start()
    }

    /// Publishes an archive at the node and gives the step's package for it.
    func publish(_ archive: [UInt8], keep: Int = 5, check: String? = nil) throws -> PackageInstall {
        let file = try folder.write("published", archive)
        let digest = Digest.hexadecimal(try Digest.over(file).hash)
        node.change { $0.packages[digest] = archive }
        return PackageInstall(
            name: "shop",
            sha256: digest,
            version: "1.0",
            sizeBytes: Int64(archive.count),
            keep: keep,
            check: check
        )
    }
}

/// Looks again and again, within a time limit: for what happens in files and processes, which tell nobody.
func eventually(_ what: String, seconds: Int = 40, _ test: @Sendable () async throws -> Bool) async throws {
    let clock = ContinuousClock()
    let limit = clock.now + .seconds(seconds)
    while try await !test() {
        guard clock.now < limit else {
            throw FakeNode.TimedOut(description: "waited \(seconds) s for \(what)")
        }
        try await Task.sleep(for: .milliseconds(20))
    }
}

/// An archive that holds one file, `version`, with `text`.
func archive(_ text: String) -> [UInt8] {
    var tar = TarBuilder()
    tar.file("version", text)
    return tar.gzipped
}
