import FleetModel
import FleetRules
import Testing

@Suite struct SignInEventTests {
    static let rows = [
        DomainEventListenerTests.Row(
            .signIn(.signedIn(name: "key:ada", remote: "10.0.0.9")),
            .signedIn,
            "key:ada signed in from 10.0.0.9"
        ),
        DomainEventListenerTests.Row(
            .signIn(.signedOut(name: "key:ada")),
            .signedOut,
            "key:ada signed out"
        ),
        DomainEventListenerTests.Row(
            .signIn(.ended(name: "person:ada", sessions: 1)),
            .signedOut,
            "1 session of person:ada was ended"
        ),
        DomainEventListenerTests.Row(
            .signIn(.ended(name: "person:ada", sessions: 3)),
            .signedOut,
            "3 sessions of person:ada were ended"
        ),
        DomainEventListenerTests.Row(
            .signIn(.refused(what: "the key is not known", remote: "10.0.0.9")),
            .signInRefused,
            "a sign-in from 10.0.0.9 was refused: the key is not known"
        ),
    ]

    @Test("Coming in, leaving and being refused are events", arguments: rows)
    func recorded(_ row: DomainEventListenerTests.Row) {
        let records = DomainEventListener.records(of: row.event)
        #expect(records.map(\.category) == [row.category])
        #expect(records.map(\.message) == [row.message])
    }
}
