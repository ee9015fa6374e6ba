import FleetClient
import FleetModel
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestProvider
import Testing

@testable import OpenIDConnect

@Suite struct RealHTTPTests {
    @Test("Somebody signs in at a provider over HTTP, and the code works once")
    func signIn() async throws {
        let provider = TestProvider(key: try await TestKey(.rs256))
        try await Application(router: provider.router).test(.live) { http in
            let issuer = "http://127.0.0.1:\(try #require(http.port))"
            provider.issuer = issuer
            let client = BoundedClient(program: "test")
            let us = Provider(
                ProviderSettings(
                    issuer: issuer,
                    clientID: TestProvider.clientID,
                    clientSecret: TestProvider.clientSecret,
                    redirect: "https://tidemark.example/back"
                ),
                transport: HTTPProviderTransport(client)
            )
            let secrets = AttemptSecrets.random()
            let address = try await us.authorizationAddress(for: secrets)
            let back = try await http.execute(
                uri: String(address.dropFirst(issuer.count)),
                method: .get
            ) { try #require(URLComponents(string: $0.headers[.location] ?? "")) }
            let query = Dictionary((back.queryItems ?? []).map { ($0.name, $0.value ?? "") }) { $1 }
            #expect(query["state"] == secrets.state)
            let now = Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
            let code = try #require(query["code"])
            let session = try await us.session(code: code, issuer: query["iss"], of: secrets, now: now)
            #expect(session.identity.subject == "subject-1")
            await #expect(throws: ProviderFault.codeRefused("invalid_grant")) {
                try await us.session(code: code, issuer: query["iss"], of: secrets, now: now)
            }
            await client.close()
        }
    }

    @Test(
        "No redirect is followed, no long answer is read, and an answer that comes in drops is given up in time"
    )
    func bounds() async throws {
        let router = Router()
        router.get("/away") { _, _ in Response(status: .found, headers: [.location: "/here"]) }
        router.get("/here") { _, _ in "here" }
        router.get("/long") { _, _ in String(repeating: "x", count: 1001) }
        router.get("/drops") { _, _ in
            Response(
                status: .ok,
                body: ResponseBody { writer in
                    for _ in 0..<600 {
                        try await writer.write(ByteBuffer(string: " "))
                        // The pace is what is tested: no silence is long enough to be taken for the end.
                        try await Task.sleep(for: .milliseconds(50))
                    }
                    try await writer.finish(nil)
                }
            )
        }
        try await Application(router: router).test(.live) { http in
            let base = "http://127.0.0.1:\(try #require(http.port))"
            let client = BoundedClient(program: "test")
            func get(_ path: String, within limit: Duration = .seconds(20)) async throws
                -> BoundedClient.Answer
            {
                try await client.send("GET", base + path, headers: [], body: nil, upTo: 1000, within: limit)
            }
            #expect(try await get("/away").status == 302)
            #expect(try await get("/here").body == Array("here".utf8))
            await #expect(
                throws: ClientError.unreadable(url: base + "/long", reason: "it is longer than 1000 bytes")
            ) {
                _ = try await get("/long")
            }
            await #expect(
                throws: ClientError.unreachable(url: base + "/drops", reason: "no whole answer in time")
            ) {
                _ = try await get("/drops", within: .milliseconds(300))
            }
            await client.close()
        }
    }

    @Test("Nobody at the provider's address is a fault with words, and not a crash")
    func nobody() async throws {
        let client = BoundedClient(program: "test")
        let provider = Provider(
            ProviderSettings(
                issuer: "http://127.0.0.1:1",
                clientID: "x",
                redirect: "https://tidemark.example/back"
            ),
            transport: HTTPProviderTransport(client)
        )
        let fault = await #expect(throws: ProviderFault.self) {
            try await provider.authorizationAddress(for: .random())
        }
        #expect(
            "\(fault.map { "\($0)" } ?? "")".hasPrefix(
                "the provider's description of itself could not be read"
            )
        )
        await client.close()
    }
}
