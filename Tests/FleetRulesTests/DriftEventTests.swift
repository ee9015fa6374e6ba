import FleetModel
import FleetRules

extension DomainEventListenerTests {
    static let drift = [
        Row(
            .drift(.repaired(subject, name: "m", project: "shop", version: "1.4")),
            .machineDriftRepaired,
            "machine m has 1.4 of shop again"
        )
    ]
}
