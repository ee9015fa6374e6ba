import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

/// Who is who at an OpenID provider.
@Suite(.migratedSchema)
struct PersonIdentityTests {
    private static let issuer = "https://id.example"

    private func store() async throws -> Store {
        let store = Store(database: try TestDatabase.current.database, node: "node-a")
        try await store.unitOfWork(by: "test") { tx, changes in
            for name in ["ada", "bob"] {
                _ = try PersonCommands.create(name: name, displayName: "", grants: [], in: tx, &changes)
            }
        }
        return store
    }

    private func link(_ name: String, _ subject: String, by principal: Principal = "test", in store: Store)
        async throws -> PersonIdentity
    {
        try await store.unitOfWork(by: principal) { tx, changes in
            try PersonLinkCommands.link(name, issuer: Self.issuer, subject: subject, in: tx, &changes)
        }
    }

    private func signIn(_ subject: String, _ name: String?, in store: Store) async throws -> ProviderSignIn {
        try await store.signIn(
            ProviderIdentity(issuer: Self.issuer, subject: subject, name: name),
            endAddress: nil,
            remote: "10.0.0.1"
        )
    }

    private func count(_ sql: SQL, in store: Store) async throws -> Int {
        try await store.database.query(sql)[0]["count"]
    }

    @Test("An identity is one person's, and to link it again to the same one changes nothing")
    func link() async throws {
        let store = try await store()
        let first = try await link("ADA", "s-1", in: store)
        #expect(first.subject == "s-1")
        #expect(first.linkedBy == "test")
        #expect(try await link("ada", "s-1", in: store) == first)
        #expect(try await link("ada", "s-2", in: store).subject == "s-2")
        let all = try await store.read { try PersonLinkCommands.list(of: "ada", in: $0) }
        #expect(all.map(\.subject) == ["s-1", "s-2"])
        let events: SQL = "SELECT count(*) AS count FROM event WHERE category = 'PersonLinked'"
        #expect(try await count(events, in: store) == 2)
        let error = await #expect(throws: StoreError.self) { try await link("bob", "s-1", in: store) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("is person ada already"))
        await #expect(throws: StoreError.self) { try await link("carol", "s-3", in: store) }
    }

    @Test("Only who may say who may do what may say who is who")
    func rights() async throws {
        let store = try await store()
        let admin = Principal.person(
            ID(1),
            name: "ada",
            grants: [Grant(.operator), Grant(.admin, projects: ["shop"])]
        )
        await #expect(throws: NotAllowed.self) { try await link("ada", "s-1", by: admin, in: store) }
    }

    @Test("What can be no issuer and no subject is refused with the field's name")
    func faults() async throws {
        let store = try await store()
        for (issuer, subject) in [
            ("id.example", "s"), ("https://id.example", ""), ("https://id.example\n", "s\u{0}"),
        ] {
            await #expect(throws: StoreError.self) {
                try await store.unitOfWork(by: "test") { tx, changes in
                    _ = try PersonLinkCommands.link("ada", issuer: issuer, subject: subject, in: tx, &changes)
                }
            }
        }
    }

    @Test("To take a link back ends the person's sessions, and the next sign-in with it finds nobody")
    func unlink() async throws {
        let store = try await store()
        _ = try await link("ada", "s-1", in: store)
        guard case .opened(let secret, let person) = try await signIn("s-1", "whatever", in: store) else {
            Issue.record("not let in")
            return
        }
        #expect(person.name == "ada")
        #expect(try await store.webSession(secret.text)?.principal.actor == "person:ada")
        try await store.unitOfWork(by: "test") { tx, changes in
            try PersonLinkCommands.unlink("ada", issuer: Self.issuer, subject: "s-1", in: tx, &changes)
        }
        #expect(try await store.webSession(secret.text) == nil)
        guard case .refused(.nameTaken("ada")) = try await signIn("s-1", "Ada", in: store) else {
            Issue.record("the name of somebody who is not linked was given away")
            return
        }
        await #expect(throws: StoreError.self) {
            try await store.unitOfWork(by: "test") { tx, changes in
                try PersonLinkCommands.unlink("ada", issuer: Self.issuer, subject: "s-1", in: tx, &changes)
            }
        }
    }

    @Test("Many browsers of one person at once make one person, and two people of one name are not made one")
    func atOnce() async throws {
        let store = try await store()
        try await withThrowingTaskGroup(of: String.self) { group in
            for index in 0..<16 {
                group.addTask {
                    switch try await signIn(index.isMultiple(of: 2) ? "s-1" : "s-2", "grace", in: store) {
                    case .opened(_, let person): person.name
                    case .refused(let why): "\(why)"
                    }
                }
            }
            var answers: Set<String> = []
            for try await answer in group { answers.insert(answer) }
            #expect(answers == ["grace", "nameTaken(\"grace\")"])
        }
        #expect(try await count("SELECT count(*) AS count FROM person", in: store) == 3)
        #expect(try await count("SELECT count(*) AS count FROM person_identity", in: store) == 1)
    }
}
