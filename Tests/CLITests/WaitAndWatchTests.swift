import FleetModel
import Foundation
import Testing

@testable import CommandLineKit

@Suite("Waiting for more, and watching")
struct WaitAndWatchTests: RunsTool {
    @Test(
        "A deployment is waited for until it is as asked; otherwise the exit code says so",
        arguments: [
            ("succeeded", DeploymentState.succeeded, 0), ("succeeded", .failed, 1), ("finished", .failed, 0),
            ("approval", .failed, 1),
        ] as [(String, DeploymentState, Int32)]
    )
    func deployment(condition: String, state: DeploymentState, status: Int32) async throws {
        let details = try [DeploymentState.running, state].map {
            try json(APIV1.DeploymentDetail(deployment: Samples.deployment($0), runs: []))
        }
        try await CannedServer.with([
            "GET /api/v1/deployments/57": .init(body: details[0], next: [details[1]])
        ]) { server in
            let outcome = try await run(server, "wait", "deployment", "57", "--for", condition)
            #expect(outcome.status == status, "\(outcome.messages)")
            #expect(outcome.output == "deployment 57 \(state.rawValue)\n")
        }
    }

    @Test("An environment is waited for until the release is its own, and until it is gone")
    func environment() async throws {
        func page(_ release: String) -> String {
            #"{"items":[{"id":1,"environment":"lab","project":"shop","release":"\#(release)","source":"rollout","#
                + #""actor":"key:a","reason":"","since":"2026-01-02T03:04:05Z"}]}"#
        }
        try await CannedServer.with([
            "GET /api/v1/environments/lab/releases": .init(body: page("1.4"), next: [page("1.5")])
        ]) { server in
            let outcome = try await run(server, "wait", "environment", "lab", "--for", "release=shop@1.5")
            #expect(outcome.status == 0, "\(outcome.messages)")
            #expect(outcome.output == "environment lab on shop 1.5\n")
            #expect(server.requests[0].uri.contains("project=shop"))
        }
        try await CannedServer.with([:]) { server in
            #expect(try await run(server, "wait", "environment", "lab", "--for", "deleted").status == 0)
            let wrong = try await run(server, "wait", "environment", "lab", "--for", "release=shop")
            #expect(wrong.status == 64)
        }
    }

    @Test("Without a terminal, a watched list is written again only when it has changed")
    func watch() async throws {
        func list(_ names: String...) throws -> String {
            try json(APIV1.Page(items: names.map { Samples.machine($0) }, nextCursor: nil))
        }
        let first = try list("web-1")
        try await CannedServer.with([
            "GET /api/v1/machines": .init(body: first, next: [first, try list("web-1", "web-2")])
        ]) { server in
            let outcome = try await run(
                server,
                "machine",
                "list",
                "--watch",
                "--interval",
                "100ms",
                "--timeout",
                "2s",
                "-o",
                "name"
            )
            #expect(outcome.status == 6)
            #expect(outcome.lines == ["web-1", "web-1", "web-2"])
            #expect(server.requests.count > 3)
        }
    }

    @Test("The beginning of a machine's name is enough where it can only be that one, but not to delete it")
    func prefix() async throws {
        let missing =
            #"{"type":"/problems/not-found","title":"Not found","status":404,"detail":"none","#
            + #""missing":{"what":"machine","which":"web-"}}"#
        let none = CannedServer.Answer(status: 404, type: "application/problem+json", body: missing)
        let machine = Samples.machine("web-1f4")
        let one = try json(APIV1.Page(items: [machine], nextCursor: nil))
        let two = try json(APIV1.Page(items: [machine, Samples.machine("web-2ab")], nextCursor: nil))
        try await CannedServer.with([
            "GET /api/v1/machines/web-": none, "GET /api/v1/machines": .init(body: one, next: [two]),
            "GET /api/v1/machines/web-1f4": .init(body: try json(machine)),
            "DELETE /api/v1/machines/web-": none,
        ]) { server in
            let found = try await run(server, "machine", "show", "web-", "-o", "name")
            #expect(found.output == "web-1f4\n", "\(found.messages)")
            #expect(server.requests[1].uri.contains("prefix=web-"))
            let several = try await run(server, "machine", "show", "web-")
            #expect(several.status == 3)
            #expect(several.messages.contains("they are web-1f4, web-2ab"))
            #expect(try await run(server, "machine", "delete", "web-").status == 3)
            #expect(!server.requests.contains { $0.method == "DELETE" && $0.uri.contains("1f4") })
        }
    }

    @Test("A name that there is not is answered with the one that was meant")
    func meant() async throws {
        let missing =
            #"{"type":"/problems/not-found","title":"Not found","status":404,"detail":"none","#
            + #""missing":{"what":"project","which":"shpo"}}"#
        try await CannedServer.with([
            "GET /api/v1/projects/shpo": .init(status: 404, type: "application/problem+json", body: missing),
            "GET /api/v1/projects": .init(body: #"{"items":[{"name":"base"},{"name":"shop"}]}"#),
        ]) { server in
            let outcome = try await run(server, "project", "show", "shpo")
            #expect(outcome.status == 3)
            #expect(outcome.messages == "tidemark: none\n  did you mean 'shop'?\n")
        }
    }

    @Test("Each shell gets a completion script", arguments: ["bash", "zsh", "fish"])
    func completions(shell: String) async throws {
        let outcome = try await Tool.run(["completions", shell])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("tidemark"))
        #expect(outcome.output.contains("machine-policy") || outcome.output.contains("policy"))
    }

    @Test("A bar stands before the words where there is room for one")
    func bar() {
        let deployment = Samples.deployment(.running)
        let words = DeploymentView.progress(deployment)
        let wide = DeploymentView.bar(deployment, width: 200)
        #expect(wide.hasPrefix("["))
        #expect(wide.hasSuffix(words))
        #expect(DeploymentView.bar(deployment, width: words.count + 5) == words)
    }
}
