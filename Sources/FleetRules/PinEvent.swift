package import FleetModel

/// What changes which release should be on machines.
package enum PinEvent: Sendable, Equatable {
    /// `release` says which, such as `shop 1.5`; `place` where, such as `machine web-1`.
    case created(
        EventSubject,
        release: String,
        place: String,
        once: Bool,
        until: Instant?,
        reason: String
    )
    case ended(EventSubject, release: String, place: String, how: Pin.EndReason, reason: String)
    /// The environment is to have another release; `before` is the version it had.
    case releaseChanged(
        EventSubject,
        release: String,
        environment: String,
        before: String?,
        reason: String
    )
    case marked(EventSubject, description: String, reason: String)

    package var record: EventRecord {
        switch self {
        case .created(let subject, let release, let place, let once, let until, let reason):
            let most = once ? " for one deployment" : ""
            let end = until.map { " until \($0)" } ?? ""
            return EventRecord(
                .pinCreated,
                subject,
                "\(place) was pinned to \(release)\(most)\(end): \(reason)",
                detail: ["once": String(once), "until": until?.description ?? ""]
            )
        case .ended(let subject, let release, let place, let how, let reason):
            return EventRecord(
                .pinEnded,
                subject,
                "\(place) is no longer pinned to \(release): \(Self.inWords(how))"
                    + (reason.isEmpty ? "" : ": \(reason)"),
                detail: ["ended": how.rawValue]
            )
        case .releaseChanged(let subject, let release, let environment, let before, let reason):
            return EventRecord(
                .environmentReleaseChanged,
                subject,
                "\(environment) is to have \(release)" + (before.map { " in place of \($0)" } ?? "")
                    + ": \(reason)",
                detail: ["before": before ?? ""]
            )
        case .marked(let subject, let description, let reason):
            return EventRecord(
                .deploymentMarked,
                subject,
                "\(description) counts as a success: \(reason)"
            )
        }
    }

    private static func inWords(_ how: Pin.EndReason) -> String {
        switch how {
        case .removed: "removed"
        case .replaced: "another pin took its place"
        case .expired: "its time is up"
        case .used: "the one deployment that it was for has succeeded"
        case .machineDeleted: "the machine was deleted"
        case .environmentDeleted: "the environment was deleted"
        }
    }

    /// Ends after which machines are not sent back to another release: another pin says what they get, or nothing is
    /// to be done. A pin for one deployment has done what it was for, and without an event machines are not touched.
    package static let endsWithoutReturn: [Pin.EndReason] = [
        .replaced, .used, .machineDeleted, .environmentDeleted,
    ]
}
