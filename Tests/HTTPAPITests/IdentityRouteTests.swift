import FleetModel
import FleetStore
import HTTPTypes
import TestSupport
import Testing

@testable import HTTPAPI

@Suite(.migratedSchema)
struct IdentityRouteTests {
    private static let path = "/api/v1/people/ada/identities"

    @Test(
        "Who is who at a provider is said, asked and taken back, and repeating a request has no second effect"
    )
    func identities() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            try await fixture.store.unitOfWork(by: "test") { tx, changes in
                _ = try PersonCommands.create(name: "ada", displayName: "", grants: [], in: tx, &changes)
            }
            let body = #"{"issuer":"https://id.example","subject":"a b&c"}"#
            for _ in 0..<2 {
                let made = try await client.post(Self.path, body)
                #expect(made.status == 201)
                #expect(try made.decode(PersonIdentity.self).subject == "a b&c")
            }
            #expect(try await fixture.events(.personLinked) == 1)
            let page = try await client.get(Self.path).decode(APIV1.Page<PersonIdentity>.self)
            #expect(page.items.map(\.issuer) == ["https://id.example"])
            #expect(try await client.post(Self.path, #"{"issuer":"id.example","subject":""}"#).status == 422)
            #expect(try await client.post("/api/v1/people/bob/identities", body).status == 404)
            let query = "?issuer=https%3A%2F%2Fid.example&subject=a%20b%26c"
            #expect(try await client.send(.delete, Self.path).status == 400)
            #expect(try await client.send(.delete, Self.path + query).status == 204)
            #expect(try await client.send(.delete, Self.path + query).status == 404)
            #expect(try await fixture.events(.personUnlinked) == 1)
        }
    }
}
