import FleetModel

/// What happens to secrets. The value is not given to it, so no event can tell it.
package enum SecretEvent: Sendable, Equatable {
    /// `environment` nil: it is for every one.
    case set(EventSubject, project: String, environment: String?, name: String, version: Int)
    case deleted(EventSubject, project: String, environment: String?, name: String)

    package var record: EventRecord {
        switch self {
        case .set(let subject, let project, let environment, let name, let version):
            EventRecord(
                .secretSet,
                subject,
                "\(Secret.place(name, of: project, in: environment)) was set, version \(version)",
                detail: ["secret": name, "version": String(version)]
            )
        case .deleted(let subject, let project, let environment, let name):
            EventRecord(
                .secretDeleted,
                subject,
                "\(Secret.place(name, of: project, in: environment)) was deleted",
                detail: ["secret": name]
            )
        }
    }
}
