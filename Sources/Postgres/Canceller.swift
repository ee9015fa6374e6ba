import CLibPQ
@preconcurrency import Dispatch
import Synchronization

/// Interrupts what a connection is doing, and never what it does next.
///
/// A cancel request that arrives late ends the *following* statement. So a request names the turn it is meant
/// for, and the end of a turn waits for a request that is under way.
final class Canceller: Sendable {
    // Because: a PGcancel is the one libpq object that any thread may use; it is freed after its last user.
    nonisolated(unsafe) private let handle: OpaquePointer
    private let queue = DispatchQueue(label: "postgres.cancel")
    private let runningTurn = Mutex<UInt64?>(nil)
    /// A request is lost if it overtakes the statement it is meant for, so it is repeated while the turn
    /// lasts.
    private let repetition = DispatchTimeInterval.milliseconds(100)

    init(_ handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        PQfreeCancel(handle)
    }

    /// Makes `body` the turn that `cancel(turn:)` may interrupt, until it returns.
    func during<Value>(turn: UInt64, _ body: () throws -> Value) rethrows -> Value {
        runningTurn.withLock { $0 = turn }
        defer { runningTurn.withLock { $0 = nil } }
        return try body()
    }

    /// Interrupts the statement of `turn`; does nothing once the turn is over. Returns at once.
    func cancel(turn: UInt64) {
        queue.async { self.request(turn: turn) }
    }

    private func request(turn: UInt64) {
        let isRunning = runningTurn.withLock { running in
            guard running == turn else { return false }
            var complaint = [CChar](repeating: 0, count: 256)
            _ = PQcancel(handle, &complaint, Int32(complaint.count))
            return true
        }
        if isRunning { queue.asyncAfter(deadline: .now() + repetition) { self.request(turn: turn) } }
    }
}
