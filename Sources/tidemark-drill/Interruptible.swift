import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals

/// Runs a proof so that SIGINT and SIGTERM cancel it, and it cleans up behind itself.
enum Interruptible {
    /// What the proof came to; false when it was interrupted.
    static func run(_ body: @escaping @Sendable () async throws -> Bool) async throws -> Bool {
        let outcome = Outcome()
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(
                        service: ProofService { outcome.isProved = try await body() },
                        successTerminationBehavior: .gracefullyShutdownGroup
                    )
                ],
                cancellationSignals: [.sigint, .sigterm],
                logger: Logger(label: "drill") { _ in SwiftLogNoOpLogHandler() }
            )
        )
        try await group.run()
        return outcome.isProved
    }

    private final class Outcome: Sendable {
        private let proved = Atomic(false)

        var isProved: Bool {
            get { proved.load(ordering: .acquiring) }
            set { proved.store(newValue, ordering: .releasing) }
        }
    }

    /// A proof as a service.
    private struct ProofService: Service {
        let body: @Sendable () async throws -> Void

        func run() async throws { try await body() }
    }
}
