import Postgres
import Synchronization

/// Hashes passwords away from the threads that serve requests, and a few at a time: each takes tens of megabytes and a
/// good part of a second of a core, so whoever sends many must not stop the node.
package final class PasswordHasher: Sendable {
    /// At once: the memory that hashing takes is bounded by it.
    private static let workers = 2
    /// More are refused.
    private static let mostInHand = 32

    private let cost: PasswordHash.Cost
    private let workers: [Worker]
    private let state = Mutex(State())
    /// What nobody's password is held against, so that time does not tell whether there is such a person.
    private let nobodys: PasswordHash?

    private struct State {
        var inHand = 0
        var turn = 0
    }

    /// One hash at a time, on a thread of its own.
    private actor Worker {
        private nonisolated let executor = QueueExecutor(label: "tidemark.password")
        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        func hash(_ password: String, _ cost: PasswordHash.Cost) throws -> PasswordHash {
            try PasswordHash(password, cost: cost)
        }

        func matches(_ password: String, _ hash: PasswordHash) throws -> Bool {
            try hash.matches(password)
        }
    }

    package init(cost: PasswordHash.Cost = .current) {
        self.cost = cost
        workers = (0..<Self.workers).map { _ in Worker() }
        let zeros = String(repeating: "0", count: 64)
        nobodys = PasswordHash(
            text:
                "scrypt$ln=\(cost.logarithm),r=\(cost.blockSize),p=\(cost.parallelism)$\(zeros.prefix(32))$\(zeros)"
        )
    }

    package func hash(_ password: String) async throws -> PasswordHash {
        try await withWorker { worker in try await worker.hash(password, cost) }
    }

    /// nil: there is no such person, or none with a password; it takes as long, and is false.
    package func matches(_ password: String, _ hash: PasswordHash?) async throws -> Bool {
        guard let against = hash ?? nobodys else { return false }
        let isIt = try await withWorker { worker in try await worker.matches(password, against) }
        return isIt && hash != nil
    }

    private func withWorker<Value: Sendable>(
        _ body: (Worker) async throws -> Value
    ) async throws -> Value {
        let turn = state.withLock { state -> Int? in
            guard state.inHand < Self.mostInHand else { return nil }
            state.inHand += 1
            state.turn = (state.turn + 1) % Self.workers
            return state.turn
        }
        guard let turn else { throw PasswordsBusy() }
        defer { state.withLock { $0.inHand -= 1 } }
        return try await body(workers[turn])
    }
}

/// Too many passwords are being hashed at once: nothing was done, and it may be tried again at once.
package struct PasswordsBusy: Error, CustomStringConvertible {
    package let description = "too many people sign in at once: nothing was done, try again"
}
