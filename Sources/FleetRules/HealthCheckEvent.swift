import FleetModel

/// What happens to health checks, beside the change of health that they may bring.
package enum HealthCheckEvent: Sendable, Equatable {
    /// Somebody asked for one.
    case requested(EventSubject, name: String)
    /// It could not be carried out; why says nothing of what a script found.
    case failed(EventSubject, name: String, reason: String)

    var record: EventRecord {
        switch self {
        case .requested(let subject, let name):
            EventRecord(
                .machineHealthCheckRequested,
                subject,
                "a health check of machine \(name) was asked for"
            )
        case .failed(let subject, let name, let reason):
            EventRecord(
                .machineHealthCheckFailed,
                subject,
                "the health check of machine \(name) could not be carried out: \(reason)"
            )
        }
    }
}
