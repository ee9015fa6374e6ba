import FleetModel
import FleetStore
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import TestSupport
import Testing

@testable import HTTPAPI

@Suite(.migratedSchema)
struct DeprecationTests {
    private func old() throws -> Route {
        let since = try #require(Instant("2026-01-02T00:00:00Z"))
        let sunset = try #require(Instant("2026-12-06T08:49:37Z"))
        return Route(
            .get,
            "/api/v1/old",
            .public,
            "old",
            "What was before.",
            answers: [.text(200, "text/plain", "It.")],
            deprecation: Deprecation(since: since, sunset: sunset, successor: "/api/v1/new"),
            handler: { _, _ in .text("old") }
        )
    }

    @Test("A route that goes away says so, since when, until when, and what to use instead")
    func headers() async throws {
        let router = APIRouter.router(try await APIFixture().api, routes: [try old()])
        try await Application(router: router).test(.router) { client in
            let answer = try await client.executeRequest(
                uri: "/api/v1/old",
                method: .get,
                headers: [:],
                body: nil
            )
            #expect(answer.status == .ok)
            #expect(answer.headers[.deprecation] == "@1767312000")
            #expect(answer.headers[.sunset] == "Sun, 06 Dec 2026 08:49:37 GMT")
            #expect(answer.headers[.link] == "</api/v1/new>; rel=\"successor-version\"")
        }
    }

    @Test("The OpenAPI document marks it, and no other")
    func document() async throws {
        let text = try JSONText.encode(OpenAPIDocument.of([try old()]))
        #expect(text.contains(#""deprecated":true"#))
        let routes = Routes.all(try await APIFixture().api)
        #expect(
            try JSONText.encode(OpenAPIDocument.of(routes)).contains(#""deprecated":true"#)
                == routes.contains {
                    $0.deprecation != nil
                }
        )
    }

    @Test("Nothing goes away sooner than half a year after it was said")
    func notice() async throws {
        for case let deprecation? in Routes.all(try await APIFixture().api).map(\.deprecation) {
            #expect(deprecation.sunset.seconds(since: deprecation.since) >= 180 * 86_400)
        }
    }
}
