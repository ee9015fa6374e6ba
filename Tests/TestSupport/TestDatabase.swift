import Foundation
package import Logging
package import Postgres

/// The database of one test: a schema of its own in the PostgreSQL that `make test` started.
///
/// Channels, advisory locks and sessions are shared by the whole PostgreSQL; whatever a test names there
/// carries `schema`, so that tests can run side by side.
package struct TestDatabase: Sendable {
    package let schema: String
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

    /// Where the PostgreSQL for tests is.
    package static func conninfo() throws(TestDatabaseError) -> String {
        guard let conninfo = ProcessInfo.processInfo.environment["TIDEMARK_TEST_DATABASE_URL"] else {
            throw .noServer
        }
        return conninfo
    }

    /// How many tests may use the database at a time.
    private static let slots = Slots(12)

    /// Runs `body` with a fresh schema, and drops the schema afterwards, whatever happened.
    package static func with(
        prepare: (TestDatabase) async throws -> Void = { _ in },
        _ body: () async throws -> Void
    ) async throws {
        await slots.take()
        let outcome: Result<Void, any Error>
        do {
            try await inFreshSchema(prepare: prepare, body)
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await slots.give()
        try outcome.get()
    }

    private static func inFreshSchema(
        prepare: (TestDatabase) async throws -> Void,
        _ body: () async throws -> Void
    ) async throws {
        let schema = "t_\(UUID().uuidString.lowercased().filter { $0 != "-" })"
        let server = try ConnectionConfiguration(conninfo())
        var configuration = server
        configuration.searchPath = schema
        configuration.applicationName = schema
        try await administer(server, "CREATE SCHEMA \(identifier: schema)")
        let current = TestDatabase(
            schema: schema,
            configuration: configuration,
            database: Database(configuration, maxConnections: 4, logger: .quiet)
        )
        let outcome: Result<Void, any Error>
        do {
            try await prepare(current)
            try await $ofThisTest.withValue(current) { try await body() }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await current.database.close()
        // A session that a test forgot may hold locks in the schema, and would make the drop wait for it.
        try await administer(
            server,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = \(schema)"
        )
        try await administer(server, "DROP SCHEMA \(identifier: schema) CASCADE")
        try outcome.get()
    }

    private static func administer(_ server: ConnectionConfiguration, _ sql: SQL) async throws {
        let connection = try await Connection.open(server, logger: .quiet)
        do {
            _ = try await connection.query(sql)
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
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
