import Foundation
package import Postgres

/// A PostgreSQL of a proof's own, which may be killed and filled: `deploy/local/postgres` runs it.
package struct PrivatePostgres: Sendable {
    private static let script = "deploy/local/postgres"

    package let conninfo: String
    package let configuration: ConnectionConfiguration
    private let folder: String

    /// Starts it in `folder`, relative to the root of the repository; `options` are for the server.
    package static func start(in folder: String, options: String = "") async throws -> PrivatePostgres {
        let conninfo = try await run("start", folder, options: options)
        return PrivatePostgres(
            conninfo: conninfo,
            configuration: try ConnectionConfiguration(conninfo),
            folder: folder
        )
    }

    /// Stops it and removes its files. Never throws: it is what comes last, whatever happened.
    package func remove() async {
        _ = try? await Self.run("remove", folder)
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Restarts it: `fast` as an administrator does, else as after a crash of all its processes. Returns when it
    /// accepts connections again. `database` leads to it.
    package func restart(fast: Bool, asked database: Database) async throws {
        let row = try await database.query("SELECT current_setting('data_directory') AS folder")[0]
        let data: String = try row["folder"]
        let pidFile = "\(data)/postmaster.pid"
        guard let line = try String(contentsOfFile: pidFile, encoding: .utf8).split(separator: "\n").first,
            let pid = Int32(line)
        else { throw ProofError("\(pidFile) does not begin with a process id") }
        // The signals of `pg_ctl stop -m fast` and `-m immediate`.
        kill(pid, fast ? SIGINT : SIGQUIT)
        while FileManager.default.fileExists(atPath: pidFile) { try await Task.sleep(for: .milliseconds(5)) }
        _ = try await Self.run("start", folder, port: configuration[parameter: "port"])
    }

    private static func run(
        _ verb: String,
        _ folder: String,
        port: String? = nil,
        options: String = ""
    ) async throws -> String {
        guard FileManager.default.isExecutableFile(atPath: script) else {
            throw ProofError(
                "\(script) is not here: run this at the root of the repository, by its make target"
            )
        }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let log = "\(folder).\(verb).log"
        try? FileManager.default.removeItem(atPath: log)
        let child = try ChildProcess(
            script,
            [verb, folder] + (port.map { [$0] } ?? []),
            environment: options.isEmpty ? [:] : ["TIDEMARK_PG_OPTIONS": options],
            log: log
        )
        let status = await child.waitForExit()
        let output = try String(contentsOfFile: log, encoding: .utf8)
        try? FileManager.default.removeItem(atPath: log)
        guard status == 0 else { throw ProofError("\(script) \(verb) \(folder) failed: \(output)") }
        return output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
