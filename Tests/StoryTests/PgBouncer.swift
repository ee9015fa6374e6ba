import Foundation
import TestSupport

/// A PgBouncer in transaction mode in front of the PostgreSQL of the tests: what a node must refuse.
enum PgBouncer {
    static let isInstalled = FileManager.default.fileExists(atPath: "/usr/sbin/pgbouncer")

    static func run(_ body: (String) async throws -> Void) async throws {
        let folder = URL(filePath: "/tmp/tidemark-bouncer-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let port = try FreePort.find()
        let configuration = """
            [databases]
            tidemark = \(try TestDatabase.current.conninfo)
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = \(port)
            unix_socket_dir =
            auth_type = any
            pool_mode = transaction
            ignore_startup_parameters = options,extra_float_digits
            logfile = \(folder.path)/log
            pidfile = \(folder.path)/pid
            """
        try configuration.write(
            to: folder.appending(path: "pgbouncer.ini"),
            atomically: true,
            encoding: .utf8
        )
        try PrivatePostgres.shell("chmod -R a+rwX '\(folder.path)'")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/sbin/pgbouncer")
        // PgBouncer, like PostgreSQL, refuses to run as root.
        process.arguments =
            ["-q"] + (getuid() == 0 ? ["-u", "postgres"] : []) + ["\(folder.path)/pgbouncer.ini"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let exited = Signal<Void>("PgBouncer ends")
        process.terminationHandler = { _ in exited.send() }
        try process.run()
        let outcome: Result<Void, any Error>
        do {
            try await eventually("PgBouncer runs") {
                FileManager.default.fileExists(atPath: "\(folder.path)/pid")
            }
            try await body("host=127.0.0.1 port=\(port) user=tidemark dbname=tidemark")
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        kill(process.processIdentifier, SIGKILL)
        _ = try? await exited.wait(within: .seconds(5))
        try? FileManager.default.removeItem(at: folder)
        try outcome.get()
    }
}
