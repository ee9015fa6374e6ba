@preconcurrency import Dispatch

/// A serial queue as an actor's executor: what blocks here blocks this queue's thread, never the cooperative
/// pool.
package final class QueueExecutor: SerialExecutor {
    let queue: DispatchQueue

    package init(label: String) {
        queue = DispatchQueue(label: label)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    package func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(queue))
    }
}
