import FleetStore
import Logging
import Postgres
import Proof

/// Shows that the auditor can fail: it is given the books of a reader with a naive mark, under the same load.
struct AuditorCheck {
    /// Enough for several late commits, and no more.
    private static let duration: Duration = .seconds(15)

    let database: Database
    let seed: UInt64

    func run(_ configuration: ConnectionConfiguration) async throws -> Bool {
        let quiet = Logger(label: "drill") { _ in SwiftLogNoOpLogHandler() }
        try await Schema.migrator().migrate(configuration, by: "drill", logger: quiet)
        let store = Store(database: database, node: "drill")
        let fleet = try await DrillFleet.make(in: store)
        let load = Load(store: store, fleet: fleet, seed: seed, rest: 10...30)
        let consumer = NaiveConsumer(database: database)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await consumer.run() }
            group.addTask {
                await withTaskGroup(of: Void.self) { writing in
                    writing.addTask { await load.run() }
                    try? await Task.sleep(for: Self.duration)
                    writing.cancelAll()
                }
                // The consumer has its chance to read what came last.
                try await Task.sleep(for: .seconds(2))
            }
            defer { group.cancelAll() }
            try await group.next()
        }
        let findings = try await Auditor.audit(database)
        say(
            """
            auditor check: of \(findings.events) events a reader with a naive mark missed \
            \(findings.behindMark - findings.read), and left \(findings.undecided) undecided; the auditor counts \
            missed \(findings.missed)
            """
        )
        return findings.missed > 0
    }
}
