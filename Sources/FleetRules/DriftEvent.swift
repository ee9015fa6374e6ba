import FleetModel

/// What is told of machines whose agents prove something else than was put there; that it was found is
/// `DomainEvent.inventoryReported`.
package enum DriftEvent: Sendable, Equatable {
    /// What should be on the machine is proven again.
    case repaired(EventSubject, name: String, project: String, version: String)

    package var record: EventRecord? {
        switch self {
        case .repaired(let subject, let name, let project, let version):
            EventRecord(
                .machineDriftRepaired,
                subject,
                "machine \(name) has \(version) of \(project) again",
                detail: ["project": project, "proven": version]
            )
        }
    }
}
