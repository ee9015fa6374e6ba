import FleetModel
import FleetRules
import Testing

@Suite struct SecretEventTests {
    typealias Row = DomainEventListenerTests.Row

    private static let subject = EventSubject(environment: 2, project: 1)

    static let rows = [
        Row(
            .secret(
                .set(subject, project: "shop", environment: "production", name: "DB_PASSWORD", version: 3)
            ),
            .secretSet,
            "secret DB_PASSWORD of shop in production was set, version 3"
        ),
        Row(
            .secret(.set(subject, project: "shop", environment: nil, name: "DB_PASSWORD", version: 1)),
            .secretSet,
            "secret DB_PASSWORD of shop in every environment was set, version 1"
        ),
        Row(
            .secret(
                .deleted(subject, project: "shop", environment: "production", name: "DB_PASSWORD")
            ),
            .secretDeleted,
            "secret DB_PASSWORD of shop in production was deleted"
        ),
    ]

    @Test(
        "What happens to secrets is an event that names the secret, its project and its place",
        arguments: rows
    )
    func recorded(_ row: Row) {
        let records = DomainEventListener.records(of: row.event)
        #expect(records.map(\.category) == [row.category])
        #expect(records.map(\.message) == [row.message])
        #expect(records.map(\.subject) == [Self.subject])
        #expect(records.map { $0.detail["secret"] } == ["DB_PASSWORD"])
    }
}
