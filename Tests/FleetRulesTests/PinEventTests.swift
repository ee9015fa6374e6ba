import FleetModel
import FleetRules
import Testing

extension DomainEventListenerTests {
    static let pinning = [
        Row(
            .pinning(
                .created(
                    subject,
                    release: "shop 1.4",
                    place: "machine m",
                    once: false,
                    until: nil,
                    reason: "1.5 leaks"
                )
            ),
            .pinCreated,
            "machine m was pinned to shop 1.4: 1.5 leaks"
        ),
        Row(
            .pinning(
                .created(
                    subject,
                    release: "shop 1.6",
                    place: "environment production",
                    once: true,
                    until: noon,
                    reason: "a try"
                )
            ),
            .pinCreated,
            "environment production was pinned to shop 1.6 for one deployment until \(noon): a try"
        ),
        Row(
            .pinning(
                .ended(subject, release: "shop 1.4", place: "machine m", how: .removed, reason: "mended")
            ),
            .pinEnded,
            "machine m is no longer pinned to shop 1.4: removed: mended"
        ),
        Row(
            .pinning(.ended(subject, release: "shop 1.4", place: "machine m", how: .expired, reason: "")),
            .pinEnded,
            "machine m is no longer pinned to shop 1.4: its time is up"
        ),
        Row(
            .pinning(
                .releaseChanged(
                    subject,
                    release: "shop 1.5",
                    environment: "production",
                    before: "1.4",
                    reason: "deployment 12 succeeded"
                )
            ),
            .environmentReleaseChanged,
            "production is to have shop 1.5 in place of 1.4: deployment 12 succeeded"
        ),
        Row(
            .pinning(.marked(subject, description: "deployment 12", reason: "web-3 is a test machine")),
            .deploymentMarked,
            "deployment 12 counts as a success: web-3 is a test machine"
        ),
    ]
}

@Suite struct RedirectionTests {
    private static let enabled = trigger(7, environments: [production], roles: ["web"])

    @Test(
        "A redirected machine asks for its release where an enabled trigger covers it, and nowhere else",
        arguments: [
            (machine(), [enabled], 7),
            (machine(roles: ["db"]), [enabled], nil),
            (machine(in: staging), [enabled], nil),
            (machine(deleted: true), [enabled], nil),
            (machine(), [trigger(7, environments: [production], enabled: false)], nil),
            (machine(), [trigger(7, project: 2)], nil),
            (machine(health: .unavailable), [enabled], 7),
        ] as [(MachineFacts, [TriggerFacts], Int64?)]
    )
    func matches(_ machine: MachineFacts, _ triggers: [TriggerFacts], _ expected: Int64?) {
        let match = Redirection(eventID: 3, projectID: shop, machine: machine).match(triggers: triggers)
        #expect(match?.triggerID == expected.map { ID($0) })
        #expect(match.map(\.startsAgain) ?? true)
    }
}
