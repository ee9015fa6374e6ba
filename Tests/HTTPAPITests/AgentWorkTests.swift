import FleetModel
import FleetStore
import HTTPTypes
import TestSupport
import Testing

@testable import HTTPAPI

@Suite(.migratedSchema)
struct AgentWorkTests {
    private static let project = #"""
        {"documents":[
          {"kind":"Environment","name":"test"},
          {"kind":"Project","name":"shop","process":[{"name":"hello","script":"echo hello"}]}]}
        """#

    /// A machine with one step of a deployment offered to it.
    private func offer(_ client: APIClient) async throws -> (agent: APIClient, offer: AgentV1.Assignment) {
        _ = try await client.post("/api/v1/apply", Self.project)
        let session = try await TestAgent(name: "m1").connect(
            client,
            token: try await client.joinToken("test")
        ).session
        _ = try await client.post("/api/v1/projects/shop/releases", #"{"version":"1.0"}"#)
        let request = APIV1.DeploymentRequest(
            project: "shop",
            release: "1.0",
            environment: "test",
            machines: nil
        )
        _ = try await client.post("/api/v1/deployments", request)
        let agent = client.with(bearer: session)
        let poll = try await agent.post("/agent/v1/poll", AgentV1.PollRequest(inventory: [], running: []))
        return (agent, try #require(try poll.decode(AgentV1.PollResponse.self).assignments.first))
    }

    @Test(
        "A step is accepted, logged and finished, and its log is read back whole, by its tail and as a stream"
    )
    func wholeStep() async throws {
        try await APIFixture().run { client in
            let (agent, offer) = try await offer(client)
            let path = "/agent/v1/steps/\(offer.stepRunID)"
            let accepted = try await agent.post("\(path)/accept", AgentV1.AcceptRequest(fence: offer.fence))
            #expect(accepted.status == 204)
            var offset = 0
            for piece in ["one\ntwo\nth", "ree\n"] {
                let log = "\(path)/log?fence=\(offer.fence)&offset=\(offset)"
                let answer = try await agent.send(.patch, log, bytes: Array(piece.utf8))
                offset += piece.utf8.count
                #expect(try answer.decode(AgentV1.LogPosition.self).length == Int64(offset))
            }
            let gap = try await agent.send(.patch, "\(path)/log?fence=\(offer.fence)&offset=99", bytes: [65])
            #expect(gap.status == 409)
            #expect(try gap.decode(AgentV1.LogPosition.self).length == Int64(offset))
            let stale = try await agent.send(.patch, "\(path)/log?fence=99&offset=0", bytes: [65])
            #expect(stale.problem == "/problems/stale-fence")
            let result = AgentV1.ResultRequest(
                fence: offer.fence,
                outcome: .succeeded,
                exitCode: 0,
                message: "",
                logBytes: Int64(offset),
                logDroppedBytes: 0,
                inventory: []
            )
            let finished = try await agent.post("\(path)/result", result)
            #expect(finished.status == 204)
            let log = "/api/v1/deployments/\(offer.deploymentID)/log"
            let whole = try await client.get(log)
            #expect(whole.text == "m1 hello | one\nm1 hello | two\nm1 hello | three\n")
            let tail = try await client.get("\(log)?machine=m1&step=hello&tail=2")
            #expect(tail.text == "two\nthree\n")
            let stream = try await client.get("\(log)/stream")
            #expect(stream.text.contains(#""text":"one\ntwo\nth""#))
            #expect(stream.text.hasSuffix("event: end\ndata: {}\n\n"))
        }
    }

    @Test(
        "F7 a result with numbers that no program has is taken, so that its agent does not send it for ever"
    )
    func oddNumbers() async throws {
        try await APIFixture().run { client in
            let (agent, offer) = try await offer(client)
            let path = "/agent/v1/steps/\(offer.stepRunID)"
            let accepted = try await agent.post("\(path)/accept", AgentV1.AcceptRequest(fence: offer.fence))
            #expect(accepted.status == 204)
            let far = try await agent.send(
                .patch,
                "\(path)/log?fence=\(offer.fence)&offset=\(Int64.max)",
                bytes: Array("x".utf8)
            )
            #expect(far.status == 409)
            let result = AgentV1.ResultRequest(
                fence: offer.fence,
                outcome: .failed,
                exitCode: .max,
                message: "odd",
                logBytes: .max,
                logDroppedBytes: .min,
                inventory: []
            )
            #expect(try await agent.post("\(path)/result", result).status == 204)
        }
    }

    @Test("A result and an acceptance under another fence are 409")
    func staleFence() async throws {
        try await APIFixture().run { client in
            let (agent, offer) = try await offer(client)
            let path = "/agent/v1/steps/\(offer.stepRunID)"
            let accepted = try await agent.post(
                "\(path)/accept",
                AgentV1.AcceptRequest(fence: offer.fence + 1)
            )
            #expect(accepted.status == 409)
            let result = AgentV1.ResultRequest(
                fence: offer.fence + 1,
                outcome: .failed,
                exitCode: 1,
                message: "",
                logBytes: 0,
                logDroppedBytes: 0,
                inventory: []
            )
            let finished = try await agent.post("\(path)/result", result)
            #expect(finished.status == 409)
            #expect(finished.problem == "/problems/stale-fence")
        }
    }
}
