import FleetModel
import Foundation
import Testing

@testable import CommandLineKit

/// The executable against a real HTTP server: what goes out, what is printed, and the exit code.
@Suite("The executable, where it waits and follows")
struct WaitingToolTests: RunsTool {
    @Test(
        "Deploy with --wait sees the deployment through; its outcome is the exit code",
        arguments: [
            (DeploymentState.succeeded, 0), (.failed, 1), (.cancelled, 1),
        ] as [(DeploymentState, Int32)]
    )
    func deployWait(state: DeploymentState, status: Int32) async throws {
        let running = Samples.deployment(.running)
        let details = try [running, running, Samples.deployment(state)].map {
            try json(APIV1.DeploymentDetail(deployment: $0, runs: Samples.detail.runs))
        }
        try await CannedServer.with([
            "POST /api/v1/deployments": .init(status: 201, body: try json(running)),
            "GET /api/v1/deployments/57": .init(body: details[0], next: Array(details[1...])),
        ]) { server in
            let outcome = try await run(
                server,
                "deploy",
                "shop",
                "1.5",
                "--to",
                "production",
                "--machine",
                "web-1",
                "--wait"
            )
            #expect(outcome.status == status, "\(outcome.messages)")
            #expect(outcome.output.contains("shop 1.5 to production"))
            #expect(outcome.messages.hasPrefix("deployment 57 started\ndeployment 57 running: "))
            #expect(server.requests[0].body.contains(#""machines":["web-1"]"#))
        }
    }

    @Test("Waiting ends when time is up, with exit code 6")
    func timeout() async throws {
        let detail = APIV1.DeploymentDetail(deployment: Samples.deployment(.running), runs: [])
        try await CannedServer.with([
            "GET /api/v1/deployments/57": .init(body: try json(detail))
        ]) { server in
            let outcome = try await run(server, "deployment", "wait", "57", "--timeout", "200ms")
            #expect(outcome.status == 6)
            #expect(outcome.messages.contains("tidemark: deployment 57 is still running after 0.2 seconds"))
        }
    }

    @Test("A machine is waited for from before it joins until it is up to date")
    func waitMachine() async throws {
        var explanation = Samples.explanation
        explanation.projects.removeFirst()
        let answers = [try json(Samples.explanation), try json(explanation)]
        try await CannedServer.with([
            "GET /api/v1/machines/web-3/explain": .init(body: answers[0], next: [answers[1]])
        ]) { server in
            let outcome = try await run(server, "wait", "machine", "web-3", "--for", "up-to-date")
            #expect(outcome.status == 0)
            #expect(outcome.output == "machine web-3 up to date\n")
            #expect(outcome.messages == "web-3: shop retryLater\nweb-3: up to date\n")
        }
        try await CannedServer.with([:]) { server in
            let outcome = try await run(
                server,
                "wait",
                "machine",
                "web-3",
                "--for",
                "healthy",
                "--timeout",
                "100ms"
            )
            #expect(outcome.status == 6)
            #expect(outcome.messages.contains("'web-3' was not healthy within"))
        }
    }

    @Test("Watched events are JSON lines, and the stream is taken up again where it was")
    func watch() async throws {
        let data = try json(Samples.event)
        let stream = ": hello\n\nid: 7.1\nevent: event\ndata: \(data)\n\n"
        try await CannedServer.with([
            "GET /api/v1/events/stream": .init(type: "text/event-stream", body: stream)
        ]) { server in
            let outcome = try await run(server, "event", "watch", "-o", "json", "--timeout", "1s")
            #expect(outcome.status == 6)
            let events = try outcome.lines.map { try JSONDecoder().decode(Event.self, from: Data($0.utf8)) }
            #expect(events.first == Samples.event)
            #expect(server.requests.count > 1)
            #expect(server.requests.dropFirst().allSatisfy { $0.headers["last-event-id"] == "7.1" })
        }
    }

    @Test("Only the events of the chosen machine are watched")
    func watchMachine() async throws {
        let data = try json(Samples.event)
        let other = data.replacing(#""machineID":17"#, with: #""machineID":18"#)
        let stream = "id: 1\nevent: event\ndata: \(other)\n\nid: 2\nevent: event\ndata: \(data)\n\n"
        try await CannedServer.with([
            "GET /api/v1/events/stream": .init(type: "text/event-stream", body: stream, next: [""]),
            "GET /api/v1/machines/web-3": .init(body: try json(Samples.machine("web-3"))),
        ]) { server in
            let outcome = try await run(
                server,
                "event",
                "watch",
                "--machine",
                "web-3",
                "-o",
                "json",
                "--timeout",
                "1s"
            )
            let events = try outcome.lines.map { try JSONDecoder().decode(Event.self, from: Data($0.utf8)) }
            #expect(events == [Samples.event])
        }
    }

    @Test("A log is shown inert")
    func log() async throws {
        let body = "web-1 restart | \u{1b}[2Jcleared\r\nweb-1 restart | done"
        try await CannedServer.with([
            "GET /api/v1/deployments/57/log": .init(type: "text/plain", body: body)
        ]) { server in
            let outcome = try await run(server, "deployment", "log", "57", "--machine", "web-1")
            #expect(outcome.lines == ["web-1 restart | \\u{1b}[2Jcleared", "web-1 restart | done"])
            #expect(server.requests.first?.uri == "/api/v1/deployments/57/log?machine=web-1")
        }
    }

    @Test(
        "A followed log is whole lines to the end, over a connection that broke, and only of the chosen machine"
    )
    func followLog() async throws {
        let piece = { (machine: String, run: Int, offset: Int, text: String) in
            "event: log\ndata: {\"machine\":\"\(machine)\",\"step\":\"restart\",\"stepRunID\":\(run),"
                + "\"offset\":\(offset),\"text\":\"\(text)\"}\n\n"
        }
        let first = "retry: 1000\n\n" + piece("web-1", 1, 0, #"one\ntw"#) + piece("web-2", 2, 0, #"other\n"#)
        let second =
            piece("web-1", 1, 0, #"one\ntw"#) + piece("web-1", 1, 6, #"o\n\u001b[2Jend"#)
            + "event: end\ndata: {}\n\n"
        try await CannedServer.with([
            "GET /api/v1/deployments/57/log/stream": .init(
                type: "text/event-stream",
                body: first,
                next: [second]
            )
        ]) { server in
            let outcome = try await run(server, "deployment", "log", "57", "--follow", "--machine", "web-1")
            #expect(outcome.status == 0, "\(outcome.messages)")
            #expect(
                outcome.lines == [
                    "web-1 restart | one", "web-1 restart | two", "web-1 restart | \\u{1b}[2Jend",
                ]
            )
        }
    }
}
