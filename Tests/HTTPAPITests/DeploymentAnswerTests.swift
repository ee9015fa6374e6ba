import FleetModel
import FleetStore
import HTTPTypes
import TestSupport
import Testing

@testable import HTTPAPI

/// Approving, refusing and repeating deployments through the real router.
@Suite(.migratedSchema)
struct DeploymentAnswerTests {
    private static let project = #"""
        {"documents":[
          {"kind":"Environment","name":"test"},
          {"kind":"Project","name":"shop","deployment":{"unavailableTargets":"fail","minimumHealthy":50},
           "process":[{"name":"hello","script":"echo hello"},{"name":"go","manual":{"instructions":"look"}}]}]}
        """#

    /// A rollout to an empty environment, which waits at its manual step.
    private func waiting(_ client: APIClient) async throws -> String {
        _ = try await client.post("/api/v1/apply", Self.project)
        _ = try await client.post("/api/v1/projects/shop/releases", #"{"version":"1.0"}"#)
        let request = #"{"project":"shop","release":"1.0","environment":"test"}"#
        let deployment: Deployment = try await client.post("/api/v1/deployments", request).decode()
        #expect(deployment.waitsFor == "go")
        return "/api/v1/deployments/\(deployment.id)"
    }

    @Test("A manual step is approved once, and the same request again gives the same answer")
    func approve() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            let path = try await waiting(client)
            let headers: HTTPFields = [.idempotencyKey: "k1"]
            let first = try await client.post("\(path)/approve", #"{"reason":"fine"}"#, headers: headers)
            let again = try await client.post("\(path)/approve", #"{"reason":"fine"}"#, headers: headers)
            #expect(first.status == 200)
            #expect(first.text == again.text)
            #expect(try first.decode(Deployment.self).state == .succeeded)
            #expect(try await fixture.events(.approvalGiven) == 1)
            let late = try await client.post("\(path)/approve", "{}")
            #expect(late.status == 409)
            #expect(late.problem == "/problems/conflict")
            let detail: APIV1.DeploymentDetail = try await client.get(path).decode()
            #expect(detail.gates?.map(\.state) == [.passed])
            #expect(detail.gates?.map(\.decidedBy) == ["key:tester"])
        }
    }

    @Test("A refusal without a reason is refused itself, one with a reason ends the deployment")
    func refuse() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            let path = try await waiting(client)
            let silent = try await client.post("\(path)/refuse", "{}")
            #expect(silent.status == 422)
            #expect(silent.faults == ["reason"])
            #expect(try await client.post("\(path)/refuse", #"{"steps":"go"}"#).status == 422)
            let ended: Deployment = try await client.post("\(path)/refuse", #"{"reason":"no"}"#).decode()
            #expect(ended.state == .cancelled)
            #expect(try await fixture.events(.approvalRefused) == 1)
        }
    }

    @Test("A deployment is repeated once for a key, and what cannot be repeated is a conflict")
    func repeating() async throws {
        try await APIFixture().run { client in
            let path = try await waiting(client)
            #expect(try await client.post("\(path)/redeploy", "").status == 409)
            _ = try await client.post("\(path)/approve", "{}")
            #expect(try await client.post("\(path)/retry", "").problem == "/problems/conflict")
            let headers: HTTPFields = [.idempotencyKey: "k2"]
            let first = try await client.post("\(path)/redeploy", "", headers: headers)
            let again = try await client.post("\(path)/redeploy", "", headers: headers)
            #expect(first.status == 201)
            #expect(first.text == again.text)
            #expect(try first.decode(Deployment.self).repeatsAs == .redeploy)
            #expect(try await client.post("/api/v1/deployments/4711/retry", "").status == 404)
        }
    }

    @Test("A project shows what it makes of machines that are away")
    func settings() async throws {
        try await APIFixture().run { client in
            _ = try await client.post("/api/v1/apply", Self.project)
            let project: Project = try await client.get("/api/v1/projects/shop").decode()
            #expect(project.deployment == DeploymentSettings(unavailableTargets: .fail, minimumHealthy: 50))
            let again = try await client.post("/api/v1/apply", Self.project)
            #expect(
                try again.decode(APIV1.ApplyResponse.self).applied.allSatisfy { $0.action == "unchanged" }
            )
        }
    }
}
