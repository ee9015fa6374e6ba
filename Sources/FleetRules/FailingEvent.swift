import FleetModel

/// What is done about releases that fail, and what undoes it.
package enum FailingEvent: Sendable, Equatable {
    /// `release` says which, such as `shop 1.5`.
    case quarantined(EventSubject, machine: String, release: String, attempts: Int, reason: String)
    case quarantineReleased(EventSubject, machine: String, release: String, reason: String)
    /// `fallback` is the version that machines without the release get instead.
    case circuitOpened(
        EventSubject,
        release: String,
        environment: String,
        failed: Int,
        tried: Int,
        fallback: String?
    )
    case circuitClosed(EventSubject, release: String, environment: String, reason: String)

    package var record: EventRecord {
        switch self {
        case .quarantined(let subject, let machine, let release, let attempts, let reason):
            EventRecord(
                .machineQuarantined,
                subject,
                "\(release) was given up on machine \(machine) after \(attempts) "
                    + "run\(attempts == 1 ? "" : "s"): \(reason)",
                detail: ["attempts": String(attempts)]
            )
        case .quarantineReleased(let subject, let machine, let release, let reason):
            EventRecord(
                .machineQuarantineReleased,
                subject,
                "\(release) is no longer given up on machine \(machine): \(reason)"
            )
        case .circuitOpened(let subject, let release, let environment, let failed, let tried, let fallback):
            EventRecord(
                .circuitOpened,
                subject,
                "\(release) failed on \(failed) of \(tried) machines of \(environment): no further machine is given it; "
                    + (fallback.map { "those without it get \($0)" } ?? "those without it wait"),
                detail: ["failed": String(failed), "tried": String(tried), "fallback": fallback ?? ""]
            )
        case .circuitClosed(let subject, let release, let environment, let reason):
            EventRecord(
                .circuitClosed,
                subject,
                "the circuit of \(release) in \(environment) was closed: \(reason)"
            )
        }
    }
}
