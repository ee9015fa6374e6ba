package import FleetModel

/// What lets releases into environments, and what keeps them out.
package enum PromotionEvent: Sendable, Equatable {
    case freezeApplied(name: String, environments: [String], created: Bool)
    case freezeDeleted(name: String)
    case freezeStarted(name: String, until: Instant, reason: String)
    case freezeEnded(name: String)
    case promoted(EventSubject, release: String, environment: String, phase: String)

    var record: EventRecord {
        switch self {
        case .freezeApplied(let name, let environments, let created):
            EventRecord(
                created ? .freezeCreated : .freezeModified,
                EventSubject(),
                "freeze \(name) of \(environments.joined(separator: ", ")) was \(created ? "created" : "changed")",
                detail: ["freeze": name]
            )
        case .freezeDeleted(let name):
            EventRecord(
                .freezeDeleted,
                EventSubject(),
                "freeze \(name) was deleted",
                detail: ["freeze": name]
            )
        case .freezeStarted(let name, let until, let reason):
            EventRecord(
                .freezeStarted,
                EventSubject(),
                "freeze \(name) is in force until \(until): \(reason)",
                detail: ["freeze": name]
            )
        case .freezeEnded(let name):
            EventRecord(
                .freezeEnded,
                EventSubject(),
                "freeze \(name) is over",
                detail: ["freeze": name]
            )
        case .promoted(let subject, let release, let environment, let phase):
            EventRecord(
                .releasePromoted,
                subject,
                "\(release) goes to \(environment) by itself: phase \(phase) is automatic"
            )
        }
    }
}
