import Foundation
import TestSupport

/// A PostgreSQL of one test, made by the project's own script, for faults that other tests must not feel.
struct PrivatePostgres {
    let folder: URL
    let conninfo: String

    /// The root of the project.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func run(_ body: (PrivatePostgres) async throws -> Void) async throws {
        let folder = URL(filePath: "/tmp/tidemark-pg-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let outcome: Result<Void, any Error>
        do {
            try await body(PrivatePostgres(folder: folder, conninfo: try script("start", folder)))
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        _ = try? script("stop", folder)
        try? FileManager.default.removeItem(at: folder)
        try outcome.get()
    }

    /// Restarts it as what a promoted-away or wrongly addressed server is: in recovery, with nobody to follow.
    func becomeStandby() throws {
        _ = try Self.script("stop", folder)
        let data = folder.appending(path: "data").path
        try Self.shell(
            "touch '\(data)/standby.signal'; chown --reference='\(data)/PG_VERSION' '\(data)/standby.signal'"
        )
        _ = try Self.script("start", folder)
    }

    /// As a machine that loses power, but for the disk.
    func kill() throws {
        try Self.shell(
            "kill -9 $(head -n 1 \"$(psql '\(conninfo)' -qtAXc 'SHOW data_directory')/postmaster.pid\")"
        )
    }

    func restart() throws {
        _ = try Self.script("stop", folder)
        _ = try Self.script("start", folder)
    }

    /// What psql prints for a query that has no double quotes and no dollar signs.
    @discardableResult
    func ask(_ sql: String) throws -> String {
        try Self.shell("psql '\(conninfo)' -v ON_ERROR_STOP=1 -qtAXc \"\(sql)\"")
    }

    func ask(_ sql: String, until answer: String) async throws {
        try await eventually("\(sql) gives \(answer)", within: .seconds(30)) { try ask(sql) == answer }
    }

    @discardableResult
    static func script(_ verb: String, _ folder: URL) throws -> String {
        try shell("'\(root.path)/deploy/local/postgres' \(verb) '\(folder.path)'")
    }

    /// Runs a command that may start a server. Not with Foundation's Process, which takes a child for alive as long as
    /// any process that it started holds the socket that it was given.
    @discardableResult
    static func shell(_ command: String) throws -> String {
        let file = "/tmp/tidemark-shell-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: file) }
        let words = ["/bin/sh", "-c", "{ \(command); } >'\(file)' </dev/null"]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var pid: pid_t = 0
        guard posix_spawn(&pid, "/bin/sh", nil, nil, &arguments, environ) == 0 else {
            throw StoryError("/bin/sh could not be started")
        }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else { throw StoryError("\(command) ended with status \(status)") }
        return try String(contentsOfFile: file, encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
