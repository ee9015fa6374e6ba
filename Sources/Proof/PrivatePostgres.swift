import Foundation
package import Postgres

/// A PostgreSQL of a proof's own, which may be killed and filled: `deploy/local/postgres` runs it.
package struct PrivatePostgres: Sendable {
    /// How a server ends.
    package enum Ending: String, Sendable {
        /// As an administrator stops it: sessions are ended in good order.
        case fast
        /// As an administrator in a hurry stops it: what was in memory is lost, and recovered from the log.
        case immediate
        /// As a machine that loses power, but for the disk: every process at once.
        case killed
    }

    private static let script = "deploy/local/postgres"

    package let conninfo: String
    package let configuration: ConnectionConfiguration
    package let folder: String
    private let options: Options

    /// What its server is started with.
    package struct Options: Sendable {
        /// Further options of the server.
        package var server: String
        /// A further line of pg_hba.conf.
        package var access: String

        package init(server: String = "", access: String = "") {
            self.server = server
            self.access = access
        }

        fileprivate var environment: [String: String] {
            ["TIDEMARK_PG_OPTIONS": server, "TIDEMARK_PG_HBA": access].filter { !$0.value.isEmpty }
        }
    }

    /// Starts it in `folder`, relative to the root of the repository; `options` are for the server.
    package static func start(in folder: String, options: String = "") async throws -> PrivatePostgres {
        try await start(in: folder, Options(server: options))
    }

    package static func start(in folder: String, _ options: Options) async throws -> PrivatePostgres {
        try await make(["start", folder], options)
    }

    /// A standby in `folder` that follows this one; what was in the folder is replaced. `port` keeps it where an
    /// earlier server was.
    package func makeStandby(in folder: String, port: String? = nil) async throws -> PrivatePostgres {
        try await Self.make(["standby", folder, self.folder] + (port.map { [$0] } ?? []), options)
    }

    /// Makes a standby a primary; returns when it takes writes.
    package func promote() async throws {
        _ = try await Self.run(["promote", folder], options)
    }

    package var port: String { configuration[parameter: "port"] ?? "5432" }

    /// Stops and removes what an earlier proof, which was killed, left in `folder`.
    package static func clear(_ folder: String) async {
        _ = try? await run(["remove", folder], Options())
    }

    /// Stops it and removes its files. Never throws: it is what comes last, whatever happened.
    package func remove() async {
        _ = try? await Self.run(["remove", folder], options)
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Ends it, and returns when none of its processes is left.
    package func end(_ ending: Ending) async throws {
        let pid = try postmaster()
        let processes = [pid] + RunningProcess.children(of: pid)
        switch ending {
        case .fast: kill(pid, SIGINT)
        case .immediate: kill(pid, SIGQUIT)
        case .killed: for process in processes { kill(process, SIGKILL) }
        }
        let limit = ContinuousClock.now + .seconds(60)
        while processes.contains(where: RunningProcess.exists) {
            guard ContinuousClock.now < limit else {
                throw ProofError("the PostgreSQL in \(folder) does not end")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        try? FileManager.default.removeItem(atPath: try pidFile())
        try removeSockets()
    }

    /// Where nobody waits for orphans a killed server stays as a zombie, and its lock files would say that it runs.
    private func removeSockets() throws {
        let sockets = try String(contentsOfFile: "\(folder)/socket", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        for name in try FileManager.default.contentsOfDirectory(atPath: sockets)
        where name.hasPrefix(".s.PGSQL.") {
            try FileManager.default.removeItem(atPath: "\(sockets)/\(name)")
        }
    }

    package var isRunning: Bool { (try? postmaster()).map(RunningProcess.exists) ?? false }

    /// Starts it again where it was. Returns when it accepts connections.
    package func startAgain() async throws {
        _ = try await Self.run(["start", folder, port], options)
    }

    private func pidFile() throws -> String {
        let home = try String(contentsOfFile: "\(folder)/home", encoding: .utf8)
        return "\(home.trimmingCharacters(in: .whitespacesAndNewlines))/data/postmaster.pid"
    }

    private func postmaster() throws -> Int32 {
        let file = try pidFile()
        guard let line = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").first,
            let pid = Int32(line)
        else { throw ProofError("\(file) does not begin with a process id") }
        return pid
    }

    private static func make(_ words: [String], _ options: Options) async throws -> PrivatePostgres {
        let conninfo = try await run(words, options)
        return PrivatePostgres(
            conninfo: conninfo,
            configuration: try ConnectionConfiguration(conninfo),
            folder: words[1],
            options: options
        )
    }

    private static func run(_ words: [String], _ options: Options) async throws -> String {
        guard FileManager.default.isExecutableFile(atPath: script) else {
            throw ProofError(
                "\(script) is not here: run this at the root of the repository, by its make target"
            )
        }
        let folder = words[1]
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return try await ChildProcess.output(
            of: script,
            words,
            environment: options.environment,
            log: "\(folder).\(words[0]).log"
        )
    }
}
