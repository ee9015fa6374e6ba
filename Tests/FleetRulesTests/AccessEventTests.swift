import FleetModel
import FleetRules
import Testing

@Suite struct AccessEventTests {
    static let rows = [
        DomainEventListenerTests.Row(
            .access(.personCreated(name: "ada", grants: [.everything])),
            .personCreated,
            "person ada was entered, with admin everywhere"
        ),
        DomainEventListenerTests.Row(
            .access(.personDisabled(name: "ada")),
            .personDisabled,
            "person ada was disabled, with all sessions and keys"
        ),
        DomainEventListenerTests.Row(
            .access(.personEnabled(name: "ada")),
            .personEnabled,
            "person ada was enabled"
        ),
        DomainEventListenerTests.Row(
            .access(.passwordChanged(name: "ada")),
            .passwordChanged,
            "the password of person ada was set"
        ),
        DomainEventListenerTests.Row(
            .access(.personLinked(name: "ada", issuer: "https://id.example", subject: "s-1")),
            .personLinked,
            "person ada was linked to 's-1' at https://id.example"
        ),
        DomainEventListenerTests.Row(
            .access(.personUnlinked(name: "ada", issuer: "https://id.example", subject: "s-1")),
            .personUnlinked,
            "person ada is no longer linked to 's-1' at https://id.example; all sessions were ended"
        ),
        DomainEventListenerTests.Row(
            .access(
                .grantsChanged(
                    who: "person:ada",
                    from: [],
                    to: [
                        Grant(.deployer, environments: ["staging"], projects: ["shop", "mail"]),
                        Grant(.viewer),
                    ]
                )
            ),
            .grantsChanged,
            "person:ada has deployer in staging for shop, mail; viewer everywhere, and had no role"
        ),
        DomainEventListenerTests.Row(
            .access(.keyRotated(name: "ci", prefix: "tmk_abcdef")),
            .keyRotated,
            "API key ci has another secret (tmk_abcdef)"
        ),
        DomainEventListenerTests.Row(
            .access(
                .triggerRefused(
                    EventSubject(trigger: 4),
                    trigger: "shop/arrivals",
                    environment: "production",
                    reason: "it acts as key:ci, and that key was revoked"
                )
            ),
            .triggerRefused,
            "trigger shop/arrivals may not deploy to production: it acts as key:ci, and that key was revoked"
        ),
    ]

    @Test("Changes to who may do what are events", arguments: rows)
    func recorded(_ row: DomainEventListenerTests.Row) {
        let records = DomainEventListener.records(of: row.event)
        #expect(records.map(\.category) == [row.category])
        #expect(records.map(\.message) == [row.message])
    }

    @Test("Grants that stay as they are, are no event")
    func unchanged() {
        let event = AccessEvent.grantsChanged(who: "key:ci", from: [.everything], to: [.everything])
        #expect(event.record == nil)
    }
}
