import FleetModel
import Foundation
import Testing

@testable import CommandLineKit

@Suite("The executable and secrets")
struct SecretToolTests: RunsTool {
    private static let secret = Secret(
        project: "shop",
        environment: "production",
        name: "DB_PASSWORD",
        setBy: "key:ada",
        setAt: Samples.at(-60),
        version: 3
    )
    private static let path = "PUT /api/v1/projects/shop/secrets/DB_PASSWORD"

    @Test(
        "A value comes from standard input, as it is but for one line break at its end",
        arguments: [
            ("hunter2hunter2", "hunter2hunter2"), ("hunter2hunter2\n", "hunter2hunter2"),
            ("hunter2hunter2\r\n", "hunter2hunter2"), ("hunter2hunter2\n\n", "hunter2hunter2\n"),
            (" two\nlines ", " two\nlines "),
        ]
    )
    func fromInput(_ input: String, _ value: String) async throws {
        try await CannedServer.with([Self.path: .init(body: try json(Self.secret))]) { server in
            let outcome = try await run(
                server,
                "secret",
                "set",
                "shop",
                "DB_PASSWORD",
                "--environment",
                "production",
                input: input
            )
            #expect(outcome.status == 0, "\(outcome.messages)")
            #expect(outcome.output == "secret DB_PASSWORD of shop in production is set, version 3\n")
            let sent = try #require(server.requests.first)
            #expect(sent.uri.hasSuffix("?environment=production"))
            let body = try JSONDecoder().decode(APIV1.SecretRequest.self, from: Data(sent.body.utf8))
            #expect(body.value == value)
        }
    }

    @Test(
        "A value comes from a file, and what is no value is refused before anybody is asked, without saying it"
    )
    func fromFile() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("secret-\(UUID())")
        defer { try? FileManager.default.removeItem(at: file) }
        try await CannedServer.with([Self.path: .init(body: try json(Self.secret))]) { server in
            try Data("hunter2hunter2\n".utf8).write(to: file)
            let set = ["secret", "set", "shop", "DB_PASSWORD", "--from-file", file.path]
            let settings = ["TIDEMARK_URL": server.url, "TIDEMARK_API_KEY": "tmk_secret"]
            #expect(try await Tool.run(set, environment: settings).status == 0)
            #expect(server.requests.map(\.body) == [#"{"value":"hunter2hunter2"}"#])
            try Data("hunter2".utf8).write(to: file)
            let short = try await Tool.run(set, environment: settings)
            #expect(short.status == 64)
            let fault = "the value has 7 bytes beside line ends, and must have at least 8"
            #expect(short.messages.contains(fault))
            #expect(!short.messages.contains("hunter2"))
            #expect(server.requests.count == 1)
        }
    }

    @Test("A value is no argument")
    func noArgument() async throws {
        let outcome = try await Tool.run(["secret", "set", "shop", "DB_PASSWORD", "hunter2hunter2"])
        #expect(outcome.status == 64)
    }

    @Test("The list says what there is, for which environment, and who set it when")
    func list() async throws {
        let shared = Secret(
            project: "shop",
            environment: nil,
            name: "TOKEN\u{1b}[31m",
            setBy: "person:ada",
            setAt: Samples.at(-60),
            version: 1
        )
        let page = APIV1.Page<Secret>(items: [Self.secret, shared], nextCursor: nil)
        try await CannedServer.with([
            "GET /api/v1/projects/shop/secrets": .init(body: try json(page)),
            "DELETE /api/v1/projects/shop/secrets/DB_PASSWORD": .init(status: 204, body: ""),
        ]) { server in
            let listed = try await run(server, "secret", "list", "shop")
            #expect(listed.lines.count == 3, "\(listed.output)")
            #expect(listed.lines[1].contains("production"))
            #expect(listed.lines[2].contains("every"))
            #expect(!listed.output.contains("\u{1b}"))
            let deleted = try await run(
                server,
                "secret",
                "delete",
                "shop",
                "DB_PASSWORD",
                "--environment",
                "production"
            )
            #expect(deleted.output == "secret DB_PASSWORD deleted\n", "\(deleted.messages)")
            #expect(server.requests.last?.uri.hasSuffix("?environment=production") == true)
        }
    }
}
