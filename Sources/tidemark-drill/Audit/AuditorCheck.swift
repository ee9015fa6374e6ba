import FleetStore
import Logging
import Postgres
import Proof

/// Shows that the auditor can fail: it is given the books of two readers that are known to be wrong, under the same load.
/// One goes by the highest number it has seen, and misses; the other does not ask whether it leads still, and decides
/// out of term and reads twice.
struct AuditorCheck {
    /// Enough for several late commits, and no more.
    private static let duration: Duration = .seconds(15)

    let folder: String
    let seed: UInt64
    let logger: Logger

    /// Whether both were found out.
    func run() async throws -> Bool {
        let naive = try await audit("naive") { try await NaiveConsumer(database: $0).run() }
        say(
            """
            auditor check: of \(naive.events) events a reader with a naive mark missed \
            \(naive.behindMark - naive.read), and left \(naive.undecided) undecided; the auditor counts \
            missed \(naive.missed)
            """
        )
        let unfenced = try await audit("unfenced") { try await UnfencedLeaders(database: $0).run() }
        say(
            """
            auditor check: leaders without a fence read \(unfenced.read) events of \(unfenced.behindMark); the auditor \
            counts twice \(unfenced.twice), out of term \(unfenced.stale)
            """
        )
        return naive.missed > 0 && unfenced.twice > 0 && unfenced.stale > 0
    }

    /// On a PostgreSQL of its own, since the books of one would spoil the other's.
    private func audit(
        _ name: String,
        _ reader: @escaping @Sendable (Database) async throws -> Void
    ) async throws -> Auditor.Findings {
        let postgres = try await PrivatePostgres.start(in: "\(folder)/\(name)")
        let database = Database(postgres.configuration, maxConnections: 16, logger: logger)
        let result: Result<Auditor.Findings, any Error>
        do {
            result = .success(try await audit(postgres.configuration, database, reader))
        } catch {
            result = .failure(error)
        }
        await database.close()
        await postgres.remove()
        return try result.get()
    }

    private func audit(
        _ configuration: ConnectionConfiguration,
        _ database: Database,
        _ reader: @escaping @Sendable (Database) async throws -> Void
    ) async throws -> Auditor.Findings {
        try await Schema.migrator().migrate(configuration, by: "drill", logger: logger)
        let store = Store(database: database, node: "drill")
        let load = Load(store: store, fleet: try await DrillFleet.make(in: store), seed: seed, rest: 10...30)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await reader(database) }
            group.addTask {
                await withTaskGroup(of: Void.self) { writing in
                    writing.addTask { await load.run() }
                    try? await Task.sleep(for: Self.duration)
                    writing.cancelAll()
                }
                // The reader has its chance to read what came last.
                try await Task.sleep(for: .seconds(2))
            }
            defer { group.cancelAll() }
            try await group.next()
        }
        return try await Auditor.audit(database)
    }
}
