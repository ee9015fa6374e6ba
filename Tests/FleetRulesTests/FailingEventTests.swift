import FleetModel
import FleetRules

extension DomainEventListenerTests {
    static let failing = [
        Row(
            .failing(
                .quarantined(subject, machine: "m", release: "shop 1.5", attempts: 3, reason: "exit code 1")
            ),
            .machineQuarantined,
            "shop 1.5 was given up on machine m after 3 runs: exit code 1"
        ),
        Row(
            .failing(
                .quarantineReleased(subject, machine: "m", release: "shop 1.5", reason: "the disk is larger")
            ),
            .machineQuarantineReleased,
            "shop 1.5 is no longer given up on machine m: the disk is larger"
        ),
        Row(
            .failing(
                .circuitOpened(
                    subject,
                    release: "shop 1.5",
                    environment: "production",
                    failed: 3,
                    tried: 4,
                    fallback: "1.4"
                )
            ),
            .circuitOpened,
            "shop 1.5 failed on 3 of 4 machines of production: no further machine is given it; those without it get 1.4"
        ),
        Row(
            .failing(
                .circuitOpened(
                    subject,
                    release: "shop 1.5",
                    environment: "production",
                    failed: 3,
                    tried: 4,
                    fallback: nil
                )
            ),
            .circuitOpened,
            "shop 1.5 failed on 3 of 4 machines of production: no further machine is given it; those without it wait"
        ),
        Row(
            .failing(
                .circuitClosed(
                    subject,
                    release: "shop 1.5",
                    environment: "production",
                    reason: "the feed is back"
                )
            ),
            .circuitClosed,
            "the circuit of shop 1.5 in production was closed: the feed is back"
        ),
    ]
}
