import FleetModel
import FleetRules

/// What the events of cleanup say.
extension DomainEventListenerTests {
    static let cleanup = [
        Row(
            .cleanup(
                .expired(subject, name: "m", policy: "spot", deleteAfterSeconds: 600, purgeAfterSeconds: 3600)
            ),
            .machineExpired,
            "machine m was unavailable for 10m and expired; it is deleted in 1h, unless it comes back or is restored"
        ),
        Row(
            .cleanup(
                .expired(subject, name: "m", policy: "spot", deleteAfterSeconds: 600, purgeAfterSeconds: 0)
            ),
            .machineExpired,
            "machine m was unavailable for 10m and expired; it is deleted at once, unless it comes back or is restored"
        ),
        Row(
            .cleanup(.restored(subject, name: "m", reason: "by key:ops")),
            .machineRestored,
            "machine m was restored: by key:ops"
        ),
        Row(
            .cleanup(.held(policy: "spot", CleanupBatch(scope: .policy, machines: 5, of: 10))),
            .machineCleanupHeld,
            "5 of 10 machines of policy spot fell silent together: none of policy spot is cleaned up until enough are "
                + "back, or 'tidemark policy allow-cleanup spot' lets them go"
        ),
        Row(
            .cleanup(.held(policy: "spot", CleanupBatch(scope: .fleet, machines: 5, of: 10))),
            .machineCleanupHeld,
            "5 of 10 machines of the fleet fell silent together: none of policy spot is cleaned up until enough are "
                + "back, or 'tidemark policy allow-cleanup spot' lets them go"
        ),
        Row(
            .cleanup(.allowed(policy: "spot", machines: 3)),
            .machineCleanupAllowed,
            "the silent machines of policy spot may be cleaned up, 3 of them"
        ),
        Row(
            .cleanup(.failed(subject, name: "m", reason: "lock timeout")),
            .machineCleanupFailed,
            "machine m could not be deleted by its policy, and it is tried again: lock timeout"
        ),
    ]
}
