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
            tidemark = \(try TestDatabase.conninfo())
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
            to: folder.appending(path: "pgbouncer.ini"), atomically: true, encoding: .utf8)
        // PgBouncer, like PostgreSQL, refuses to run as root.
        let user = getuid() == 0 ? "-u postgres" : ""
        try PrivatePostgres.shell(
            "chmod -R a+rwX '\(folder.path)' && pgbouncer -d -q \(user) '\(folder.path)/pgbouncer.ini'")
        let outcome: Result<Void, any Error>
        do {
            try await body("host=127.0.0.1 port=\(port) user=tidemark dbname=tidemark")
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        _ = try? PrivatePostgres.shell("kill $(cat '\(folder.path)/pid')")
        try? FileManager.default.removeItem(at: folder)
        try outcome.get()
    }
}
