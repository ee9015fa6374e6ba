internal import NIOPosix
internal import Synchronization

/// The one door through which the agent waits for a disk: the concurrency pool has one thread per core, and a slow
/// fsync on each would stop the whole program.
enum Blocking {
    static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await NIOThreadPool.singleton.runIfActive(body)
    }

    /// For long work: `body` asks the flag now and then and stops when the task was cancelled.
    static func run<Value: Sendable>(
        stoppable body: @escaping @Sendable (StopFlag) throws -> Value
    ) async throws -> Value {
        let flag = StopFlag()
        return try await withTaskCancellationHandler {
            try await NIOThreadPool.singleton.runIfActive { try body(flag) }
        } onCancel: {
            flag.stop()
        }
    }
}

/// Carries a cancellation into blocking code.
final class StopFlag: Sendable {
    private let stopped = Atomic<Bool>(false)

    func stop() {
        stopped.store(true, ordering: .relaxed)
    }

    func check() throws(CancellationError) {
        if stopped.load(ordering: .relaxed) { throw CancellationError() }
    }
}
