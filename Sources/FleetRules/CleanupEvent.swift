import FleetModel

/// What happens to machines that stay away.
package enum CleanupEvent: Sendable, Equatable {
    case expired(EventSubject, name: String, policy: String, deleteAfterSeconds: Int, purgeAfterSeconds: Int)
    case restored(EventSubject, name: String, reason: String)
    /// Posted once for each hold.
    case held(policy: String, CleanupBatch)
    case allowed(policy: String, machines: Int)
    case failed(EventSubject, name: String, reason: String)

    var record: EventRecord {
        switch self {
        case .expired(let subject, let name, let policy, let deleteAfter, let purgeAfter):
            let then =
                purgeAfter == 0
                ? "it is deleted at once" : "it is deleted in \(DurationText.text(seconds: purgeAfter))"
            return EventRecord(
                .machineExpired,
                subject,
                "machine \(name) was unavailable for \(DurationText.text(seconds: deleteAfter)) and expired; \(then), "
                    + "unless it comes back or is restored",
                detail: ["policy": policy]
            )
        case .restored(let subject, let name, let reason):
            return EventRecord(.machineRestored, subject, "machine \(name) was restored: \(reason)")
        case .held(let policy, let batch):
            let whose = batch.scope == .policy ? "machines of policy \(policy)" : "machines of the fleet"
            return EventRecord(
                .machineCleanupHeld,
                EventSubject(),
                "\(batch.machines) of \(batch.of) \(whose) fell silent together: none of policy \(policy) is cleaned up "
                    + "until enough are back, or 'tidemark policy allow-cleanup \(policy)' lets them go",
                detail: ["policy": policy, "machines": String(batch.machines), "of": String(batch.of)]
            )
        case .allowed(let policy, let machines):
            return EventRecord(
                .machineCleanupAllowed,
                EventSubject(),
                "the silent machines of policy \(policy) may be cleaned up, \(machines) of them",
                detail: ["policy": policy, "machines": String(machines)]
            )
        case .failed(let subject, let name, let reason):
            return EventRecord(
                .machineCleanupFailed,
                subject,
                "machine \(name) could not be deleted by its policy, and it is tried again: \(reason)"
            )
        }
    }
}
