import Foundation
package import Logging
package import Postgres

/// The database of one test: its own in the PostgreSQL that `make test` started, so that tests run side by side.
///
/// The server is shared, and with it roles, sessions and prepared transactions: whatever a test names there carries `name`.
package struct TestDatabase: Sendable {
    /// Of the database, and of the test's sessions; nobody else on the server has it.
    package let name: String
    /// The one schema in it.
    package let schema = "fleet"
    /// Leads to the database, not to the schema.
    package let conninfo: String
    /// Leads to the schema.
    package let configuration: ConnectionConfiguration
    /// A small pool; closed after the test.
    package let database: Database

    @TaskLocal private static var ofThisTest: TestDatabase?

    /// The database of the test that runs.
    package static var current: TestDatabase {
        get throws {
            guard let ofThisTest else { throw TestDatabaseError.noTrait }
            return ofThisTest
        }
    }

    /// Where the PostgreSQL for tests is, as keywords and values without spaces in them.
    package static func server() throws(TestDatabaseError) -> String {
        guard let conninfo = ProcessInfo.processInfo.environment["TIDEMARK_TEST_DATABASE_URL"] else {
            throw .noServer
        }
        return conninfo
    }

    /// How many tests may use the server at a time.
    private static let slots = Slots(12)

    /// Runs `body` with a database of its own, and drops it afterwards, whatever happened.
    package static func with(_ start: TestTemplate, _ body: () async throws -> Void) async throws {
        await slots.take()
        let outcome: Result<Void, any Error>
        do {
            try await inOwnDatabase(start, body)
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await slots.give()
        try outcome.get()
    }

    private init(named name: String) throws {
        self.name = name
        let words = try Self.server().split(separator: " ").filter { !$0.hasPrefix("dbname=") }
        conninfo = (words + ["dbname=\(name)"]).joined(separator: " ")
        var configuration = try ConnectionConfiguration(conninfo)
        configuration.searchPath = schema
        configuration.applicationName = name
        self.configuration = configuration
        database = Database(configuration, maxConnections: 4, logger: .quiet)
    }

    private static func inOwnDatabase(_ start: TestTemplate, _ body: () async throws -> Void) async throws {
        let current = try TestDatabase(named: "t_\(UUID().uuidString.lowercased().filter { $0 != "-" })")
        let server = try ConnectionConfiguration(server())
        let template = try await start.database(on: server)
        try await Connection.once(server) { connection in
            _ = try await connection.query(
                "CREATE DATABASE \(identifier: current.name) TEMPLATE \(identifier: template)"
            )
        }
        let outcome: Result<Void, any Error>
        do {
            if start == .empty {
                _ = try await current.database.query("CREATE SCHEMA \(identifier: current.schema)")
            }
            try await $ofThisTest.withValue(current) { try await body() }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await current.database.close()
        // A session that a test forgot would keep the database.
        try await Connection.once(server) { connection in
            _ = try await connection.query("DROP DATABASE \(identifier: current.name) WITH (FORCE)")
        }
        try outcome.get()
    }
}

package enum TestDatabaseError: Error, CustomStringConvertible {
    case noServer
    case noTrait

    package var description: String {
        switch self {
        case .noServer:
            "TIDEMARK_TEST_DATABASE_URL is not set: run the tests with `make test`, or start a PostgreSQL with "
                + "`deploy/local/postgres start .test/pg` and set it to what that prints"
        case .noTrait:
            "this test has no database: give it the trait .freshSchema or .migratedSchema"
        }
    }
}

extension Logger {
    /// For what a test provokes on purpose and nobody needs to read.
    package static var quiet: Logger {
        Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    }
}
