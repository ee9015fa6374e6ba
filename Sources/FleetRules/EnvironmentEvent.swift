package import FleetModel

/// What happens to environments that end.
package enum EnvironmentEvent: Sendable, Equatable {
    case expiring(EventSubject, name: String, endsAt: Instant, EnvironmentEnd)
    case extended(EventSubject, name: String, until: Instant)
    case protectionChanged(EventSubject, name: String, isProtected: Bool)
    case teardownStarted(EventSubject, name: String, reason: String)
    case teardownFailed(EventSubject, name: String, reason: String, retryAfterSeconds: Int?)
    case deleted(EventSubject, name: String, reason: String)

    var record: EventRecord {
        switch self {
        case .expiring(let subject, let name, let endsAt, let end):
            let how = "'tidemark environment extend \(name) --by 2h' or 'protect \(name)' keeps it"
            let why =
                switch end {
                case .expired: "it expires"
                case .idle: "it is idle"
                case .empty: "it is empty"
                }
            return EventRecord(
                .environmentExpiring,
                subject,
                "environment \(name) ends at \(endsAt), because \(why); \(how)",
                detail: ["endsAt": "\(endsAt)", "reason": end.rawValue]
            )
        case .extended(let subject, let name, let until):
            return EventRecord(.environmentExtended, subject, "environment \(name) now lasts until \(until)")
        case .protectionChanged(let subject, let name, let isProtected):
            let what = isProtected ? "is protected: it does not end by itself" : "is not protected any more"
            return EventRecord(.environmentProtectionChanged, subject, "environment \(name) \(what)")
        case .teardownStarted(let subject, let name, let reason):
            return EventRecord(
                .environmentTeardownStarted,
                subject,
                "environment \(name) is being torn down: \(reason)"
            )
        case .teardownFailed(let subject, let name, let reason, let retryAfter):
            let next =
                retryAfter.map { "it is tried again in \(DurationText.text(seconds: $0))" }
                ?? "a person decides: 'tidemark environment delete \(name) --force' removes it without"
            return EventRecord(
                .environmentTeardownFailed,
                subject,
                "the teardown of environment \(name) failed: \(reason); \(next)"
            )
        case .deleted(let subject, let name, let reason):
            return EventRecord(.environmentDeleted, subject, "environment \(name) was deleted: \(reason)")
        }
    }
}
