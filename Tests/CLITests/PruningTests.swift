import FleetModel
import Foundation
import Testing

@testable import CommandLineKit

@Suite("What no file has any more")
struct PruningTests: RunsTool {
    private func items(_ kind: PrunedKind, _ names: String...) -> [Pruning.Item] {
        names.map { Pruning.Item(kind: kind, name: $0, path: "/\($0)") }
    }

    @Test("Only what no file has goes, and only when that is not most of a kind")
    func plan() {
        let there = [(PrunedKind.freeze, items(.freeze, "a", "b", "c", "d"))]
        let few = Pruning(there: there, kept: ["Freeze/a", "Freeze/b"], allowsMost: false)
        #expect(few.items.map(\.name) == ["c", "d"])
        #expect(few.refusal == nil)
        let most = Pruning(there: there, kept: ["Freeze/a"], allowsMost: false)
        #expect(most.refusal?.message == "--prune would delete more than half: 3 of 4 of kind freeze")
        #expect(Pruning(there: there, kept: [], allowsMost: true).refusal == nil)
        #expect(Pruning(there: [(.freeze, [])], kept: [], allowsMost: false).refusal == nil)
    }

    private func answers() throws -> [String: CannedServer.Answer] {
        let applied = APIV1.ApplyResponse(applied: [
            APIV1.Applied(kind: "Freeze", name: "kept", action: "unchanged")
        ])
        let freezes = ["kept", "gone"].map {
            #"{"id":1,"name":"\#($0)"}"#
        }.joined(separator: ",")
        return [
            "POST /api/v1/apply": .init(body: try json(applied)),
            "GET /api/v1/freezes": .init(body: "{\"items\":[\(freezes)]}"),
            "DELETE /api/v1/freezes/gone": .init(status: 204, body: ""),
        ]
    }

    @Test("Where nobody can be asked, nothing is changed without --yes; with it, what is listed goes")
    func asks() async throws {
        try await CannedServer.with(try answers()) { server in
            let refused = try await run(
                server,
                "apply",
                "-f",
                "-",
                "--prune",
                "freeze",
                input: "kind: Freeze\n"
            )
            #expect(refused.status == 4)
            #expect(refused.messages.contains("  Freeze/gone\n"))
            #expect(refused.messages.contains("pass --yes when the list is right"))
            #expect(server.requests.map(\.method) == ["POST", "GET"])
            #expect(server.requests[0].uri == "/api/v1/apply?dryRun=true")
        }
        try await CannedServer.with(try answers()) { server in
            let done = try await run(
                server,
                "apply",
                "-f",
                "-",
                "--prune",
                "freeze",
                "--yes",
                input: "kind: Freeze\n"
            )
            #expect(done.status == 0, "\(done.messages)")
            #expect(server.requests.map(\.method) == ["POST", "GET", "POST", "DELETE"])
            #expect(done.messages.contains("Freeze/gone deleted"))
        }
    }

    @Test("What a dry run has shown is what apply expects to find")
    func expects() async throws {
        let plan = APIV1.ApplyResponse(applied: [
            APIV1.Applied(kind: "Environment", name: "lab", action: "changed", etag: "abc"),
            APIV1.Applied(kind: "Environment", name: "new", action: "created"),
            APIV1.Applied(kind: "Environment", name: "same", action: "unchanged", etag: "def"),
        ])
        try await CannedServer.with(["POST /api/v1/apply": .init(body: try json(plan))]) { server in
            let outcome = try await run(server, "apply", "-f", "-", input: "kind: Environment\nname: lab\n")
            #expect(outcome.status == 0, "\(outcome.messages)")
            let sent = try JSONDecoder().decode(
                APIV1.ApplyRequest.self,
                from: Data(try #require(server.requests.last).body.utf8)
            )
            #expect(
                sent.expected == [
                    APIV1.Expected(kind: "Environment", name: "lab", etag: "abc"),
                    APIV1.Expected(kind: "Environment", name: "new", etag: nil),
                ]
            )
        }
    }
}
