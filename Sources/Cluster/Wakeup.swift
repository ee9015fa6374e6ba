import Synchronization

/// Something to wait for that may also have happened just before: a fire is kept until somebody has waited for it.
/// For one waiter at a time.
package final class Wakeup: Sendable {
    private struct State {
        var isFired = false
        var waiter: CheckedContinuation<Bool, Never>?
        /// A cancellation that came before its waiter.
        var isCancelled = false
    }

    private let state = Mutex(State())

    package init() {}

    package func fire() {
        let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            defer { state.waiter = nil }
            if state.waiter == nil { state.isFired = true }
            return state.waiter
        }
        waiter?.resume(returning: true)
    }

    /// Returns true as soon as it is fired, false after `limit` or when the task is cancelled.
    @discardableResult
    package func wait(upTo limit: Duration) async -> Bool {
        state.withLock { $0.isCancelled = false }
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask { await self.fired() }
            group.addTask {
                try? await Task.sleep(for: limit)
                return false
            }
            var isFired = await group.next() ?? false
            group.cancelAll()
            // A fire that came together with the end of the wait is not lost.
            for await other in group where other { isFired = true }
            return isFired
        }
    }

    private func fired() async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    if state.isFired {
                        state.isFired = false
                        return true
                    }
                    if state.isCancelled { return false }
                    state.waiter = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
                defer { state.waiter = nil }
                state.isCancelled = true
                return state.waiter
            }
            waiter?.resume(returning: false)
        }
    }
}
