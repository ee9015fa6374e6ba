import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

/// Deployments that repeat another one.
@Suite(.migratedSchema)
struct RepetitionTests {
    private func fleet() async throws -> (Fleet, [TestAgent]) {
        let fleet = try await Fleet()
        try await fleet.release("1.0")
        let agents = [
            fleet.agent(try await fleet.machine("web-1"), "web-1"),
            fleet.agent(try await fleet.machine("web-2"), "web-2"),
        ]
        return (fleet, agents)
    }

    private func retry(_ fleet: Fleet, _ id: ID<Deployment>) async throws -> Deployment {
        try await fleet.store.unitOfWork(by: "key:test") { tx, changes in
            try DeploymentCommands.retry(id, by: "key:test", in: tx, &changes)
        }
    }

    private func redeploy(_ fleet: Fleet, _ id: ID<Deployment>) async throws -> Deployment {
        try await fleet.store.unitOfWork(by: "key:test") { tx, changes in
            try DeploymentCommands.redeploy(id, by: "key:test", in: tx, &changes)
        }
    }

    private func refusal(_ body: () async throws -> Deployment) async -> String {
        do {
            return "begun: \(try await body().id)"
        } catch {
            return "\(error)"
        }
    }

    @Test("a retry goes to the machines that failed, and finishes the rollout that it repeats")
    func retryOfRollout() async throws {
        let (fleet, agents) = try await fleet()
        let rollout = try await fleet.deploy("1.0")
        try await agents[0].work()
        try await agents[1].work(.failed)
        let again = try await retry(fleet, rollout.id)
        #expect(again.kind == .rollout && again.repeats == rollout.id && again.repeatsAs == .retry)
        #expect(try await agents[0].offers().isEmpty)
        try await agents[1].work()
        #expect(try await fleet.store.deploymentDetail(again.id, as: "test").deployment.state == .succeeded)
        #expect(
            try await fleet.count(
                "SELECT count(*) AS n FROM environment_release WHERE deployment_id = \(again.id)"
            ) == 1
        )
    }

    @Test("a retry is refused, with the reason, where there is nothing to retry")
    func refusedRetries() async throws {
        let (fleet, agents) = try await fleet()
        let rollout = try await fleet.deploy("1.0")
        #expect(await refusal { try await retry(fleet, rollout.id) }.contains("still under way"))
        try await agents[0].work()
        try await agents[1].work(.failed)
        let again = try await retry(fleet, rollout.id)
        #expect(
            await refusal { try await retry(fleet, rollout.id) }
                .contains("deployment \(again.id) repeats deployment \(rollout.id) already")
        )
        try await agents[1].work()
        #expect(
            await refusal { try await retry(fleet, rollout.id) }
                .contains("deployment \(again.id) was rolled out there after")
        )
        #expect(await refusal { try await retry(fleet, again.id) }.contains("nothing to retry"))
        #expect(await refusal { try await retry(fleet, ID(4711)) }.contains("4711"))
    }

    @Test("machines that were deployed to since are not retried")
    func servedSince() async throws {
        let (fleet, agents) = try await fleet()
        let selected = try await fleet.deploy("1.0", to: ["web-1"])
        try await agents[0].work(.failed)
        _ = try await fleet.deploy("1.0", to: ["web-1"])
        try await agents[0].work()
        #expect(await refusal { try await retry(fleet, selected.id) }.contains("was deployed to since"))
    }

    @Test("a rollout is redeployed to whoever is there now, a deployment to named machines to those")
    func redeploying() async throws {
        let (fleet, agents) = try await fleet()
        let selected = try await fleet.deploy("1.0", to: ["web-1"])
        try await agents[0].work()
        let again = try await redeploy(fleet, selected.id)
        #expect(again.kind == .selected && again.repeatsAs == .redeploy)
        #expect(again.runCounts == ["running": 1])
        try await agents[0].work()
        let rollout = try await fleet.deploy("1.0")
        for agent in agents { try await agent.work() }
        _ = try await fleet.machine("web-3")
        let whole = try await redeploy(fleet, rollout.id)
        #expect(whole.kind == .rollout && whole.repeats == rollout.id)
        #expect(whole.runCounts == ["running": 3])
    }

    @Test("a deployment to machines that are gone cannot be redeployed")
    func gone() async throws {
        let (fleet, agents) = try await fleet()
        let selected = try await fleet.deploy("1.0", to: ["web-1"])
        try await agents[0].work()
        _ = try await fleet.store.read { tx in
            try tx.run("UPDATE machine SET deleted_at = now() WHERE name = 'web-1'")
        }
        #expect(
            await refusal { try await redeploy(fleet, selected.id) }.contains("is in production any more")
        )
    }
}
