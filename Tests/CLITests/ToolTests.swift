import FleetModel
import Foundation
import Testing

@testable import CommandLineKit

/// The executable against a real HTTP server: what goes out, what is printed, and the exit code.
@Suite("The executable")
struct ToolTests: RunsTool {
    private func problem(_ status: Int, _ detail: String, _ errors: [Problem.Fault]? = nil) throws -> String {
        let problem = Problem(type: "/problems/x", title: "x", status: status, detail: detail, errors: errors)
        return try json(problem)
    }

    @Test("A list goes over its pages, with the key, and prints every format")
    func lists() async throws {
        let first = APIV1.Page(items: [Samples.machine("web-1"), Samples.machine("web-2")], nextCursor: "c2")
        let second = APIV1.Page(items: [Samples.machine("web-3")], nextCursor: nil)
        let answer = CannedServer.Answer(body: try json(first), next: [try json(second)])
        for format in ["name", "json", "yaml", "table"] {
            try await CannedServer.with(["GET /api/v1/machines": answer]) { server in
                let outcome = try await run(server, "machine", "list", "--role", "a&b", "-o", format)
                #expect(outcome.status == 0, "\(outcome.messages)")
                #expect(
                    server.requests.map(\.uri) == [
                        "/api/v1/machines?limit=100&role=a%26b",
                        "/api/v1/machines?cursor=c2&limit=98&role=a%26b",
                    ]
                )
                #expect(server.requests.allSatisfy { $0.headers["authorization"] == "Bearer tmk_secret" })
                switch format {
                case "name": #expect(outcome.output == "web-1\nweb-2\nweb-3\n")
                case "json":
                    let page = try JSONDecoder().decode(
                        APIV1.Page<Machine>.self,
                        from: Data(outcome.output.utf8)
                    )
                    #expect(page.items.map(\.name) == ["web-1", "web-2", "web-3"])
                case "yaml": #expect(outcome.output.contains("name: web-3"))
                default: #expect(outcome.lines.count == 4)
                }
            }
        }
    }

    @Test("A page that is empty is not the last when it says where to go on; a cursor that comes back is")
    func emptyPages() async throws {
        let nothing = try json(APIV1.Page<Machine>(items: [], nextCursor: "c2"))
        let last = try json(APIV1.Page(items: [Samples.machine("web-3")], nextCursor: "c2"))
        let answer = CannedServer.Answer(body: nothing, next: [last])
        try await CannedServer.with(["GET /api/v1/machines": answer]) { server in
            let outcome = try await run(server, "machine", "list", "-o", "name")
            #expect(outcome.output == "web-3\n")
            #expect(server.requests.count == 2)
        }
    }

    @Test("A list that goes on beyond the limit says so on standard error")
    func limit() async throws {
        let page = APIV1.Page(items: [Samples.machine("web-1")], nextCursor: "c2")
        try await CannedServer.with(["GET /api/v1/machines": .init(body: try json(page))]) { server in
            let outcome = try await run(server, "machine", "list", "--limit", "1", "-o", "name")
            #expect(outcome.output == "web-1\n")
            #expect(outcome.messages == "there are more than these 1: ask for more with --limit\n")
        }
    }

    @Test("Apply sends all documents of all files as one request and shows what it did")
    func apply() async throws {
        let answer = APIV1.ApplyResponse(applied: [
            APIV1.Applied(kind: "Environment", name: "production", action: "created")
        ])
        try await CannedServer.with(["POST /api/v1/apply": .init(body: try json(answer))]) { server in
            let text = "kind: Environment\nname: production\n"
            let outcome = try await run(server, "apply", "-f", "-", "--dry-run", input: text)
            #expect(outcome.status == 0, "\(outcome.messages)")
            #expect(outcome.lines.last == "created  Environment  production")
            let request = try #require(server.requests.first)
            #expect(request.uri == "/api/v1/apply?dryRun=true")
            #expect(request.headers["idempotency-key"]?.isEmpty == false)
            #expect(
                try JSONDecoder().decode(JSONValue.self, from: Data(request.body.utf8))
                    == .object([
                        "documents": .array([
                            .object(["kind": .string("Environment"), "name": .string("production")])
                        ])
                    ])
            )
        }
    }

    @Test(
        "Diff says by its exit code whether something would change",
        arguments: [
            ("changed", 2), ("created", 2), ("unchanged", 0),
        ] as [(String, Int32)]
    )
    func diff(action: String, status: Int32) async throws {
        let answer = APIV1.ApplyResponse(applied: [
            APIV1.Applied(kind: "Project", name: "shop", action: action)
        ])
        try await CannedServer.with(["POST /api/v1/apply": .init(body: try json(answer))]) { server in
            let outcome = try await run(server, "diff", "-f", "-", "-o", "name", input: "kind: Project\n")
            #expect(outcome == Tool.Outcome(status: status, output: "Project/shop\n", messages: ""))
        }
    }

    @Test("Every fault that the node names is shown at its line, and the exit code is 4")
    func faults() async throws {
        let body = try problem(
            422,
            "the documents have 2 faults",
            [
                Problem.Fault(field: "documents[0].name", message: "is the number 1.1, and must be a name"),
                Problem.Fault(field: "documents[1].process", message: "is missing"),
            ]
        )
        let answer = CannedServer.Answer(status: 422, body: body)
        try await CannedServer.with(["POST /api/v1/apply": answer]) { server in
            let text = "kind: Environment\nname: 1.10\n---\nkind: Project\nname: shop\n"
            let outcome = try await run(server, "apply", "-f", "-", input: text)
            #expect(outcome.status == 4)
            #expect(outcome.output.isEmpty)
            #expect(
                outcome.messages == """
                    tidemark: the documents have 2 faults
                      -:2:7: document 1 (Environment): name is the number 1.1, and must be a name
                        it is written without quotes; if a text is meant, write "1.10"
                      -:4:1: document 2 (Project): process is missing

                    """
            )
        }
    }

    @Test("A package goes up with its digest")
    func push() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("package-\(UUID()).tar.gz")
        try Data("test".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        var stored = Samples.package
        stored.sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
        try await CannedServer.with([
            "PUT /api/v1/packages/shop/1.5": .init(status: 201, body: try json(stored))
        ]) { server in
            let outcome = try await run(server, "package", "push", "shop", "1.5", file.path, "-o", "name")
            #expect(outcome == Tool.Outcome(status: 0, output: "shop 1.5\n", messages: ""))
            let request = try #require(server.requests.first)
            #expect(request.body == "test")
            #expect(
                request.headers["content-digest"]
                    == "sha-256=:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=:"
            )
        }
    }

    @Test("A new token is printed alone, and the join command is a hint on standard error")
    func token() async throws {
        var token = Samples.token
        token.token = "tmj_4f9a_secret"
        try await CannedServer.with(["POST /api/v1/tokens": .init(status: 201, body: try json(token))]) {
            server in
            let outcome = try await run(
                server,
                "token",
                "create",
                "--environment",
                "production",
                "--role",
                "web",
                "--ttl",
                "1h",
                "-o",
                "name"
            )
            #expect(outcome.output == "tmj_4f9a_secret\n")
            #expect(
                outcome.messages.contains("tidemark-agent join --url \(server.url) --token tmj_4f9a_secret")
            )
            #expect(server.requests[0].body.contains(#""ttlSeconds":3600"#))
        }
    }

    @Test("The doctor looks at everything and its exit code says whether all is well")
    func doctor() async throws {
        let none = APIV1.Page<Machine>(items: [], nextCursor: nil)
        try await CannedServer.with([
            "GET /livez": .init(body: "ok"),
            "GET /readyz": .init(status: 503, body: #"{"ready":false,"reason":"draining"}"#),
            "GET /version": .init(body: #"{"version":"\#(Version.current)"}"#),
            "GET /api/v1/cluster": .init(body: try json(Samples.cluster)),
            "GET /api/v1/machines": .init(body: try json(none)),
        ]) { server in
            let outcome = try await run(server, "doctor", "-o", "name")
            #expect(outcome.status == 2, "\(outcome.messages)")
            #expect(
                outcome.lines == [
                    "OK address", "OK version", "FAIL ready", "OK credentials", "WARN clock", "OK leader",
                    "OK scan", "WARN nodes", "OK machines",
                ]
            )
        }
    }

    @Test(
        "Failures have their published exit codes, messages on standard error, and nothing on standard output"
    )
    func failures() async throws {
        let refused = try problem(401, "the API key is not known")
        try await CannedServer.with([
            "GET /api/v1/projects/shop": .init(status: 401, body: refused),
            "GET /api/v1/projects/odd": .init(body: "<html>"),
        ]) { server in
            for (name, status) in [("shop", 4), ("odd", 1), ("missing", 3)] as [(String, Int32)] {
                let outcome = try await run(server, "project", "show", name, "-o", "json")
                #expect(outcome.status == status, "\(name): \(outcome.messages)")
                #expect(outcome.output.isEmpty)
                #expect(outcome.messages.hasPrefix("tidemark: "))
            }
        }
        let nobody = try await Tool.run(["doctor"], environment: ["TIDEMARK_URL": "http://127.0.0.1:1"])
        #expect(nobody.status == 2)
        #expect(nobody.output.contains("FAIL"))
        let unreachable = ["TIDEMARK_URL": "http://127.0.0.1:1"]
        #expect(try await Tool.run(["machine", "delete", "m"], environment: unreachable).status == 5)
        #expect(try await Tool.run(["machine", "list"]).status == 64)
        #expect(try await Tool.run(["machine", "lst"]).status == 64)
        #expect(try await Tool.run(["machine", "list", "-o", "xml"]).status == 64)
        #expect(try await Tool.run(["apply", "-f", "nowhere.yaml"], environment: unreachable).status == 1)
        #expect(try await Tool.run(["--version"]).output == "\(Version.current)\n")
    }
}

extension Samples {
    static func deployment(_ state: DeploymentState) -> Deployment {
        Deployment(
            id: deployment.id,
            project: "shop",
            release: "1.5",
            environment: "production",
            kind: .selected,
            trigger: nil,
            state: state,
            reason: "a person asked for it",
            requestedBy: "ci",
            cancelRequested: false,
            createdAt: at(-90),
            finishedAt: state.isOpen ? nil : at(-30),
            runCounts: state.isOpen ? ["running": 1] : [state.rawValue: 1]
        )
    }
}
