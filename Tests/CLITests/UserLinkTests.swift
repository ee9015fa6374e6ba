import FleetModel
import Testing

@testable import CommandLineKit

@Suite("tidemark user link")
struct UserLinkTests: RunsTool {
    @Test("Who is who at a provider goes out as it was said, in body and query")
    func links() async throws {
        let path = "/api/v1/people/ada/identities"
        let identity = PersonIdentity(
            issuer: "https://id.example/realms/a",
            subject: "47&11",
            linkedAt: Instant(microseconds: 0),
            linkedBy: "key:ci"
        )
        let query = "?issuer=https%3A%2F%2Fid.example%2Frealms%2Fa&subject=47%2611"
        try await CannedServer.with([
            "POST \(path)": .init(status: 201, body: try json(identity)),
            "GET \(path)": .init(body: try json(APIV1.Page(items: [identity], nextCursor: nil))),
            "DELETE \(path)": .init(status: 204, body: ""),
        ]) { server in
            func run(_ verb: String) async throws -> Tool.Outcome {
                try await self.run(
                    server,
                    "user",
                    verb,
                    "ada",
                    "--issuer",
                    identity.issuer,
                    "--subject",
                    identity.subject
                )
            }
            let linked = try await run("link")
            #expect(linked.status == 0, "\(linked.messages)")
            #expect(try await self.run(server, "user", "identities", "ada", "-o", "name").output == "47&11\n")
            #expect(try await run("unlink").status == 0)
            #expect(server.requests.map(\.uri) == [path, path, path + query])
            #expect(server.requests.first?.body.contains(#""subject":"47&11""#) == true)
        }
    }
}
