import FleetStore
import Foundation
import Logging
import Postgres
import Proof

/// What every part needs: where the programs are, where it may write, how much to measure.
struct Stage {
    /// The folder with the programs of the product.
    let programs: String
    let folder: String
    let size: Size
    let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }

    /// Runs `body` with a PostgreSQL of its own, with the schema in it, and removes that whatever happens.
    func withPostgres<Value>(
        _ options: String = "",
        _ body: (PrivatePostgres) async throws -> Value
    ) async throws -> Value {
        await PrivatePostgres.clear("\(folder)/pg")
        let postgres = try await PrivatePostgres.start(
            in: "\(folder)/pg",
            options: """
                -c track_commit_timestamp=on -c max_wal_size=4GB -c checkpoint_timeout=30min -c shared_buffers=256MB \
                \(options)
                """
        )
        do {
            try await Schema.migrator().migrate(postgres.configuration, by: "bench", logger: logger)
            let value = try await body(postgres)
            await postgres.remove()
            return value
        } catch {
            await postgres.remove()
            throw error
        }
    }

    /// A session for what is long and for once, which no time limit ends.
    func patientDatabase(_ postgres: PrivatePostgres, connections: Int = 1) -> Database {
        var patient = postgres.configuration
        patient.settings += [("statement_timeout", "0"), ("synchronous_commit", "off")]
        return Database(patient, maxConnections: connections, logger: logger)
    }

    func program(_ name: String) -> String { "\(programs)/\(name)" }

    /// A file of a part's; what an earlier run left there is gone.
    func write(_ text: String, to name: String) throws -> String {
        let path = "\(folder)/\(name)"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }
}
