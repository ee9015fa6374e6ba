import FleetModel
import FleetRules

/// What the events of environments that end say.
extension DomainEventListenerTests {
    static let environmentLives = [
        Row(
            .environment(.expiring(subject, name: "pr-1", endsAt: noon, .expired)),
            .environmentExpiring,
            "environment pr-1 ends at \(noon), because it expires; 'tidemark environment extend pr-1 --by 2h' or "
                + "'protect pr-1' keeps it"
        ),
        Row(
            .environment(.extended(subject, name: "pr-1", until: noon)),
            .environmentExtended,
            "environment pr-1 now lasts until \(noon)"
        ),
        Row(
            .environment(.protectionChanged(subject, name: "pr-1", isProtected: true)),
            .environmentProtectionChanged,
            "environment pr-1 is protected: it does not end by itself"
        ),
        Row(
            .environment(.protectionChanged(subject, name: "pr-1", isProtected: false)),
            .environmentProtectionChanged,
            "environment pr-1 is not protected any more"
        ),
        Row(
            .environment(.teardownStarted(subject, name: "pr-1", reason: "it expired")),
            .environmentTeardownStarted,
            "environment pr-1 is being torn down: it expired"
        ),
        Row(
            .environment(.teardownFailed(subject, name: "pr-1", reason: "shop", retryAfterSeconds: 60)),
            .environmentTeardownFailed,
            "the teardown of environment pr-1 failed: shop; it is tried again in 1m"
        ),
        Row(
            .environment(.teardownFailed(subject, name: "pr-1", reason: "shop", retryAfterSeconds: nil)),
            .environmentTeardownFailed,
            "the teardown of environment pr-1 failed: shop; a person decides: 'tidemark environment delete pr-1 --force' "
                + "removes it without"
        ),
        Row(
            .environment(.deleted(subject, name: "pr-1", reason: "it expired")),
            .environmentDeleted,
            "environment pr-1 was deleted: it expired"
        ),
    ]
}
