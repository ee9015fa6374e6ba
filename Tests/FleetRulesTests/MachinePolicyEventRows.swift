import FleetModel
import FleetRules

extension DomainEventListenerTests {
    static let policies = [
        Row(
            .machinePolicy(.applied(name: "spot", created: true)),
            .machinePolicyCreated,
            "machine policy spot was created"
        ),
        Row(
            .machinePolicy(.applied(name: "spot", created: false)),
            .machinePolicyModified,
            "machine policy spot was changed"
        ),
        Row(.machinePolicy(.deleted(name: "spot")), .machinePolicyDeleted, "machine policy spot was deleted"),
        Row(
            .healthCheck(.requested(subject, name: "m")),
            .machineHealthCheckRequested,
            "a health check of machine m was asked for"
        ),
        Row(
            .healthCheck(.failed(subject, name: "m", reason: "no answer")),
            .machineHealthCheckFailed,
            "the health check of machine m could not be carried out: no answer"
        ),
    ]
}
